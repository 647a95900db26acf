"""Movements and missing accounts in the words of their owner.

What a claim or a premium was is known to the room that it belongs to; that room registers a
teller here (`register_teller`) and tells each reader no more than they may know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from members import queries as members
from members.about import About
from members.models import Person
from policy.book import NoAccount
from policy.queries import current_book

from . import queries
from .models import Transfer
from .queries import Movement

#: No record has an id of so many digits.
DIGITS = 18


@dataclass(frozen=True, slots=True)
class Told:
    """What a room tells one reader about one of its records: a title, and where to read on."""

    title: str
    url: str = ""


#: `teller(done, undone, reader)`: record ids of what was done and of what was undone, the
#: reader's person id → what this reader may know, by record id and whether it was undone.
Teller = Callable[[set[int], set[int], int], Mapping[tuple[int, bool], Told]]
#: The source of what was done, and of its undoing → who tells about both.
_TELLERS: dict[tuple[str, str], Teller] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """A movement as `components/moves.html` draws it."""

    title: str
    url: str
    amount: Decimal
    day: date
    detail: str
    balance: Decimal


def register_teller(*, done: str, undone: str, teller: Teller) -> None:
    """Make known who tells about the transfers of a source, and of the source that undoes it."""
    _TELLERS[done, undone] = teller


def lines_of(movements: Sequence[Movement], *, reader_id: int) -> list[Line]:
    """Put movements into words for the account's owner."""
    ids: dict[str, set[int]] = {}
    for movement in movements:
        ids.setdefault(movement.source, set()).add(movement.source_id)
    told: dict[tuple[str, int], Told] = {}
    for (done, undone), teller in _TELLERS.items():
        if done in ids or undone in ids:
            found = teller(ids.get(done, set()), ids.get(undone, set()), reader_id)
            for (number, is_undone), what in found.items():
                told[undone if is_undone else done, number] = what
    closed = ids.get(Transfer.Source.INTEREST)
    years = queries.interest_years(closed) if closed else {}
    return [
        Line(
            title=_title(movement, told, years),
            url=_url(movement, told, years),
            amount=movement.amount,
            day=movement.day,
            detail=_balances(movement),
            balance=movement.after,
        )
        for movement in movements
    ]


def about_movement(person: Person, key: str) -> About | None:
    """Return what `claim-12`, a movement's record, means to the account's owner, or None."""
    source, _, number = key.rpartition("-")
    account = queries.account_of(person.pk)
    if account is None or not (number.isascii() and number.isdigit() and len(number) < DIGITS):
        return None
    found = queries.movement_of(account, source=source, source_id=int(number))
    if found is None:
        return None
    (line,) = lines_of([found], reader_id=person.pk)
    title = gettext("%(what)s of %(day)s, %(amount)s yuan") % {
        "what": line.title,
        "day": line.day.isoformat(),
        "amount": f"{line.amount:+,.2f}",
    }
    return About(title=title, url=reverse("accounts:movements"))


def ask_address(movement: Movement) -> str:
    """Return where a question about a movement is asked."""
    key = urlencode({"about": f"movement:{movement.source}-{movement.source_id}"})
    return f"{reverse('members:ask')}?{key}"


def _url(movement: Movement, told: Mapping[tuple[str, int], Told], years: Mapping[int, int]) -> str:
    """Return where a movement is explained, or an empty text."""
    if movement.source == Transfer.Source.INTEREST and movement.source_id in years:
        return f"{reverse('accounts:interest')}?year={years[movement.source_id]}"
    words = told.get((movement.source, movement.source_id))
    return words.url if words else ""


def _title(
    movement: Movement, told: Mapping[tuple[str, int], Told], years: Mapping[int, int]
) -> str:
    words = told.get((movement.source, movement.source_id))
    if words is not None:
        return words.title
    if movement.month is not None and movement.kind in _MONTHLY:
        return str(_MONTHLY[movement.kind]) % _month(movement.month)
    if movement.source == Transfer.Source.INTEREST:
        year = years.get(movement.source_id, movement.day.year)
        return gettext("Interest for %(year)d") % {"year": year}
    return str(_OTHERS.get(movement.source, _("Movement")))


