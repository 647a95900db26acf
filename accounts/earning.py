"""How a year's interest came about: the stretches of days behind it, and what was posted.

The pure core (`accounts.interest`) lays the year out and adds it up; the same function gave the
posted amounts, or its twin in SQL did. Nothing is worked out in a second way here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from policy.book import Book
from policy.values import Source

from .closing import movements_of, rate_periods
from .interest import (
    Interest,
    Movement,
    RatePeriod,
    Stretch,
    days_of,
    exactly,
    interest_on,
    stretches,
)
from .ledger import NIL
from .models import AccountYear, LedgerAccount

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Leg:
    """One balance at one rate: its stretches, their product, and what it earns before rounding."""

    bucket: str
    rate: Decimal
    stretches: tuple[Stretch, ...]
    exact: Fraction

    @property
    def product(self) -> Decimal:
        """Return the sum of balance times days."""
        return sum((stretch.product for stretch in self.stretches), NIL)


@dataclass(frozen=True, slots=True)
class YearEarned:
    """A year's interest with everything behind it.

    `posted`: what was posted, or None while the year is open; `interest`: what its stretches come
    to, which is the same. `turned`: how the balances became the next year's carried-over one.
    """

    year: int
    through: date
    days_of_year: int
    legs: tuple[Leg, ...]
    interest: Interest
    posted: Interest | None
    posted_on: date | None
    opening: Decimal
    left_current: Decimal
    left_carried: Decimal
    sources: tuple[Source, ...]

    @property
    def turned(self) -> Decimal:
        """Return what is carried over on the next 1 January, this year's interest included."""
        return self.left_current + self.left_carried + self.interest.total

    @property
    def is_as_posted(self) -> bool:
        """Say whether the stretches come to what was posted, to the fen."""
        return self.posted is None or self.posted == self.interest

    def leg_sums(self, bucket: str) -> tuple[Leg, ...]:
        """Return the legs of one balance."""
        return tuple(leg for leg in self.legs if leg.bucket == bucket)


def years_earning(account: LedgerAccount, *, today: date) -> list[int]:
    """Return the years of an account that earn or have earned interest, newest first."""
    return list(range(today.year, account.first_year - 1, -1)) if account.first_year else []


def year_earned(account: LedgerAccount, *, year: int, today: date, book: Book) -> YearEarned:
    """Return how a year's interest of an account came about; of an open one, up to yesterday."""
    rows = {
        row.year: row
        for row in AccountYear.objects.filter(
            account=account, year__in=[year - 1, year]
        ).select_related("run")
    }
    closed = rows.get(year)
    through = closed.through if closed else min(date(year, 12, 31), today - ONE_DAY)
    opening = closed.opening if closed else _opening(account, rows.get(year - 1), year)
    movements = movements_of(account, date(year, 1, 1), date(year, 12, 31))
    rates = _rates(closed, book, year, through)
    laid_out = stretches(
        year=year, opening=opening, movements=movements, through=through, rates=rates
    )
    by_bucket = {
        bucket: sum((m.amount for m in movements if m.bucket == bucket), NIL)
        for bucket in ("current", "carried")
    }
    return YearEarned(
        year=year,
        through=through,
        days_of_year=days_of(year),
        legs=_legs(laid_out, year),
        interest=interest_on(laid_out, year=year),
        posted=Interest(closed.interest_current, closed.interest_carried) if closed else None,
        posted_on=_posted_on(closed),
        opening=opening,
        left_current=by_bucket["current"],
        left_carried=opening + by_bucket["carried"],
        sources=_sources(account, book, through),
    )


def _opening(account: LedgerAccount, before: AccountYear | None, year: int) -> Decimal:
    """The carried-over balance at the first instant of a year that is not closed yet."""
    if before is not None:
        return before.closing
    moved: Sequence[Movement] = movements_of(account, date.min, date(year - 1, 12, 31))
    return sum((movement.amount for movement in moved), NIL)


def _posted_on(closed: AccountYear | None) -> date | None:
    if closed is None:
        return None
    return min(date(closed.year + 1, 1, 1), closed.day)


def _rates(
    closed: AccountYear | None, book: Book, year: int, through: date
) -> Sequence[RatePeriod]:
    """The rates that a run wrote down when it posted; else those of the book."""
    stored: Sequence[Mapping[str, Any]] = (
        closed.run.policy.get("rates", ()) if closed and closed.run else ()
    )
    if stored:
        return [
            RatePeriod(
                first=date.fromisoformat(rate["first"]),
                last=date.fromisoformat(rate["last"]),
                demand=Decimal(rate["demand"]),
                three_month=Decimal(rate["three_month"]),
            )
            for rate in stored
        ]
    if through < date(year, 1, 1):
        return []
    return rate_periods(book, date(year, 1, 1), through)


def _legs(laid_out: Sequence[Stretch], year: int) -> tuple[Leg, ...]:
    legs: dict[tuple[str, Decimal], list[Stretch]] = {}
    for stretch in laid_out:
        legs.setdefault((stretch.bucket, stretch.rate), []).append(stretch)
    return tuple(
        Leg(bucket, rate, tuple(found), exactly(found, year=year))
        for (bucket, rate), found in legs.items()
    )


def _sources(account: LedgerAccount, book: Book, through: date) -> tuple[Source, ...]:
    """Who says so: the rates, and by how many days a year's rate is divided."""
    rates = book.deposit_rates(through, through)
    day_count = book.rules(account.area, through).interest_day_count.source
    return tuple(dict.fromkeys([*(rate.source for rate in rates), day_count]))
