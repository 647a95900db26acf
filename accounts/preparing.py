"""Preparing a month's run: counted without posting, compared with the month before.

A run within the limits of the area's policy posts itself; any other waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from members.months import first_of, months_after
from policy.book import Book
from policy.queries import current_book
from policy.refusals import refuse
from record.models import Role
from record.operations import Actor, audit, operation, tell
from record.queries import users_with_role

from .crediting import Counted, count_due, largest_changes, new_credit_run
from .models import Credit, Run
from .pricing import NIL
from .runs import alone_with
from .tariffs import TariffSheet

#: How many members with the largest changes whoever decides is shown.
LARGEST_CHANGES = 20
#: Why a run waits, for the record; the page says it in the reader's language.
_SENTENCES = {
    "no_month_before": "there is no run of the month before to compare with",
    "members": "%(now)s members instead of %(before)s the month before",
    "amount": "%(now)s yuan instead of %(before)s the month before",
}

POSTERS = frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value})


@dataclass(slots=True)
class Total:
    """What a class of members gets in a run: how many months, and yuan."""

    members: int = 0
    amount: Decimal = NIL

    def add(self, members: int, amount: Decimal) -> None:
        """Count more of the same class."""
        self.members += members
        self.amount += amount


Totals = dict[tuple[str, str], Total]


def due_months(*, area: str, day: date, book: Book) -> list[date]:
    """Return the months whose run an area should have prepared by a day: this one, the last one.

    The last one too, so that who was away on the due day catches up.
    """
    this = first_of(day)
    months = [months_after(this, -1), this]
    return [month for month in months if month.replace(day=_due_day(book, area, month)) <= day]


def _due_day(book: Book, area: str, month: date) -> int:
    return book.rules(area, month).run_due_day.value


def is_prepared(*, area: str, month: date) -> bool:
    """Say whether a month has a run of any state: then it is not prepared by itself again."""
    return Run.objects.filter(kind=Run.Kind.CREDIT, area=area, period=month).exists()


@operation
def prepare_run(*, area: str, month: date, day: date, actor: Actor) -> Run:
    """Prepare a month's run: count it, compare it, and let it post itself within the limits.

    The run comes back as `posting` (the caller has it posted after the commit) or as `prepared`,
    for a person to look at; one that waits already or is being posted, as it is.
    Refused: month_not_begun.
    """
    if month > first_of(day):
        raise refuse("month_not_begun")
    alone_with(kind=Run.Kind.CREDIT, area=area, period=month)
    waiting = Run.objects.filter(
        kind=Run.Kind.CREDIT,
        area=area,
        period=month,
        state__in=[Run.State.PREPARED, Run.State.POSTING],
    ).first()
    if waiting is not None:
        return waiting
    run = new_credit_run(area=area, month=month, day=day, actor=actor)
    reasons = count_run(run)
    if not reasons:
        run.state = Run.State.POSTING
    else:
        run.note = "; ".join(reasons)
        tell(
            kind="run_waits",
            user_ids=users_with_role(kinds=POSTERS, area=area, day=day),
            data={"run": run.pk, "area": area, "month": f"{month:%Y-%m}"},
        )
    run.save()
    audit(
        actor=actor,
        verb="accounts.prepare_run",
        area=area,
        record=f"run:{run.pk}",
        data={"expected": run.expected, "amount": str(run.expected_amount), "waits_for": reasons},
    )
    return run


# --- counting and comparing -----------------------------------------------------------------------


def count_run(run: Run) -> list[str]:
    """Count a run, compare it, and return why it cannot post itself, if so. The caller saves it."""
    book = current_book()
    sheet = TariffSheet(book)
    sheet.add(run.area, run.period)
    rows = count_due(run, sheet)
    totals = _totals(rows, sheet)
    skipped: dict[str, int] = {}
    for _area, _month, _retired, _place, reason, number, _amount in rows:
        if reason:
            skipped[reason] = skipped.get(reason, 0) + number
    members, amount = _sum(totals.values())
    run.expected = members + sum(skipped.values())
    run.expected_amount, run.skipped = amount, skipped
    run.policy = sheet.as_policy()
    before = _run_before(run)
    reasons = _why_it_waits(run, book, members=members, before=before)
    run.comparison = {
        **_compare(totals, before),
        "largest": [
            {"person": person_id, "amount": str(now), "amount_before": str(then)}
            for person_id, now, then in largest_changes(run, sheet, most=LARGEST_CHANGES)
        ],
        "reasons": reasons,
    }
    return [_SENTENCES[reason["code"]] % reason for reason in reasons]


def _totals(rows: Iterable[Counted], sheet: TariffSheet) -> Totals:
    totals: Totals = {}
    for area, month, _retired, place, reason, number, amount in rows:
        if not reason and place is not None:
            key = area, sheet.class_of(area, month, place)
            totals.setdefault(key, Total()).add(number, amount)
    return totals


def _run_before(run: Run) -> Run | None:
    return (
        Run.objects.filter(
            kind=Run.Kind.CREDIT,
            area=run.area,
            period=months_after(run.period, -1),
            state=Run.State.DONE,
        )
        .order_by("-done", "-pk")
        .first()
    )


def _compare(totals: Totals, before: Run | None) -> dict[str, Any]:
    """Compare a run with the month before by area and class, biggest change of amount first."""
    former = _totals_of(before) if before else {}
    classes = []
    for area, name in sorted(totals.keys() | former.keys()):
        now, then = totals.get((area, name), Total()), former.get((area, name), Total())
        classes.append(
            {
                "area": area,
                "class": name,
                "members": now.members,
                "amount": str(now.amount),
                "members_before": then.members,
                "amount_before": str(then.amount),
                "change": str(now.amount - then.amount),
            }
        )
    classes.sort(key=lambda row: abs(Decimal(str(row["change"]))), reverse=True)
    members, amount = _sum(totals.values())
    return {
        "before": {
            "run": before.pk,
            "month": f"{before.period:%Y-%m}",
            "members": before.done,
            "amount": str(before.amount),
        }
        if before
        else None,
        "members": members,
        "amount": str(amount),
        "classes": classes,
    }


def _totals_of(run: Run) -> Totals:
    totals: Totals = {}
    rows = (
        Credit.objects.filter(run=run)
        .values_list("area", "month", "cell")
        .annotate(number=Count("pk"), total=Sum("amount"))
        .order_by()
    )
    for area, month, cell, number, amount in rows:
        prices = run.policy.get(f"{area}/{month:%Y-%m}", [])
        name = prices[cell]["who"] if cell is not None and cell < len(prices) else ""
        totals.setdefault((area, name), Total()).add(number, amount)
    return totals


def _sum(totals: Iterable[Total]) -> tuple[int, Decimal]:
    found = list(totals)
    return sum(t.members for t in found), sum((t.amount for t in found), NIL)


def _why_it_waits(
    run: Run, book: Book, *, members: int, before: Run | None
) -> list[dict[str, str]]:
    if before is None:
        return [{"code": "no_month_before"}]
    limits = book.rules(run.area, run.period).run_limits.value
    reasons = []
    if abs(members - before.done) > limits.members_change * before.done:
        reasons.append({"code": "members", "now": str(members), "before": str(before.done)})
    if abs(run.expected_amount - before.amount) > limits.amount_change * before.amount:
        reasons.append(
            {"code": "amount", "now": str(run.expected_amount), "before": str(before.amount)}
        )
    return reasons
