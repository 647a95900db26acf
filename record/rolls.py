"""Rolls: tables that other offices send, as CSV or XLSX, read row by row into plain text.

The core knows no domain. A room declares its `Column`s; `read` gives a `Row` for each line whose
cells can be taken as they stand and a `BadRow` for each other one. What is wrong with the file as
a whole is an `UnreadableRoll` with a sentence for the person who sent it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from .sheets import MACROS, OLD_EXCEL, ZIP, UnreadableRoll, open_sheet

Text = str | Promise

#: Limits of a file, so that a wrong or hostile one is refused before it costs much.
MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 64
MAX_CELL = 500

_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])([0-9]{3})[0-9]{11}([0-9]{3}[0-9Xx])(?![0-9A-Za-z])")
#: Longer than a member number.
_LONG_DIGITS = re.compile(r"(?<![0-9A-Za-z])[0-9]{13,30}(?![0-9A-Za-z])")
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]{2}")
_CELL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
#: How formulas, errors and texts that were forced begin.
_SUSPECT = frozenset("=#'")
#: What a double of Excel keeps exactly.
_EXACT_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a roll. `titles`: what may stand above it, the template's Chinese one first.

    A `secret` column is masked wherever a value of it is shown. `example` fills the template.
    """

    name: str
    titles: tuple[str, ...]
    needed: bool = True
    secret: bool = False
    example: str = ""
    note: Text = ""

    @property
    def title(self) -> str:
        return self.titles[0]


@dataclass(frozen=True, slots=True)
class Fault:
    """What can be wrong with a row: a code, the reason, and what its sender can do."""

    code: str
    reason: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not taken in: its line, the column and its value (masked), and the fault."""

    line: int
    column: str
    value: str
    fault: Fault

    def cells(self) -> tuple[int, str, str, str, str]:
        """The row of a table of bad rows, in the reader's language."""
        return self.line, self.column, self.value, str(self.fault.reason), str(self.fault.remedy)


