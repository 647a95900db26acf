"""Clearing in every state: old months are paid, the last ones are on their way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle

from django.db.models import F

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from clearing import statements
from clearing.models import ClearingCheck, ClearingStatement
from clearing.periods import Subject, closable
from members.models import User
from members.months import first_of, months_after
from record.models import Change

from .areas import ANHUI, HEFEI, WUHU
from .world import SYSTEM, DemoError

#: How far the statements of the last closed months are, in turn.
_WAYS = ("paid", "on its way", "confirmed", "checked", "draft")
#: Months whose statements go through the operations; older ones are written as paid at once.
RECENT = 3


def clear_between_areas(*, today: date, staff: dict[str, User], done: Counter[str]) -> None:
    """Close every period that is due; both areas sign and pay, but for the last months."""
    sides = _Sides(
        own={HEFEI: staff["lu"], WUHU: staff["han"]}, first=staff["ding"], second=staff["jia"]
    )
    recent = months_after(first_of(today), -RECENT)
    ways = cycle(_WAYS)
    old: list[ClearingStatement] = []
    for period in closable(today):
        day = min(today, period.closes_on + timedelta(days=2))
        made = statements.close_period(period=period, day=day, actor=SYSTEM)
        if not isinstance(made, list):
            raise DemoError(f"clearing of {period}: {made}")
        # Other provinces sign elsewhere, and have not yet.
        here = [one for one in made if all(area[:2] == ANHUI for area in one.areas)]
        done["clearing statements"] += len(made)
        if period.after <= recent:
            old += here
            continue
        for statement in here:
            _bring(statement, way=next(ways), sides=sides, day=day)
    _pay_old(old, sides)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Who signs: an area's own clerk, else one of the province's two, another for each side."""

    own: dict[str, User]
    first: User
    second: User

    def signers(self, statement: ClearingStatement) -> tuple[User, User]:
        """Return who signs for each of a statement's areas."""
        one, other = statement.areas
        return self.own.get(one, self.first), self.own.get(other, self.second)


def _bring(statement: ClearingStatement, *, way: str, sides: _Sides, day: date) -> None:
    """Bring a statement as far as it is to be."""
    both = sides.signers(statement)
    signers = {"draft": (), "checked": both[:1]}.get(way, both)
    for user, area in zip(signers, statement.areas, strict=False):
        statements.check(
            statement_id=statement.pk,
            area=area,
            lines_hash=statement.lines_hash,
            by=user,
            day=day,
        )
    if way in {"paid", "on its way"} and statement.net:
        of_area = dict(zip(statement.areas, both, strict=True))
        change = statements.propose_payment(
            statement_id=statement.pk,
            bank_reference=_reference(statement),
            by=of_area[statement.debtor],
            day=day,
        )
        if not isinstance(change, Change):
            raise DemoError(f"payment of {statement}: {change}")
        if way == "paid":
            statements.confirm_payment(change_id=change.pk, by=of_area[statement.creditor], day=day)


def _reference(statement: ClearingStatement) -> str:
    return f"000{statement.pk:09d}"


def _pay_old(old: list[ClearingStatement], sides: _Sides) -> None:
    """Write statements of past years as signed and paid, a few statements of SQL for all."""
    ClearingCheck.objects.bulk_create(
        ClearingCheck(
            statement=one,
            area=area,
            lines_hash=one.lines_hash,
            by=user,
            day=one.drawn_up_on,
        )
        for one in old
        for area, user in zip(one.areas, sides.signers(one), strict=True)
    )
    bank = LedgerAccount.Kind.BANK
    owing = [one for one in old if one.net and one.subject != Subject.MOVE]
    keys = ledger.account_ids(ledger.area_key(bank, area) for one in owing for area in one.areas)
    Transfer.objects.bulk_create(
        Transfer(
            source=Transfer.Source.CLEARING,
            source_id=one.pk,
            line=1,
            kind=Transfer.Kind.CLEARING,
            from_account_id=keys[ledger.area_key(bank, one.creditor)],
            to_account_id=keys[ledger.area_key(bank, one.debtor)],
            amount=one.amount,
            day=one.drawn_up_on,
            value_date=one.drawn_up_on,
        )
        for one in owing
    )
    for one in old:
        one.bank_reference = _reference(one) if one.net else ""
    ClearingStatement.objects.bulk_update(old, ["bank_reference"])
    ClearingStatement.objects.filter(pk__in=[one.pk for one in old]).update(
        state=ClearingStatement.State.PAID,
        confirmed_on=F("drawn_up_on"),
        paid_on=F("drawn_up_on"),
    )
