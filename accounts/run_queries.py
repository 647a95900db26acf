"""Reads about runs for staff: fetching one is the check that it lies in one of their areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from members.models import Person
from policy.book import Book
from record.looking import within

from .models import AccountYear, BankFile, Chunk, Credit, LedgerAccount, Run, SkippedMonth
from .run_verbs import is_resumable
from .runs import RUN_LOCK, WORKERS_OF_A_RUN

NIL = Decimal("0.00")

#: Reasons whose members a run counts and does not list: there is nothing to do for them.
NOT_LISTED = frozenset({"no_account"})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. Amounts in yuan; `workers` are those at work in this moment."""

    chunks: int
    posted: int
    expected: int
    done: int
    amount: Decimal
    skipped: Mapping[str, int]
    workers: int
    resumable: bool

    @property
    def skipped_total(self) -> int:
        return sum(self.skipped.values())

    @property
    def handled(self) -> int:
        """Return how many months are dealt with: done or skipped."""
        return self.done + self.skipped_total

    @property
    def percent(self) -> int:
        """Return how many of a hundred parts are posted; 100 only where all are."""
        return 100 * self.posted // self.chunks if self.chunks else 100


def runs_in(scopes: frozenset[str]) -> QuerySet[Run]:
    """Return the runs of these areas and provinces, newest first."""
    return (
        Run.objects.filter(within(("area",), scopes)).select_related("started_by").order_by("-pk")
    )


def run_for(scopes: frozenset[str], run_id: int) -> Run:
    """Return a run of these areas. Raises Http404."""
    return get_object_or_404(runs_in(scopes), pk=run_id)


def progress_of(run: Run) -> Progress:
    """Return how far a run is, in three queries whatever its size."""
    sums = run.chunks.aggregate(
        chunks=Count("pk"),
        posted=Count("pk", filter=Q(posted_at__isnull=False)),
        expected=Sum("expected"),
        done=Sum("done"),
        amount=Sum("amount"),
    )
    posting = run.state in {Run.State.POSTING, Run.State.STOPPED, Run.State.FAILED}
    skipped = _skipped_in_chunks(run) if posting else run.skipped
    return Progress(
        chunks=sums["chunks"],
        posted=sums["posted"],
        # Once it is over, what its chunks found; before, what was counted.
        expected=run.expected or sums["expected"] or 0,
        done=sums["done"] or 0,
        amount=sums["amount"] or NIL,
        skipped=skipped,
        workers=_workers_at(run) if run.state == Run.State.POSTING else 0,
        resumable=run.state in {Run.State.STOPPED, Run.State.FAILED} and is_resumable(run),
    )


def _skipped_in_chunks(run: Run) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason, sum(number::int) FROM accounts_chunk,"
            " LATERAL jsonb_each_text(skipped) AS one(reason, number)"
            " WHERE run_id = %s AND posted_at IS NOT NULL GROUP BY reason ORDER BY reason",
            [run.pk],
        )
        return {reason: int(number) for reason, number in cursor.fetchall()}


def _workers_at(run: Run) -> int:
    """Count the places of a run that database sessions hold: none where its worker is gone."""
    keys = [(run.pk * WORKERS_OF_A_RUN + place) % 2**31 for place in range(WORKERS_OF_A_RUN)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s AND objid = ANY (%s::bigint[]::oid[])",
            [RUN_LOCK, keys],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def progress_of_many(runs: list[Run]) -> dict[int, int]:
    """Return how many of a hundred parts are posted of each run that is being posted."""
    going = [run.pk for run in runs if run.state == Run.State.POSTING]
    rows = (
        Chunk.objects.filter(run__in=going)
        .values_list("run")
        .annotate(chunks=Count("pk"), posted=Count("pk", filter=Q(posted_at__isnull=False)))
    )
    return {run_id: 100 * posted // chunks for run_id, chunks, posted in rows}


# --- what was skipped -----------------------------------------------------------------------------


def skipped_months(run: Run, reason: str = "") -> QuerySet[SkippedMonth]:
    """Return the months that a run left to staff, by member and month; of one reason, or all."""
    months = SkippedMonth.objects.filter(run=run).select_related("person")
    return (months.filter(reason=reason) if reason else months).order_by("person_id", "month")


# --- compared before posting ----------------------------------------------------------------------


def largest_changes(run: Run) -> list[dict[str, Any]]:
    """Return the members whose credit changes most, with their rows, as the run was counted."""
    largest = run.comparison.get("largest", [])
    persons = Person.objects.in_bulk([row["person"] for row in largest])
    return [
        {
            "person": persons[row["person"]],
            "amount": Decimal(row["amount"]),
            "amount_before": Decimal(row["amount_before"]),
            "change": Decimal(row["amount"]) - Decimal(row["amount_before"]),
        }
        for row in largest
        if row["person"] in persons
    ]


def totals_by_class(run: Run) -> list[dict[str, Any]]:
    """Return what a finished crediting run gave, by area and class of members."""
    rows = (
        Credit.objects.filter(run=run)
        .values_list("area", "month", "cell")
        .annotate(number=Count("pk"), total=Sum("amount"))
        .order_by()
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for area, month, cell, number, total in rows:
        prices = run.policy.get(f"{area}/{month:%Y-%m}", [])
        name = prices[cell]["who"] if cell is not None and cell < len(prices) else ""
        entry = found.setdefault(
            (area, name), {"area": area, "class": name, "members": 0, "amount": NIL}
        )
        entry["members"] += number
        entry["amount"] += total
    return [found[key] for key in sorted(found)]


# --- before a year is closed ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClosingOutlook:
    """What closing a year would meet: accounts to close, those with an earlier year open; and the
    interest that the year before brought, in yuan."""

    accounts: int
    earlier_open: int
    before: Decimal | None


def closing_outlook(*, area: str, year: int) -> ClosingOutlook:
    """Return what closing a year in an area would meet."""
    accounts = LedgerAccount.objects.filter(
        kind=LedgerAccount.Kind.PERSONAL,
        frozen_on=None,
        person__enrolments__area=area,
        person__enrolments__ends_on=None,
    ).aggregate(
        due=Count("pk", filter=Q(closed_through=year - 1, first_year__lte=year)),
        earlier=Count("pk", filter=Q(closed_through__lt=year - 1, first_year__lt=year)),
    )
    before = Run.objects.filter(
        kind=Run.Kind.INTEREST, area=area, period=date(year - 1, 1, 1), state=Run.State.DONE
    ).aggregate(amount=Sum("amount"))
    return ClosingOutlook(accounts["due"], accounts["earlier"], before["amount"])


def interest_totals(run: Run) -> dict[str, Any]:
    """Return what a closing run posted: accounts, interest on either balance, the last day."""
    return AccountYear.objects.filter(run=run).aggregate(
        accounts=Count("pk"),
        current=Sum("interest_current"),
        carried=Sum("interest_carried"),
        through=Max("through"),
    )


# --- paid out by bank -----------------------------------------------------------------------------


def disbursing_areas(book: Book, day: date) -> frozenset[str]:
    """Return the areas whose credits are paid to the members' own bank accounts (AH39-2.5a)."""
    return frozenset(
        area for area in book.areas if book.rules(area, day).account_use.value == "disbursed"
    )


def bank_parts(run: Run) -> list[BankFile]:
    """Return the parts of a run's bank file without what is in them, oldest first.

    Each with its release (`payment_file`), of which the room of clearing knows.
    """
    parts = BankFile.objects.filter(run=run).select_related("payment_file")
    return list(parts.defer("sealed", "payment_file__sealed").order_by("part"))