@dataclass(frozen=True, slots=True)
class Row:
    """One line's cells as text, by column name; a column that the file lacks is ``""``."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name]


def _fault(code: str, reason: Text, remedy: Text) -> Fault:
    return Fault(code, reason, remedy)


FORMULA = _fault(
    "formula",
    gettext_lazy("The cell holds a formula."),
    gettext_lazy("Copy the column and paste it as values."),
)
CELL_ERROR = _fault(
    "cell_error",
    gettext_lazy("The cell holds an error of the spreadsheet."),
    gettext_lazy("Write the value itself into the cell."),
)
ROUNDED = _fault(
    "rounded",
    gettext_lazy("The spreadsheet has rounded this long number; its last digits are lost."),
    gettext_lazy("Set the column to text and enter the number anew."),
)
TOO_LONG = _fault(
    "too_long",
    gettext_lazy("The text is too long."),
    gettext_lazy("Shorten it, or look for a missing quotation mark further up."),
)
MISSING = _fault(
    "missing",
    gettext_lazy("The cell is empty."),
    gettext_lazy("Fill it in."),
)
EXTRA_CELLS = _fault(
    "extra_cells",
    gettext_lazy("The line has more cells than the first one."),
    gettext_lazy("Put a value that contains a comma into quotation marks."),
)


class BadCell(ValueError):
    """Raised by a reader of one cell; becomes a `BadRow`."""

    def __init__(self, column: str, fault: Fault) -> None:
        super().__init__(fault.code)
        self.column = column
        self.fault = fault


def mask(text: str) -> str:
    """Return the text with every ID number in it masked."""
    return _ID_NUMBER.sub(r"\1***********\2", unicodedata.normalize("NFKC", text))


def mask_text(text: str) -> str:
    """Return the text with ID numbers and other long runs of digits, such as accounts, masked."""
    return _LONG_DIGITS.sub(lambda run: "*" * (len(run[0]) - 4) + run[0][-4:], mask(text))


def mask_secret(text: str) -> str:
    """Return a secret value as a table of bad rows may show it: a few characters at its ends."""
    plain = "".join(text.split())
    if len(plain) <= 8:
        return plain[:1] + "*" * max(len(plain) - 1, 0)
    return plain[:3] + "*" * (len(plain) - 7) + plain[-4:]


@dataclass(frozen=True, slots=True)
class Layout:
    """The declared columns of a kind of roll."""

    columns: tuple[Column, ...]
    by_name: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    def bad(self, row: Row, column: str, fault: Fault) -> BadRow:
        """Return the bad row for a cell of a row, its value masked."""
        shown = row.cells.get(column, "")
        known = self.by_name[column]
        value = mask_secret(shown) if known.secret else mask(shown)
        return BadRow(row.line, known.title, value[:60], fault)

    def read(self, file: IO[bytes], *, name: str) -> Iterator[Row | BadRow]:
        """Read a roll row by row; blank lines are left out. Raises UnreadableRoll.

        The kind of file is told by its content, not by its name.
        """
        head = file.read(8)
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        if not head:
            raise UnreadableRoll(gettext("The file is empty."))
        if size > MAX_BYTES:
            raise UnreadableRoll(
                gettext("The file is larger than %(size)s MB: send it in parts.")
                % {"size": MAX_BYTES // 1024 // 1024}
            )
        if head.startswith(OLD_EXCEL):
            raise UnreadableRoll(
                gettext(
                    "This is an old or password-protected Excel file: save it as .xlsx without"
                    " a password, or as CSV."
                )
            )
        if head.startswith(ZIP):
            if name.lower().endswith(MACROS):
                raise UnreadableRoll(
                    gettext("The file carries macros: save it as .xlsx without macros.")
                )
            lines: Iterable[tuple[int, Sequence[Any]]] = open_sheet(file, max_columns=MAX_COLUMNS)
        else:
            lines = _csv_lines(file)
        return self._rows(iter(lines))

    def _rows(self, lines: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[Row | BadRow]:
        header = next((cells for _, cells in lines if any(_plain(cell) for cell in cells)), None)
        if header is None:
            raise UnreadableRoll(gettext("The file has no rows."))
        places = self._places([_plain(cell) for cell in header])
        width = len(header)
        count = 0
        for line, cells in lines:
            row = self._row(line, cells, places, width)
            if row is None:
                continue
            count += 1
            if count > MAX_ROWS:
                raise UnreadableRoll(
                    gettext("The file has more than %(rows)s rows: send it in parts.")
                    % {"rows": MAX_ROWS}
                )
            yield row
        if not count:
            raise UnreadableRoll(gettext("The file has a heading and no rows."))

    def _places(self, header: list[str]) -> dict[str, int]:
        """Return where each column stands. Raises UnreadableRoll for one missing or doubled."""
        known = {_key(title): c.name for c in self.columns for title in (*c.titles, c.name)}
        places: dict[str, int] = {}
        for place, title in enumerate(header):
            name = known.get(_key(title))
            if name is None:
                continue
            if name in places:
                raise UnreadableRoll(
                    gettext("The column %(title)s is there twice.") % {"title": title}
                )
            places[name] = place
        missing = [c.title for c in self.columns if c.needed and c.name not in places]
        if missing:
            raise UnreadableRoll(
                gettext("These columns are missing: %(missing)s. The first line names %(found)s.")
                % {
                    "missing": "、".join(missing),
                    "found": "、".join(mask(title)[:20] for title in header if title)[:200],
                }
            )
        return places

    def _row(
        self, line: int, cells: Sequence[Any], places: Mapping[str, int], width: int
    ) -> Row | BadRow | None:
        values: dict[str, str] = {}
        problem: tuple[str, Fault] | None = None
        for column in self.columns:
            place = places.get(column.name, -1)
            raw = cells[place] if 0 <= place < len(cells) else None
            try:
                values[column.name] = cell_text(raw)
            except BadCell as bad:
                values[column.name] = _plain(raw)
                problem = problem or (column.name, bad.fault)
        if not any(values.values()):
            return None
        row = Row(line, values)
        if problem is None and any(_plain(cell) for cell in cells[width:]):
            problem = (self.columns[0].name, EXTRA_CELLS)
        if problem is None:
            for column in self.columns:
                if column.needed and not values[column.name]:
                    problem = (column.name, MISSING)
                    break
        return row if problem is None else self.bad(row, *problem)


def cell_text(raw: Any) -> str:
    """Return a cell as text. Raises BadCell for one whose value cannot be trusted.

    A whole number loses its ``.0``, a date is written as 2024-06-30, a truth as true or false.
    """
    if raw is None:
        return ""
    if isinstance(raw, str):
        return _trusted(raw)
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time.min else raw.isoformat(" ")
    if isinstance(raw, int | float):
        if not abs(raw) < 10**_EXACT_DIGITS:
            raise BadCell("", ROUNDED)
        return f"{raw:.15g}" if isinstance(raw, float) else str(raw)
    return str(raw).strip()


def _trusted(raw: str) -> str:
    text = (raw if raw.isascii() else unicodedata.normalize("NFKC", raw)).strip()
    if len(text) > MAX_CELL:
        raise BadCell("", TOO_LONG)
    if text[:1] not in _SUSPECT and "E" not in text and "e" not in text:
        # Nearly every cell: what follows is looked at only where there is reason to.
        return text
    if text[:1] == "=" and len(text) > 1:
        raise BadCell("", FORMULA)
    if text in _CELL_ERRORS:
        raise BadCell("", CELL_ERROR)
    if _ROUNDED.fullmatch(text):
        raise BadCell("", ROUNDED)
    return text.lstrip("'")


def _plain(raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 10**20:
        return str(int(raw))
    return "" if raw is None else str(raw).strip()[:MAX_CELL]


def _key(title: str) -> str:
    """Titles are compared without spaces, case, width, and what stands in brackets."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\s_*]|\(.*?\)", "", plain)


def _csv_lines(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    text = io.TextIOWrapper(file, encoding=_encoding(file), newline="")
    try:
        first = text.readline()
        text.seek(0)
        delimiter = max((",", "\t", ";", "，"), key=first.count)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        before = 0
        for cells in reader:
            # A cell may hold line breaks: a row is named by the line on which it begins.
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableRoll(
            gettext("Line %(line)s is no CSV: %(reason)s.")
            % {"line": reader.line_num, "reason": _csv_reason(error)}
        ) from None
    finally:
        # Whoever stops reading half-way may have closed the file before this is tidied up.
        if not file.closed:
            text.detach()


def _csv_reason(error: csv.Error) -> str:
    if "field larger" in str(error):
        return gettext("a cell is too long; a quotation mark may be missing")
    return gettext("a quotation mark is in the wrong place or missing")


def _encoding(file: IO[bytes]) -> str:
    """Return the encoding in which all of the file can be read. Raises UnreadableRoll."""
    start = file.read(4)
    file.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableRoll(gettext("The file is in UTF-16: save it as CSV UTF-8, or as .xlsx."))
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            while block := file.read(1 << 20):
                if b"\0" in block:
                    raise UnreadableRoll(gettext("This is no table: send a CSV or an .xlsx file."))
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        finally:
            file.seek(0)
        return encoding
    raise UnreadableRoll(
        gettext("The letters of the file cannot be read: save it as CSV UTF-8, or as .xlsx.")
    )
