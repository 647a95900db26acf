"""Builders of rolls for tests: CSV and XLSX files, right ones and broken ones."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl
from stdnum.cn import ric

from record.imports import Context, Report, Roll, run_import
from record.operations import Actor

TODAY = date(2026, 11, 20)
ACTOR = Actor(name="import")
#: Valid by checksum; no county begins with these digits.
NOWHERE = "999998"

CONTRIBUTION_HEAD = ("身份证号", "缴费月份", "缴费基数", "缴费日期", "更正")


def id_number(order: int, *, born: date = date(1985, 5, 5)) -> str:
    """Return the ID number of a person of these tests."""
    digits = f"{NOWHERE[:5]}{order // 1000 % 10}{born:%Y%m%d}{order % 1000:03d}"
    return digits + ric.calc_check_digit(digits)


def csv_roll(*rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    """Return rows, the heading first, as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_roll(*rows: Sequence[Any]) -> bytes:
    """Return rows, the heading first, as an XLSX file with cells of their types."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """Return an XLSX file with parts put in or replaced."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in old.namelist():
            if name not in parts:
                archive.writestr(name, old.read(name))
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def take_in(roll: Roll, content: bytes, *, name: str = "roll", **context: Any) -> Report:
    """Take a file in; the words of the context are `dry_run`, `accept_valid`, `scopes`."""
    return run_import(
        roll=roll,
        file=io.BytesIO(content),
        name=name,
        context=Context(**{"day": TODAY, "actor": ACTOR, **context}),
    )


def codes(report: Report) -> list[tuple[int, str]]:
    """Return the bad rows as lines with codes."""
    return [(bad.line, bad.fault.code) for bad in report.bad]
