"""Interest of a year, pure: no database, no clock (AH49-1.2)."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

FEN = Decimal("0.01")


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


def interest(
    *,
    year: int,
    opening: Decimal,
    movements: Sequence[Movement],
    through: date,
    rates: Sequence[RatePeriod],
) -> Interest:
    """Return a year's interest up to a day, that day included.

    `opening`: the carried-over balance at the first instant of the year. The current balance
    earns the demand deposit rate and the carried-over one the 3-month rate, each day by its
    balance at the end of the day, over the days of the year. A sum of balances over days is
    linear in the movements, so each counts once, for the days that are left.
    """
    current = carried = Fraction(0)
    for period in rates:
        first, last = max(period.first, date(year, 1, 1)), min(period.last, through)
        days = max(0, (last - first).days + 1)
        carried += Fraction(opening) * days * Fraction(period.three_month)
        for movement in movements:
            days = max(0, (last - max(first, movement.value_date)).days + 1)
            weighted = Fraction(movement.amount) * days
            if movement.bucket == "current":
                current += weighted * Fraction(period.demand)
            else:
                carried += weighted * Fraction(period.three_month)
    days_of_year = 366 if calendar.isleap(year) else 365
    return Interest(_to_fen(current / days_of_year), _to_fen(carried / days_of_year))


def _to_fen(amount: Fraction) -> Decimal:
    """Round half up to the fen, exactly: the fraction is never cut before."""
    fen, rest = divmod(amount.numerator * 100, amount.denominator)
    if rest * 2 >= amount.denominator:
        fen += 1
    return (Decimal(fen) * FEN).quantize(FEN, rounding=ROUND_HALF_UP)
