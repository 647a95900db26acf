"""What the portal holds about one person, section by section: for the copy that they can ask for.

Each room says what it holds (`sections_of` in its `exporting.py`): about the person themselves, and
of others no more than the person's own pages show. One definition is both the JSON and the PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Said:
    """A code for machines, with its words for people."""

    code: str
    words: str | Promise


def month(day: date) -> Said:
    """Return a month: its first day for machines, year and month for people."""
    return Said(day.isoformat(), f"{day:%Y-%m}")


@dataclass(frozen=True, slots=True)
class Section:
    """A table of what is held. `key` and the columns' keys are for machines, titles for people."""

    key: str
    title: str | Promise
    columns: Sequence[tuple[str, str | Promise]]
    rows: Sequence[Sequence[Any]]

    def as_json(self) -> list[dict[str, Any]]:
        """Return the rows as objects; amounts and days as texts."""
        keys = [key for key, _ in self.columns]
        return [
            {key: _plain(value) for key, value in zip(keys, row, strict=True)} for row in self.rows
        ]

    def as_table(self) -> dict[str, Any]:
        """Return the section as the document's template takes it."""
        return {
            "title": str(self.title),
            "columns": [str(title) for _, title in self.columns],
            "amounts": [
                any(isinstance(row[place], Decimal) for row in self.rows)
                for place in range(len(self.columns))
            ],
            "rows": [[_words(value) for value in row] for row in self.rows],
        }


def section(
    key: str,
    title: str | Promise,
    columns: Sequence[tuple[str, str | Promise]],
    rows: Iterable[Sequence[Any]],
) -> Section:
    """Make a section of rows, read now."""
    return Section(key, title, columns, [tuple(row) for row in rows])


def _plain(value: Any) -> Any:
    if isinstance(value, Said):
        return value.code
    if isinstance(value, datetime):
        return localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Promise):
        return str(value)
    return value


def _words(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, Said):
        return str(value.words) or "—"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return f"{localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(_plain(value))