_MONTHLY: Mapping[str, str | Promise] = {
    Transfer.Kind.CREDIT: _("Credit for %(month_name)s %(year)d"),
    Transfer.Kind.BACK_CREDIT: _("Later credit for %(month_name)s %(year)d"),
    Transfer.Kind.ADJUSTMENT: _("Correction of the credit for %(month_name)s %(year)d"),
}
_OTHERS: Mapping[str, str | Promise] = {
    Transfer.Source.ADJUSTMENT: _("Correction"),
    Transfer.Source.PAYOUT: _("Paid out"),
    Transfer.Source.CLAIM: _("Medical bill"),
    Transfer.Source.UNDO: _("Medical bill given back"),
    Transfer.Source.PREMIUM: _("Premium"),
    Transfer.Source.PREMIUM_UNDO: _("Premium given back"),
}


def _month(month: date) -> dict[str, object]:
    return {"year": month.year, "month": month.month, "month_name": str(MONTHS[month.month])}


def _balances(movement: Movement) -> str:
    """Say which of the two balances it touched; both with their parts."""
    if movement.current and movement.carried:
        return gettext("this year %(current)s, earlier years %(carried)s") % {
            "current": f"{abs(movement.current):,.2f}",
            "carried": f"{abs(movement.carried):,.2f}",
        }
    if movement.carried:
        return pgettext("which balance a movement touched", "earlier years")
    return pgettext("which balance a movement touched", "this year")


#: Why somebody has no account → what it means for them, in two plain sentences.
NO_ACCOUNT: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "resident": (
        _("Residents' insurance has no personal account"),
        _("Your medical bills are paid by residents' insurance itself. A husband or wife, parent "
          "or child with an account of their own can let it pay for you too."),
    ),
    "pool_only": (
        _("Your insurance is without a personal account"),
        _("You are insured in pool-only mode: it pays for treatment, and nothing is saved up. A "
          "husband or wife, parent or child with an account can let it pay for you too."),
    ),
    "flexible": (
        _("In flexible employment there is no personal account in your area"),
        _("Your insurance pays for treatment. A husband or wife, parent or child with an account "
          "can let it pay for you too."),
    ),
    "disbursed": (
        _("Your credit goes straight to your bank card"),
        _("In the provincial-direct scheme the money is paid out each month and is not kept here. "
          "You can spend it as you like."),
    ),
    "not_yet": (
        _("Nothing has been credited yet"),
        _("The account opens with the first monthly credit. It comes after the contribution of "
          "the month has been paid."),
    ),
    "not_insured": (
        _("You are not insured at the moment"),
        _("If that is wrong, ask your employer, or come to a counter of the healthcare security "
          "bureau."),
    ),
}  # fmt: skip


def why_no_account(rule: NoAccount | None, *, disbursed: bool, insured: bool) -> str:
    """Return the key of NO_ACCOUNT that fits somebody to whom nothing was ever credited."""
    if not insured:
        return "not_insured"
    if rule is not None:
        if rule.scheme == "resident":
            return "resident"
        return "flexible" if rule.employment == "flexible" else "pool_only"
    return "disbursed" if disbursed else "not_yet"


DISBURSED_SHOWN = 12


def missing_account(person: Person, today: date) -> dict[str, Any]:
    """Return what to tell somebody without an account, and what was paid to their bank."""
    book = current_book()
    place = members.enrolment_on(person.pk, today)
    rule, disbursed = None, False
    if place is not None:
        rule = queries.no_account_rule(book=book, person=person, place=place, day=today)
        disbursed = book.rules(place.area, today).account_use.value == "disbursed"
    title, text = NO_ACCOUNT[why_no_account(rule, disbursed=disbursed, insured=place is not None)]
    return {
        "title": title,
        "text": text,
        "disbursed": queries.disbursed_to(person.pk, last=DISBURSED_SHOWN) if disbursed else [],
    }
