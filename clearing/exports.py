"""Tables as files: CSV and XLSX in which no cell is ever taken for a formula.

A row's cells are texts and amounts. An amount is a `Decimal` with two decimals: a number in XLSX,
plain figures in CSV, a minus included. A text that begins like a formula gets a quote in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from django.http import HttpResponse

from accounts.bankfile import harmless
from record.sheets import write_sheet

Cell = str | Decimal
FORMATS = ("csv", "xlsx")

#: Excel reads a CSV as UTF-8 only where it begins so.
_BOM = "\ufeff"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be handed out: its title, header, rows, and notes on how to read it."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(title) for title in header])
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return text.getvalue()


def _csv_cell(cell: Cell) -> str:
    return f"{cell:.2f}" if isinstance(cell, Decimal) else harmless(cell)


def as_xlsx(table: Table) -> bytes:
    """Return a table as an XLSX file."""
    return write_sheet(
        title=table.title, header=table.header, rows=table.rows, notes=list(table.notes)
    )


def handed_out(table: Table, *, name: str, form: str) -> HttpResponse:
    """Answer with a table as a file to be saved; `form` is one of `FORMATS`."""
    content: str | bytes
    if form == "xlsx":
        content, kind = as_xlsx(table), _XLSX
    else:
        content, kind = _BOM + as_csv(table.header, table.rows), "text/csv; charset=utf-8"
    return as_attachment(content, name=f"{name}.{form}", kind=kind)


def as_attachment(content: str | bytes, *, name: str, kind: str) -> HttpResponse:
    """Answer with a file to be saved."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
