"""Crediting: a month's run over an area's members, set-based and resumable (rules 3).

A run has chunks; a chunk is one transaction of a few statements over thousands of persons and is
posted once. Whatever interrupts a run, posting it again goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from members.months import first_of, months_after
from policy.refusals import refuse
from record.operations import Actor, audit, operation

from . import ledger
from .models import Chunk, Credit, LedgerAccount, Run, SkippedMonth
from .runs import (
    ZERO,
    alone_with,
    batch_cursor,
    book_of,
    close_chunk,
    cut_into_chunks,
    finish,
    lock_chunk_accounts,
    next_chunk,
)
from .tariffs import TariffSheet, priced_in

#: A chunk that meets what somebody else posted meanwhile is tried again, on what is there then.
_TRIES = 5

#: The range of everybody, of whom the members of one area are few.
EVERYBODY = {"after": 0, "through": 2**62, "few": True}

#: Area, month, retired, place of the price, reason ("" where priced), members, amount.
Counted = tuple[str, date, bool, int | None, str, int, Decimal]


@operation
def open_credit_run(*, area: str, month: date, day: date, actor: Actor) -> Run:
    """Open the run of a month and cut it into chunks, ready to be posted.

    A run of the same month that is being posted is returned instead: it is to be gone on with. One
    that waits for a person is posted as of `day`. Refused: month_not_begun.
    """
    if month > first_of(day):
        raise refuse("month_not_begun")
    alone_with(kind=Run.Kind.CREDIT, area=area, period=month)
    run = (
        Run.objects.select_for_update()
        .filter(
            kind=Run.Kind.CREDIT,
            area=area,
            period=month,
            state__in=[Run.State.PREPARED, Run.State.POSTING],
        )
        .first()
    )
    if run is not None and run.state == Run.State.POSTING:
        return run
    if run is None:
        state = Run.State.POSTING
        run = new_credit_run(area=area, month=month, day=day, actor=actor, state=state)
    else:
        run.day, run.state, run.started_by_id = day, Run.State.POSTING, actor.user_id
        run.save(update_fields=["day", "state", "started_by"])
    audit(actor=actor, verb="accounts.credit", area=area, record=f"run:{run.pk}")
    return run


def new_credit_run(
    *, area: str, month: date, day: date, actor: Actor, state: Run.State = Run.State.PREPARED
) -> Run:
    """Make a run, which waits, with its chunks. Inside the caller's transaction."""
    run = Run.objects.create(
        kind=Run.Kind.CREDIT,
        area=area,
        period=month,
        day=day,
        state=state,
        started_by_id=actor.user_id,
    )
    cut_into_chunks(run)
    return run


def credit(*, area: str, month: date, day: date, actor: Actor) -> Any:
    """Credit a month in an area from beginning to end: the run, or a Refusal (month_not_begun)."""
    run = open_credit_run(area=area, month=month, day=day, actor=actor)
    if not isinstance(run, Run):
        return run
    for _ in post_credit_run(run):
        pass
    return run


def post_credit_run(run: Run) -> Iterator[Chunk]:
    """Post the chunks of a run that are not posted yet, one by one, and finish it.

    Yields each chunk after its commit. Several workers may post one run side by side: a chunk
    that another one holds is passed over.
    """
    sheet = TariffSheet(book_of(run))
    for area, month in [(run.area, run.period), *_met_before(run)]:
        sheet.add(area, month)
    while (chunk := _post_next(run, sheet)) is not None:
        yield chunk
    finish(run, policy=sheet.as_policy())


def _met_before(run: Run) -> list[tuple[str, date]]:
    """Return the areas and months whose prices the area's last run needed: this one will, too.

    One that is missing costs another round over the chunk, and one too many costs nothing.
    """
    last = (
        Run.objects.filter(kind=Run.Kind.CREDIT, area=run.area, id__lt=run.pk)
        .order_by("-id")
        .values_list("policy", flat=True)
        .first()
    )
    return priced_in(last or {})


