"""Days, months as "YYYY-MM", and amounts as exact decimals."""

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.oracle.figures import FEN


def month_of(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month: str) -> date:
    return date(int(month[:4]), int(month[5:7]), 1)


def last_day(month: str) -> date:
    first = first_day(month)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def next_month(month: str) -> str:
    return month_of(last_day(month) + timedelta(days=1))


def month_before(month: str) -> str:
    return month_of(first_day(month) - timedelta(days=1))


def days_in_year(year: int) -> int:
    return 366 if calendar.isleap(year) else 365


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last, both included."""
    day = first
    while day <= last:
        yield day
        day += timedelta(days=1)


def full_years(born: date, day: date) -> int:
    before_birthday = (day.month, day.day) < (born.month, born.day)
    return day.year - born.year - (1 if before_birthday else 0)


def half_up(amount: Decimal | Fraction) -> Decimal:
    """Round half up to the fen (section 1.1), exactly."""
    if isinstance(amount, Fraction):
        fen = (amount * 100 + Fraction(1, 2)).__floor__()
        return Decimal(fen) * FEN
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"
