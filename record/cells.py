"""Readers of one cell of a roll: a day, a month, an amount, a word, a yes or no.

Each takes a row and a column's name and returns the value, or raises `BadCell` with the fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy

from .rolls import MISSING, BadCell, Fault, Row

BAD_DAY = Fault(
    "bad_day",
    gettext_lazy("This is no day of the calendar."),
    gettext_lazy("Write it like 2024-06-30."),
)
BAD_MONTH = Fault(
    "bad_month",
    gettext_lazy("This is no month."),
    gettext_lazy("Write it like 2024-06."),
)
FUTURE_DAY = Fault(
    "future_day",
    gettext_lazy("The day lies in the future."),
    gettext_lazy("Look at the year and the month; send what has happened."),
)
BAD_AMOUNT = Fault(
    "bad_amount",
    gettext_lazy("This is no amount in yuan."),
    gettext_lazy("Write it like 5432.10: no sign, at most two decimals."),
)
BAD_NUMBER = Fault(
    "bad_number",
    gettext_lazy("This is no number."),
    gettext_lazy("Write it in digits, at most two decimals."),
)
BAD_CHOICE = Fault(
    "bad_choice",
    gettext_lazy("This is none of the words for this column."),
    gettext_lazy("Use one of the words that the template's notes list."),
)
BAD_MARK = Fault(
    "bad_mark",
    gettext_lazy("This is neither yes nor no."),
    gettext_lazy("Write 是 or 否, or leave the cell empty for no."),
)

_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(
    r"(\d{4})(?:-|/|\.|年)(\d{1,2})月?|(\d{4})(\d{2})|(\d{4})(?:-|/)(\d{1,2})(?:-|/)0?1"
)
_AMOUNT = re.compile(r"(?:\d{1,10}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d{1,2}0*)?")
_YEARS = (1900, 2199)
_CENT = Decimal("0.01")

YES = frozenset({"是", "y", "yes", "true", "1", "√", "更正", "correction", "有"})
NO = frozenset({"", "否", "n", "no", "false", "0", "×", "无"})


def day(row: Row, column: str, *, latest: date | None = None) -> date:
    """Read a day, not later than `latest`."""
    found = _DAY.fullmatch(row[column])
    if found is None:
        raise BadCell(column, BAD_DAY)
    year, month, number = (int(part) for part in found.groups() if part is not None)
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise BadCell(column, BAD_DAY)
    try:
        read = date(year, month, number)
    except ValueError:
        raise BadCell(column, BAD_DAY) from None
    if latest is not None and read > latest:
        raise BadCell(column, FUTURE_DAY)
    return read


def day_or_none(row: Row, column: str, *, latest: date | None = None) -> date | None:
    """Read a day, or None from an empty cell."""
    return day(row, column, latest=latest) if row[column] else None


def month(row: Row, column: str) -> date:
    """Read a month as its first day. A date cell counts where it is the first of a month."""
    found = _MONTH.fullmatch(row[column])
    if found is None:
        raise BadCell(column, BAD_MONTH)
    year, number = (int(part) for part in found.groups() if part is not None)
    if not (_YEARS[0] <= year <= _YEARS[1] and 1 <= number <= 12):
        raise BadCell(column, BAD_MONTH)
    return date(year, number, 1)


def amount(row: Row, column: str, *, fault: Fault = BAD_AMOUNT) -> Decimal:
    """Read an amount in yuan, not negative, with two decimals."""
    text = row[column]
    if not _AMOUNT.fullmatch(text):
        raise BadCell(column, fault)
    return Decimal(text.replace(",", "")).quantize(_CENT)


def years(row: Row, column: str) -> Decimal:
    """Read a number of years with at most two decimals; an empty cell is nil."""
    read = amount(row, column, fault=BAD_NUMBER) if row[column] else Decimal("0.00")
    if read >= 100:
        raise BadCell(column, BAD_NUMBER)
    return read


def whole(row: Row, column: str, *, low: int, high: int) -> int:
    """Read a whole number between two bounds."""
    text = row[column]
    if not re.fullmatch(r"\d{1,6}", text) or not low <= int(text) <= high:
        raise BadCell(column, BAD_NUMBER)
    return int(text)


def word(row: Row, column: str, words: Mapping[str, str], *, default: str = "") -> str:
    """Read one of several words, in Chinese or English; an empty cell is the default."""
    text = row[column].casefold()
    if not text:
        if not default:
            raise BadCell(column, MISSING)
        return default
    if text not in words:
        raise BadCell(column, BAD_CHOICE)
    return words[text]


def mark(row: Row, column: str) -> bool:
    """Read a yes or no; an empty cell is no."""
    text = row[column].casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise BadCell(column, BAD_MARK)
