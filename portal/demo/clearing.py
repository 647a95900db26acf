"""Clearing in every state: old months are paid, the last ones are on their way."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import cycle

from clearing import statements
from clearing.models import ClearingStatement
from clearing.periods import closable
from members.models import User
from members.months import first_of, months_after
from record.models import Change

from .areas import ANHUI
from .world import SYSTEM, DemoError

#: How far the statements of the last closed months are, in turn.
_WAYS = ("paid", "on its way", "confirmed", "checked", "draft")


def clear_between_areas(*, today: date, staff: dict[str, User], done: Counter[str]) -> None:
    """Close every period that is due; both areas sign and pay, but for the last months."""
    ding, jia = staff["ding"], staff["jia"]
    recent = months_after(first_of(today), -3)
    ways = cycle(_WAYS)
    for period in closable(today):
        day = min(today, period.closes_on + timedelta(days=2))
        made = statements.close_period(period=period, day=day, actor=SYSTEM)
        if not isinstance(made, list):
            raise DemoError(f"clearing of {period}: {made}")
        for statement in made:
            way = next(ways) if period.after > recent else "paid"
            _bring(statement, way=way, by=ding, other=jia, day=day)
            done[f"clearing statements: {way}"] += 1


def _bring(statement: ClearingStatement, *, way: str, by: User, other: User, day: date) -> None:
    """Bring a statement as far as it is to be. Other provinces sign elsewhere, and have not yet."""
    if any(area[:2] != ANHUI for area in statement.areas):
        return
    signers = {"draft": (), "checked": ((by, 0),)}.get(way, ((by, 0), (other, 1)))
    for user, side in signers:
        area = (statement.creditor or statement.first_area, statement.debtor)[side]
        area = area or statement.second_area
        statements.check(
            statement_id=statement.pk,
            area=area,
            lines_hash=statement.lines_hash,
            by=user,
            day=day,
        )
    if way in {"paid", "on its way"} and statement.net:
        change = statements.propose_payment(
            statement_id=statement.pk,
            bank_reference=f"000{statement.pk:09d}",
            by=other,
            day=day,
        )
        if not isinstance(change, Change):
            raise DemoError(f"payment of {statement}: {change}")
        if way == "paid":
            statements.confirm_payment(change_id=change.pk, by=by, day=day)
