"""Interest of a year, pure: no database, no clock (AH49-1.2)."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

FEN = Decimal("0.01")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """Deposit rates in force from `first` to `last`, both included; 0.0035 is 0.35%."""

    first: date
    last: date
    demand: Decimal
    three_month: Decimal


@dataclass(frozen=True, slots=True)
class Movement:
    """A signed amount on one balance (`current` or `carried`) from its value date on."""

    value_date: date
    bucket: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Interest:
    """Interest on the two balances, in yuan, each rounded once."""

    current: Decimal
    carried: Decimal

    @property
    def total(self) -> Decimal:
        """Return the sum of both."""
        return self.current + self.carried


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which one balance and its rate stand still; `balance` at the end of each of them."""

    bucket: str
    first: date
    last: date
    balance: Decimal
    rate: Decimal

    @property
    def days(self) -> int:
        """Return how many days it has, both ends included."""
        return (self.last - self.first).days + 1

    @property
    def product(self) -> Decimal:
        """Return the balance times the days: what a bank calls the interest product."""
        return self.balance * self.days


def stretches(
    *,
    year: int,
    opening: Decimal,
    movements: Sequence[Movement],
    through: date,
    rates: Sequence[RatePeriod],
) -> list[Stretch]:
    """Lay a year out in stretches, first those of the current balance, then the carried-over ones.

    `opening`: the carried-over balance at the first instant of the year. A stretch ends where the
    balance moves or the rate changes; stretches without money are left out.
    """
    found: list[Stretch] = []
    for bucket, held in (("current", Decimal(0)), ("carried", opening)):
        balance = held
        moved: dict[date, Decimal] = {}
        for movement in movements:
            if movement.bucket == bucket:
                before = moved.get(movement.value_date, Decimal(0))
                moved[movement.value_date] = before + movement.amount
        for period in rates:
            rate = period.demand if bucket == "current" else period.three_month
            first = max(period.first, date(year, 1, 1))
            last = min(period.last, through)
            starts = sorted({first, *(day for day in moved if first < day <= last)})
            for start, after in zip(starts, [*starts[1:], last + ONE_DAY], strict=True):
                balance += moved.pop(start, Decimal(0))
                if balance and after > start:
                    found.append(Stretch(bucket, start, after - ONE_DAY, balance, rate))
    return found


def interest(
    *,
    year: int,
    opening: Decimal,
    movements: Sequence[Movement],
    through: date,
    rates: Sequence[RatePeriod],
) -> Interest:
    """Return a year's interest up to a day, that day included.

    The current balance earns the demand deposit rate and the carried-over one the 3-month rate,
    each day by its balance at the end of the day, over the days of the year.
    """
    return interest_on(
        stretches(year=year, opening=opening, movements=movements, through=through, rates=rates),
        year=year,
    )


def interest_on(laid_out: Sequence[Stretch], *, year: int) -> Interest:
    """Return the interest of a year's stretches: each balance's sum is rounded once."""
    return Interest(
        *(
            _to_fen(exactly([each for each in laid_out if each.bucket == bucket], year=year))
            for bucket in ("current", "carried")
        )
    )


def exactly(laid_out: Sequence[Stretch], *, year: int) -> Fraction:
    """Return what stretches earn before any rounding, in yuan."""
    earned = sum((Fraction(each.product) * Fraction(each.rate) for each in laid_out), Fraction(0))
    return earned / days_of(year)


def days_of(year: int) -> int:
    """Return how many days a year has."""
    return 366 if calendar.isleap(year) else 365


def _to_fen(amount: Fraction) -> Decimal:
    """Round half up to the fen, exactly: the fraction is never cut before."""
    fen, rest = divmod(amount.numerator * 100, amount.denominator)
    if rest * 2 >= amount.denominator:
        fen += 1
    return (Decimal(fen) * FEN).quantize(FEN, rounding=ROUND_HALF_UP)