def _post_next(run: Run, sheet: TariffSheet) -> Chunk | None:
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                chunk = next_chunk(run)
                if chunk is None:
                    return None
                ledger.may_open_accounts(area=run.area)
                members = lock_chunk_accounts(run, chunk)
                _credit_chunk(run, chunk, sheet, few=members.are_few_of(chunk))
                close_chunk(chunk)
                # What the constraints say belongs to this attempt, not to the commit after it.
                connection.check_constraints()
                return chunk
        except IntegrityError:
            if attempt == _TRIES:
                raise
    raise AssertionError("unreachable")


def _credit_chunk(run: Run, chunk: Chunk, sheet: TariffSheet, *, few: bool) -> None:
    keys = {
        "fund": ledger.area_key(LedgerAccount.Kind.CONTRIBUTIONS, run.area),
        "bank": ledger.area_key(LedgerAccount.Kind.BANK, run.area),
    }
    ids = ledger.account_ids(keys.values())
    while True:
        with batch_cursor(by_hash=True) as cursor:
            cursor.execute(
                _sql("credit_due") + _sql("credit_post"),
                {
                    **due_parameters(run, sheet),
                    **{name: ids[key] for name, key in keys.items()},
                    "after": chunk.after_person,
                    "through": chunk.through_person,
                    "few": few,
                    "year": run.day.year,
                    "run": run.pk,
                    "disburse": disburses(run, sheet),
                    "credit_ids": "accounts_credit_id_seq",
                    "account_ids": "accounts_ledgeraccount_id_seq",
                },
            )
            due, done, amount, skipped, missing = cursor.fetchone() or (0, 0, ZERO, "{}", "[]")
        skipped, missing = json.loads(skipped), json.loads(missing)
        chunk.done += done
        chunk.amount += amount
        # What waits for a tariff, or cannot be credited, comes up again in the next round.
        chunk.expected += done
        if not missing:
            chunk.expected += due - done
            chunk.skipped = skipped
            return
        for area, month in missing:
            sheet.add(area, date.fromisoformat(month))


def due_parameters(run: Run, sheet: TariffSheet) -> dict[str, Any]:
    """Return what `credit_due.sql` takes, but for the range of persons."""
    return {**sheet.parameters(), "area": run.area, "month": run.period, "day": run.day}


def disburses(run: Run, sheet: TariffSheet) -> bool:
    """Say whether a run is paid out by bank instead of kept on accounts (AH39-2.5a)."""
    return sheet.book.rules(run.area, run.day).account_use.value == "disbursed"


@cache
def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text()


def count_due(run: Run, sheet: TariffSheet) -> list[Counted]:
    """Count what a run would credit and skip, without posting anything."""
    while True:
        with batch_cursor(by_hash=True) as cursor:
            cursor.execute(
                _sql("credit_due") + _sql("credit_count"),
                {**due_parameters(run, sheet), **EVERYBODY},
            )
            rows: list[Counted] = cursor.fetchall()
        missing = {(row[0], row[1]) for row in rows if row[4] == "tariff_missing"}
        if not missing:
            return rows
        for area, month in missing:
            sheet.add(area, month)


def largest_changes(
    run: Run, sheet: TariffSheet, *, most: int
) -> list[tuple[int, Decimal, Decimal]]:
    """Return whose credit of the run's month differs most from the month before: id, now, then.

    The sheet holds every tariff that `count_due` met.
    """
    with batch_cursor(by_hash=True) as cursor:
        cursor.execute(
            _sql("credit_due") + _sql("credit_changes"),
            {
                **due_parameters(run, sheet),
                **EVERYBODY,
                "month_before": months_after(run.period, -1),
                "most": most,
            },
        )
        return list(cursor.fetchall())


def credited_in(run: Run) -> dict[int, Decimal]:
    """Return what a run credited or disbursed, by person id."""
    return dict(
        Credit.objects.filter(run=run)
        .values_list("person_id")
        .annotate(total=Sum("amount"))
        .order_by("person_id")
    )


def skipped_in(run: Run) -> Iterable[tuple[int, date, str]]:
    """Return the months that a run left to staff: person id, month, reason."""
    return SkippedMonth.objects.filter(run=run).values_list("person_id", "month", "reason")
