"""XLSX files: opened with care, and written for people who open them in a spreadsheet.

An XLSX file is a zip of XML from somebody else. It is looked at before anything is unpacked: how
many parts, how large they will be, how far they were squeezed, whether they carry macros. XML
with entities is refused by defusedxml, which openpyxl uses where it is installed.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml import DEFUSEDXML

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
MACROS = (".xlsm", ".xltm", ".xlam")

#: A roll of a million rows unpacks to about half of this.
MAX_UNPACKED = 512 * 1024 * 1024
#: The texts of a workbook are held in memory, so they get less.
MAX_TEXTS = 96 * 1024 * 1024
#: Tables of repeated values are squeezed thirty to sixty times; bombs a thousand times.
MAX_RATIO = 200
MAX_PARTS = 1_000

#: What openpyxl, zipfile and the XML parser raise for a file that is broken or no workbook.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    InvalidFileException,
    ParseError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    EOFError,
    RuntimeError,
    TypeError,
    ValueError,
)

if not DEFUSEDXML:
    raise ImportError("openpyxl must not read XML from others without defusedxml")


class UnreadableRoll(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


def open_sheet(file: IO[bytes], *, max_columns: int) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the rows of a workbook's first sheet with their numbers. Raises UnreadableRoll.

    A cell with a formula comes as its formula, a text that begins with ``=``.
    """
    _inspect(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        try:
            sheet = book.worksheets[0]
            # What a file claims of its size may be wrong; only its rows count.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_col=max_columns, values_only=True)
            yield from enumerate(rows, start=1)
        finally:
            book.close()
    except UnreadableRoll:
        raise
    except _DAMAGED:
        raise UnreadableRoll(
            gettext("The file is damaged or no .xlsx file: save it anew, or as CSV.")
        ) from None


def _inspect(file: IO[bytes]) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
        raise UnreadableRoll(
            gettext("The file is damaged or no .xlsx file: save it anew, or as CSV.")
        ) from None
    finally:
        file.seek(0)
    names = {part.filename.lower() for part in parts}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise UnreadableRoll(gettext("The file carries macros: save it as .xlsx without macros."))
    if "[content_types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise UnreadableRoll(gettext("This is no .xlsx file: send a CSV or an .xlsx file."))
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    texts = sum(p.file_size for p in parts if "sharedstrings" in p.filename.lower())
    if (
        len(parts) > MAX_PARTS
        or unpacked > MAX_UNPACKED
        or texts > MAX_TEXTS
        or unpacked / packed > MAX_RATIO
        or any(part.flag_bits & 0x1 for part in parts)
    ):
        raise UnreadableRoll(
            gettext(
                "The file would unpack to far more than a roll holds; it is not opened. Save the"
                " roll as CSV, or in parts."
            )
        )


def _write(sheet: Worksheet, row: int, column: int, text: str | Decimal) -> Any:
    """Write a text cell: whatever the text begins with, it is never a formula. A Decimal: money."""
    cell: Any = sheet.cell(row=row, column=column, value=text)
    if isinstance(text, Decimal):
        cell.number_format = "#,##0.00"
        return cell
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def write_sheet(
    *,
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str | Decimal]],
    notes: Sequence[str] = (),
) -> bytes:
    """Return an XLSX file of texts, and of amounts in yuan.

    A text is a text cell, so that no spreadsheet rounds an ID number.
    """
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    for place, text in enumerate(header, start=1):
        _write(sheet, 1, place, text).font = Font(bold=True)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(14, 2 * len(text) + 4)
        sheet.column_dimensions[letter].number_format = "@"
    for number, row in enumerate(rows, start=2):
        for place, value in enumerate(row, start=1):
            _write(sheet, number, place, value)
    if notes:
        page = book.create_sheet(gettext("Notes"))
        page.column_dimensions["A"].width = 80
        for number, note in enumerate(notes, start=1):
            _write(page, number, 1, note)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
