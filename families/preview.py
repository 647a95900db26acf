"""A bill tried out: whose account would be asked for it, in the order of the law.

What is in somebody else's account is nobody's business, and whoever may ask for every amount could
find it out. So figures are given for the reader's own account alone; for the others the order is
said, and that they take over what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from accounts.models import LedgerAccount
from accounts.queries import balance_on
from accounts.waterfall import Purse, waterfall

from .relatives import Relative

NIL = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Asked:
    """One account that would be asked. `amount` is None where no figure is given.

    `percent`: how much of the bill the amount is. `is_idle`: its turn does not come. `is_rest`: it
    is no account but what is paid in cash.
    """

    name: str
    note: str
    amount: Decimal | None = None
    left: Decimal | None = None
    percent: Decimal = NIL
    is_idle: bool = False
    is_rest: bool = False


def own_bill(
    *,
    amount: Decimal,
    chain: Sequence[Mapping[str, Any]],
    account: LedgerAccount | None,
    day: date,
    whole: bool = False,
) -> list[Asked]:
    """Return who would be asked for a bill of the reader's. `chain`: as `words.chain_of` gives.

    `whole`: it is paid whole or not at all, as a premium is, so that nothing is left for cash.
    """
    own = any(payer["place"] == "self" for payer in chain)
    paid = _from_own(amount, account, day) if own else NIL
    left = amount - paid
    rows = []
    for payer in chain:
        if payer["place"] == "self":
            rows.append(_figure(name=payer["name"], amount=paid, whole=amount, left=left))
        elif not left:
            rows.append(Asked(name=payer["name"], note=payer["note"], is_idle=True))
        else:
            rows.append(Asked(name=payer["name"], note=payer["note"]))
    if not whole:
        note = gettext("What is still left after all accounts you pay yourself.")
        rows.append(Asked(name=gettext("Cash"), note=note, is_idle=not left, is_rest=True))
    return rows


def relatives_bill(
    *,
    amount: Decimal,
    relative: Relative,
    account: LedgerAccount | None,
    day: date,
    own: bool = True,
    whole: bool = False,
) -> list[Asked]:
    """Return who would be asked for a bill of somebody that the reader's account pays for.

    `own`: whether that person's own account is asked at all.
    """
    name = relative.person.name
    paid = _from_own(amount, account, day)
    rows = []
    if own:
        first = gettext("The own account of %(name)s") % {"name": name}
        rows.append(Asked(name=first, note=gettext("Always first.")))
    rows += [
        Asked(
            name=gettext("Relatives' accounts that come before yours"),
            note=gettext("Those bound earlier, if there are any.")
            if not relative.binding.cross_area
            else gettext("Those of the area of %(name)s, if there are any.") % {"name": name},
        ),
        Asked(
            name=gettext("Your account"),
            note=gettext("At most so much, and only what is left by then."),
            amount=paid,
            percent=_percent(paid, amount),
        ),
    ]
    if not whole:
        note = gettext("What is still left after all accounts %(name)s pays.") % {"name": name}
        rows.append(Asked(name=gettext("Cash"), note=note, is_rest=True))
    return rows


def _from_own(amount: Decimal, account: LedgerAccount | None, day: date) -> Decimal:
    """Return what the reader's account pays of an amount when it is asked for all of it."""
    if account is None or account.frozen_on is not None or account.person_id is None:
        return NIL
    purse = Purse(account.person_id, balance_on(account, day).total)
    return sum((part.amount for part in waterfall(amount, [purse])), NIL)


def _figure(*, name: str, amount: Decimal, whole: Decimal, left: Decimal) -> Asked:
    note = gettext("Your own account always comes first")
    return Asked(name=name, note=note, amount=amount, left=left, percent=_percent(amount, whole))


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(Decimal("0.01"))
