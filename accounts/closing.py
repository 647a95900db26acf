"""Closing years: the interest of an area's accounts, set-based; and of one account at a payout."""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from policy.book import Book
from policy.queries import current_book
from policy.refusals import refuse
from record.operations import Actor, audit, operation

from . import ledger
from .interest import Interest, Movement, RatePeriod, interest
from .models import AccountYear, Chunk, LedgerAccount, Run, Transfer
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


@operation
def open_interest_run(*, area: str, year: int, day: date, actor: Actor) -> Run:
    """Open the closing of a year for an area's accounts (rules 4.3).

    Refused: year_not_over; earlier_year_open while an account there has an earlier year open.
    """
    if day.year <= year:
        raise refuse("year_not_over")
    alone_with(kind=Run.Kind.INTEREST, area=area, period=date(year, 1, 1))
    if _earlier_year_open(area, year):
        raise refuse("earlier_year_open")
    run = Run.objects.filter(
        kind=Run.Kind.INTEREST, area=area, period=date(year, 1, 1), state=Run.State.POSTING
    ).first()
    if run is None:
        run = Run.objects.create(
            kind=Run.Kind.INTEREST,
            area=area,
            period=date(year, 1, 1),
            day=day,
            state=Run.State.POSTING,
            started_by_id=actor.user_id,
        )
        cut_into_chunks(run)
        audit(actor=actor, verb="accounts.close_year", area=area, record=f"run:{run.pk}")
    return run


def _earlier_year_open(area: str, year: int) -> bool:
    return (
        LedgerAccount.objects.filter(
            kind=LedgerAccount.Kind.PERSONAL,
            frozen_on=None,
            person__enrolments__area=area,
            person__enrolments__ends_on=None,
            first_year__lt=year,
            closed_through__lt=year - 1,
        )
    ).exists()


def close_year(*, area: str, year: int, day: date, actor: Actor) -> Any:
    """Close a year in an area from beginning to end: the run, or a Refusal."""
    run = open_interest_run(area=area, year=year, day=day, actor=actor)
    if not isinstance(run, Run):
        return run
    for _ in post_interest_run(run):
        pass
    return run


def post_interest_run(run: Run) -> Iterator[Chunk]:
    """Close the chunks of a run that are open yet, one by one, and finish it."""
    year = run.period.year
    rates = rate_periods(book_of(run), date(year, 1, 1), date(year, 12, 31))
    while (chunk := _close_next(run, rates)) is not None:
        yield chunk
    finish(run, policy={"rates": [_as_json(rate) for rate in rates]})


def _close_next(run: Run, rates: Sequence[RatePeriod]) -> Chunk | None:
    year = run.period.year
    fund = ledger.area_key(LedgerAccount.Kind.INTEREST, run.area)
    with transaction.atomic():
        chunk = next_chunk(run)
        if chunk is None:
            return None
        members = lock_chunk_accounts(run, chunk)
        with batch_cursor(by_hash=False) as cursor:
            cursor.execute(
                _interest_sql(),
                {
                    "rates": json.dumps([_as_json(rate) for rate in rates]),
                    "area": run.area,
                    "year": year,
                    "first_day": date(year, 1, 1),
                    "last_day": date(year, 12, 31),
                    "value_date": date(year + 1, 1, 1),
                    "days": 366 if calendar.isleap(year) else 365,
                    "day": run.day,
                    "after": chunk.after_person,
                    "through": chunk.through_person,
                    "first_account": members.first_account,
                    "last_account": members.last_account,
                    "run": run.pk,
                    "fund": ledger.account_ids([fund])[fund],
                },
            )
            chunk.expected, chunk.done, chunk.amount = cursor.fetchone() or (0, 0, ZERO)
        close_chunk(chunk)
        return chunk


def _as_json(rate: RatePeriod) -> dict[str, str]:
    return {
        "first": rate.first.isoformat(),
        "last": rate.last.isoformat(),
        "demand": str(rate.demand),
        "three_month": str(rate.three_month),
    }


@cache
def _interest_sql() -> str:
    return (Path(__file__).parent / "sql" / "interest_chunk.sql").read_text()


def rate_periods(book: Book, first: date, last: date) -> list[RatePeriod]:
    """Return the deposit rates of these days as the pure core takes them."""
    return [
        RatePeriod(rate.first, rate.last, rate.demand, rate.three_month)
        for rate in book.deposit_rates(first, last)
    ]


def interest_in(run: Run) -> dict[int, Interest]:
    """Return the interest that a run posted, by person id; who earned none is left out."""
    rows = AccountYear.objects.filter(run=run).values_list(
        "account__person_id", "interest_current", "interest_carried"
    )
    return {
        person_id: Interest(on_current, on_carried)
        for person_id, on_current, on_carried in rows
        if person_id is not None and (on_current or on_carried)
    }


def close_account(*, account: LedgerAccount, area: str, day: date) -> Decimal:
    """Close what is open of a locked account before its payout, this year up to the day before.

    Posts the interest year by year and returns its total. Inside the caller's transaction.
    """
    book = current_book()
    total = ZERO
    for year in range(max(account.closed_through + 1, account.first_year), day.year + 1):
        through = min(date(year, 12, 31), day - timedelta(days=1))
        if through.year == year:
            total += _close_one(account, book=book, area=area, year=year, through=through, day=day)
    return total


def _close_one(
    account: LedgerAccount, *, book: Book, area: str, year: int, through: date, day: date
) -> Decimal:
    before = AccountYear.objects.filter(account=account, year=year - 1).first()
    opening = before.closing if before else ZERO
    movements = movements_of(account, date(year, 1, 1), date(year, 12, 31))
    earned = interest(
        year=year,
        opening=opening,
        movements=movements,
        through=through,
        rates=rate_periods(book, date(year, 1, 1), through),
    )
    closed = AccountYear.objects.create(
        account=account,
        year=year,
        opening=opening,
        closing=opening + sum((movement.amount for movement in movements), ZERO),
        interest_current=earned.current,
        interest_carried=earned.carried,
        through=through,
        day=day,
    )
    fund = ledger.area_key(LedgerAccount.Kind.INTEREST, area)
    parts = [
        (Transfer.Kind.INTEREST_CURRENT, earned.current),
        (Transfer.Kind.INTEREST_CARRIED, earned.carried),
    ]
    ledger.post(
        source=Transfer.Source.INTEREST,
        source_id=closed.pk,
        day=day,
        # This year's interest has no January to wait for: it is paid out on the day itself.
        value_date=min(date(year + 1, 1, 1), day),
        postings=[
            ledger.give(
                account_id=account.pk,
                bucket=ledger.CARRIED,
                from_key=fund,
                amount=amount,
                kind=kind,
            )
            for kind, amount in parts
            if amount > 0
        ],
        accounts={account.pk: account},
    )
    if year < day.year:
        account.closed_through = year
        LedgerAccount.objects.filter(pk=account.pk).update(closed_through=year)
    return earned.total


def movements_of(account: LedgerAccount, first: date, last: date) -> list[Movement]:
    """Return the signed movements of an account with a value date in these days."""
    rows = Transfer.objects.filter(
        account=account, value_date__gte=first, value_date__lte=last
    ).values_list("value_date", "bucket", "amount", "to_account_id")
    return [
        Movement(value_date, bucket, amount if to_id == account.pk else -amount)
        for value_date, bucket, amount, to_id in rows
    ]
