"""Files that others send: every encoding and kind that is read, every one that is refused."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.imports.contributions import ROLL as CONTRIBUTIONS
from claims.imports.institutions import ROLL as INSTITUTIONS
from members.imports.enrolments import ROLL as ENROLMENTS
from members.models import Contribution
from record.imports import errors_file, template_file
from record.rolls import BadRow, Row
from record.sheets import UnreadableRoll
from tests.rolls import (
    CONTRIBUTION_HEAD,
    codes,
    csv_roll,
    id_number,
    repacked,
    take_in,
    xlsx_roll,
)

pytestmark = pytest.mark.django_db
HEAD = CONTRIBUTION_HEAD
GOOD = ("2024-06", "6500.00", "2024-06-25", "")


def read(content: bytes, name: str = "roll") -> list[Row | BadRow]:
    return list(CONTRIBUTIONS.layout.read(io.BytesIO(content), name=name))


def refused(content: bytes, name: str = "roll") -> str:
    with pytest.raises(UnreadableRoll) as caught:
        read(content, name)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_every_usual_encoding(encoding: str) -> None:
    content = csv_roll(HEAD, (id_number(1), *GOOD), encoding=encoding)
    (row,) = read(content)
    assert isinstance(row, Row)
    assert row["id_number"] == id_number(1)
    assert (row.line, row["month"], row["correction"]) == (2, "2024-06", "")


def test_tabs_semicolons_english_heads_and_wide_letters_are_read() -> None:
    for mark in ("\t", ";"):
        text = mark.join(("ID Number", " Month ", "BASE", "Paid on")) + "\r\n"
        text += mark.join(("９９９９９０" + id_number(1)[6:], "２０２４－０６", "1", "2024-06-01"))
        (row,) = read(text.encode())
        assert isinstance(row, Row)
        assert row["id_number"] == id_number(1)
        assert row["month"] == "2024-06"


def test_cells_of_a_spreadsheet_keep_their_meaning() -> None:
    content = xlsx_roll(
        HEAD,
        # A spreadsheet's days have no zone.
        (id_number(1), datetime(2024, 6, 1), 6500, date(2024, 6, 25), True),  # noqa: DTZ001
        (id_number(2), "2024年6月", 6500.1, "2024/6/25", "是"),
    )
    first, second = read(content)
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert [first[n] for n in ("month", "base", "paid_on", "correction")] == [
        "2024-06-01",
        "6500",
        "2024-06-25",
        "true",
    ]
    assert second["base"] == "6500.1"


def test_blank_lines_and_foreign_columns_are_left_out_and_lines_keep_their_numbers() -> None:
    text = "\n\n姓名,身份证号,缴费月份,缴费基数,缴费日期\n\n甲,{},2024-06,1,2024-06-01\n,,,,\n"
    (row,) = read(text.format(id_number(1)).encode())
    assert row.line == 5


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n\n", "no rows"),
        (",".join(HEAD).encode(), "heading"),
        ("身份证号,缴费月份\n1,2\n".encode(), "missing"),
        ("身份证号,身份证号,缴费月份,缴费基数,缴费日期\n".encode(), "twice"),
        (",".join(HEAD).encode("utf-16"), "UTF-16"),
        (b"\xff\xfe\xfd\xfc\x80\x80\x80", "UTF-16"),
        (b"\x81\x20\xff\xff\xff", "letters"),
        (b"a,b\0c\n", "no table"),
        (",".join(HEAD).encode() + b'\n"abc\n', "quotation"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old"),
        (b"PK\x03\x04broken", "damaged"),
        (b"%PDF-1.7 \x80\xff\xff", "letters"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, words: str, english: None) -> None:
    assert words in refused(content)


@pytest.fixture
def english() -> Any:
    from django.utils.translation import override

    with override("en"):
        yield


def test_an_xlsx_with_macros_entities_or_a_bomb_is_not_opened(english: None) -> None:
    good = xlsx_roll(HEAD, (id_number(1), *GOOD))
    assert "macros" in refused(good, "roll.xlsm")
    assert "macros" in refused(repacked(good, **{"xl/vbaProject.bin": b"x"}))
    bomb = b"<worksheet>" + b" " * (80 * 1024 * 1024) + b"</worksheet>"
    began = time.monotonic()
    assert "unpack" in refused(repacked(good, **{"xl/worksheets/sheet1.xml": bomb}))
    assert time.monotonic() - began < 10
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData>'
        b"</worksheet>"
    )
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        assert "damaged" in refused(repacked(good, **{part: laughs}))
    assert "damaged" in refused(repacked(good, **{"xl/worksheets/sheet1.xml": b"<worksheet"}))
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("notes.txt", "a zip that is no workbook")
    assert "no .xlsx" in refused(plain.getvalue())


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (0, '="9999"&"1"', "formula"),
        (2, "=A1*2", "formula"),
        (2, "#REF!", "cell_error"),
        (0, "9.99998E+17", "rounded"),
        (0, 999998198505050011, "rounded"),
        (0, 9.99998198505050011e17, "rounded"),
        (0, "", "missing"),
        (2, "", "missing"),
        (1, "x" * 600, "too_long"),
    ],
)
def test_a_cell_that_cannot_be_trusted_makes_a_bad_row(column: int, cell: Any, code: str) -> None:
    values: list[Any] = [id_number(1), *GOOD]
    values[column] = cell
    (bad,) = read(xlsx_roll(HEAD, values))
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.fault.code) == (2, code)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (0, "12345", "id_shape"),
        (0, "999998198502300011", "id_date"),
        (0, "999998209902020011", "id_date"),
        (0, id_number(1)[:-1] + ("0" if id_number(1)[-1] != "0" else "1"), "id_checksum"),
        (1, "2024-13", "bad_month"),
        (1, "202406xx", "bad_month"),
        (1, "2024-06-15", "bad_month"),
        (1, "45444", "bad_month"),
        (2, "-1", "bad_amount"),
        (2, "6500.005", "bad_amount"),
        (2, "6,50", "bad_amount"),
        (2, "一千", "bad_amount"),
        (2, "1e3", "bad_amount"),
        (3, "2024-02-30", "bad_day"),
        (3, "45444", "bad_day"),
        (3, "2099-01-01", "future_day"),
        (3, "25/06/2024", "bad_day"),
        (4, "也许", "bad_mark"),
    ],
)
def test_each_wrong_value_is_named_with_what_to_do(column: int, cell: str, code: str) -> None:
    values = [id_number(1), *GOOD]
    values[column] = cell
    report = take_in(CONTRIBUTIONS, csv_roll(HEAD, values), dry_run=True)
    assert codes(report) == [(2, code)]
    (bad,) = report.bad
    assert bad.column == HEAD[column]
    assert str(bad.fault.reason)
    assert str(bad.fault.remedy)


def test_errors_show_no_id_number_and_no_formula() -> None:
    wrong = id_number(1)[:-1] + ("0" if id_number(1)[-1] != "0" else "1")
    report = take_in(
        CONTRIBUTIONS,
        csv_roll(HEAD, (wrong, *GOOD), (id_number(2), f"身份证{wrong}", *GOOD[1:]),
                 (id_number(3), "+1+1", *GOOD[1:])),
        dry_run=True,
    )  # fmt: skip
    text = errors_file(report.bad).decode("utf-8-sig")
    assert wrong not in text
    assert f"{wrong[:3]}***********{wrong[-4:]}" in text
    assert ",'+1+1," in text


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("roll", [CONTRIBUTIONS, ENROLMENTS, INSTITUTIONS], ids=lambda r: r.kind)
def test_a_template_can_be_filled_in_and_read_back(roll: Any, suffix: str) -> None:
    rows = list(roll.layout.read(io.BytesIO(template_file(roll, suffix=suffix)), name="t"))
    assert len(rows) == 1
    assert isinstance(rows[0], Row)
    report = take_in(roll, template_file(roll, suffix=suffix), dry_run=True)
    assert {code for _, code in codes(report)} <= {"unknown"}


cell = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["2024-06", "2024-06-25", "6500.00", "是", "", "=1", "#N/A", id_number(1)]),
    st.integers(-(10**19), 10**19).map(str),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(cell, max_size=7), max_size=8))
def test_no_table_breaks_the_import(rows: list[list[str]]) -> None:
    try:
        content = csv_roll(HEAD, *rows)
    except UnicodeEncodeError:
        return
    before = Contribution.objects.count()
    try:
        report = take_in(CONTRIBUTIONS, content, dry_run=True)
    except UnreadableRoll:
        return
    assert report.rows == report.done + report.skipped + len(report.bad)
    assert Contribution.objects.count() == before


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(noise=st.binary(max_size=300), head=st.sampled_from([b"", b"PK\x03\x04", b"\xef\xbb\xbf"]))
def test_no_bytes_break_the_reader(noise: bytes, head: bytes) -> None:
    with contextlib.suppress(UnreadableRoll):
        read(head + noise)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 4000), bit=st.integers(0, 255))
def test_no_damaged_workbook_breaks_the_reader(place: int, bit: int) -> None:
    content = bytearray(xlsx_roll(HEAD, (id_number(1), *GOOD)))
    content[place % len(content)] = bit
    with contextlib.suppress(UnreadableRoll):
        read(bytes(content))
