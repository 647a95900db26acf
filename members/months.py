"""Months as dates of their first day, and ages in full years."""

from __future__ import annotations

import calendar
from datetime import date


def first_of(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def last_of(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_after(month: date, count: int) -> date:
    """Return the first day of the month that is `count` months later (earlier if negative)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def parse_month(text: str) -> date:
    """Read `2024-06` as the first of June 2024. Raises ValueError."""
    year, dash, month = text.partition("-")
    if not (len(year) == 4 and dash and len(month) == 2 and (year + month).isdigit()):
        raise ValueError(f"{text!r} is no month: write it like 2024-06")
    return date(int(year), int(month), 1)


def full_years(born: date, day: date) -> int:
    """Return the age in full years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def retired_from(retired_on: date | None) -> date | None:
    """Return the first day as a retiree: the first of the month after the formalities (SZ-12)."""
    return None if retired_on is None else months_after(first_of(retired_on), 1)
