"""The roll of institutions: hospitals and pharmacies, with what the register says from a day on.

One line is one term. A term that begins later than the one still open ends that one on its first
day; every other overlap, and every particular that differs from the record, is a bad row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy

from claims.models import Institution, InstitutionTerm
from policy.book import load_book
from record import cells
from record.imports import Context, Roll
from record.models import Role
from record.rolls import BadCell, BadRow, Column, Fault, Layout, Row

KINDS = {
    "医院": "hospital",
    "定点医疗机构": "hospital",
    "hospital": "hospital",
    "药店": "pharmacy",
    "定点零售药店": "pharmacy",
    "pharmacy": "pharmacy",
}
LEVELS = {
    **dict.fromkeys(("0", "未定级", "无"), "0"),
    **dict.fromkeys(("1", "一级"), "1"),
    **dict.fromkeys(("2", "二级"), "2"),
    **dict.fromkeys(("3", "三级"), "3"),
}

COLUMNS = (
    Column(
        "code",
        ("机构编码", "定点机构编码", "机构代码", "code"),
        example="H34010000001",
        note=gettext_lazy("Up to 20 letters and digits; keep the column as text."),
    ),
    Column(
        "name",
        ("机构名称", "名称", "name"),
        example="示例市第一医院",
        note=gettext_lazy("Its name."),
    ),
    Column(
        "area",
        ("统筹区代码", "统筹区", "area"),
        example="340100",
        note=gettext_lazy("The six digits of the pooling area where it is."),
    ),
    Column(
        "kind", ("机构类型", "类型", "kind"), example="医院", note=gettext_lazy("医院 or 药店.")
    ),
    Column(
        "level",
        ("医院等级", "等级", "级别", "level"),
        example="三级",
        note=gettext_lazy("一级, 二级, 三级, or 未定级 for one without a level."),
    ),
    Column(
        "networked",
        ("异地联网", "联网", "networked"),
        example="是",
        note=gettext_lazy("Whether it settles for people from elsewhere: 是 or 否."),
    ),
    Column(
        "designated",
        ("定点", "designated"),
        example="是",
        note=gettext_lazy("Whether it is a designated institution: 是 or 否."),
    ),
    Column(
        "outpatient",
        ("门诊统筹定点", "门诊统筹", "outpatient"),
        example="是",
        note=gettext_lazy("Whether it is designated for pooled outpatient care: 是 or 否."),
    ),
    Column(
        "begins_on",
        ("生效日期", "起始日期", "from"),
        example="2022-07-01",
        note=gettext_lazy("The first day on which all this holds."),
    ),
    Column(
        "ends_on",
        ("失效日期", "终止日期", "until before"),
        needed=False,
        example="",
        note=gettext_lazy("The first day on which it no longer holds; empty while it does."),
    ),
    Column(
        "address",
        ("地址", "address"),
        needed=False,
        example="示例路 1 号",
        note=gettext_lazy("Its address."),
    ),
    Column(
        "phone",
        ("电话", "联系电话", "phone"),
        needed=False,
        example="",
        note=gettext_lazy("Its phone."),
    ),
)
LAYOUT = Layout(COLUMNS)

CHUNK = 1_000
_CODE = re.compile(r"[0-9A-Za-z-]{1,20}")

BAD_CODE = Fault(
    "bad_code",
    gettext_lazy("This is no code of an institution."),
    gettext_lazy("Write up to 20 letters and digits."),
)
BAD_NAME = Fault(
    "bad_name",
    gettext_lazy("The text is too long for its place."),
    gettext_lazy("Shorten it: a name has up to 120 characters, an address 200, a phone 40."),
)
UNKNOWN_AREA = Fault(
    "unknown_area",
    gettext_lazy("No pooling area of this system has this code."),
    gettext_lazy("Write the six digits of the area; staff can see the list under policy."),
)
FOREIGN_AREA = Fault(
    "foreign_area",
    gettext_lazy("You have no role for this area."),
    gettext_lazy("Leave the row out, and have it sent by the area's own staff."),
)
ENDS_EARLY = Fault(
    "ends_early",
    gettext_lazy("The term ends before it begins."),
    gettext_lazy("Look at the two days."),
)
DIFFERS = Fault(
    "differs",
    gettext_lazy("The institution is on record, and this differs from it."),
    gettext_lazy("Correct the row, or change the record in the register first."),
)
OVERLAPS = Fault(
    "overlaps",
    gettext_lazy("Another term of the institution holds on some of these days."),
    gettext_lazy("Let the new term begin after it, or end before it."),
)

_LENGTHS = {"name": 120, "address": 200, "phone": 40}
#: What belongs to the institution itself, and what to one term of it.
_OWN = ("name", "area", "kind", "address", "phone")
_DATED = ("level", "networked", "designated", "outpatient")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the roll, read."""

    code: str
    own: tuple[str, ...]
    dated: tuple[int, bool, bool, bool]
    begins_on: date
    ends_on: date | None


@dataclass(slots=True)
class Entry:
    """An institution with its terms, as the register has it and as this file adds to it."""

    institution: Institution
    is_new: bool = False
    terms: list[InstitutionTerm] = field(default_factory=list)
    ended: list[InstitutionTerm] = field(default_factory=list)
    added: list[InstitutionTerm] = field(default_factory=list)


class InstitutionRoll:
    """Takes one file in, a chunk of lines at a time."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.areas = load_book().areas
        self.done = 0
        self.skipped = 0
        self._entries: dict[str, Entry] = {}

    def take(self, rows: Iterator[Row]) -> Iterator[BadRow]:
        chunk: list[tuple[Row, Line]] = []
        for row in rows:
            try:
                chunk.append((row, self._read(row)))
            except BadCell as wrong:
                yield LAYOUT.bad(row, wrong.column, wrong.fault)
            if len(chunk) >= CHUNK:
                yield from self._settle(chunk)
                chunk = []
        yield from self._settle(chunk)

    def _read(self, row: Row) -> Line:
        if not _CODE.fullmatch(row["code"]):
            raise BadCell("code", BAD_CODE)
        for column, length in _LENGTHS.items():
            if len(row[column]) > length:
                raise BadCell(column, BAD_NAME)
        area = row["area"]
        if area not in self.areas:
            raise BadCell("area", UNKNOWN_AREA)
        if not self.context.covers(area):
            raise BadCell("area", FOREIGN_AREA)
        kind = cells.word(row, "kind", KINDS)
        begins_on = cells.day(row, "begins_on")
        ends_on = cells.day_or_none(row, "ends_on")
        if ends_on is not None and ends_on <= begins_on:
            raise BadCell("ends_on", ENDS_EARLY)
        return Line(
            code=row["code"],
            own=(row["name"], area, kind, row["address"], row["phone"]),
            dated=(
                int(cells.word(row, "level", LEVELS)),
                cells.mark(row, "networked"),
                cells.mark(row, "designated"),
                cells.mark(row, "outpatient"),
            ),
            begins_on=begins_on,
            ends_on=ends_on,
        )

    def _settle(self, chunk: list[tuple[Row, Line]]) -> Iterator[BadRow]:
        self._look_up({line.code for _, line in chunk} - self._entries.keys())
        for row, line in chunk:
            problem = self._enter(line)
            if problem is not None:
                yield LAYOUT.bad(row, *problem)

    def _look_up(self, codes: set[str]) -> None:
        found = Institution.objects.filter(code__in=codes).prefetch_related("terms")
        for institution in found:
            self._entries[institution.code] = Entry(
                institution, terms=list(institution.terms.all())
            )

    def _enter(self, line: Line) -> tuple[str, Fault] | None:
        """Add a line to what is to be written, or say why not."""
        entry = self._entries.get(line.code)
        if entry is None:
            own = dict(zip(_OWN, line.own, strict=True))
            entry = self._entries[line.code] = Entry(
                Institution(code=line.code, **own), is_new=True
            )
        for column, value in zip(_OWN, line.own, strict=True):
            if getattr(entry.institution, column) != value:
                return column, DIFFERS
        for term in entry.terms:
            if term.begins_on == line.begins_on:
                return self._compare(term, line)
        last = max(entry.terms, key=lambda term: term.begins_on, default=None)
        if last is not None and last.ends_on is None and last.begins_on < line.begins_on:
            last.ends_on = line.begins_on
            if last not in entry.added:
                entry.ended.append(last)
        elif any(_overlap(term, line) for term in entry.terms):
            return "begins_on", OVERLAPS
        dated = dict(zip(_DATED, line.dated, strict=True))
        term = InstitutionTerm(begins_on=line.begins_on, ends_on=line.ends_on, **dated)
        entry.terms.append(term)
        entry.added.append(term)
        self.done += 1
        return None

    def _compare(self, term: InstitutionTerm, line: Line) -> tuple[str, Fault] | None:
        for column, value in zip(_DATED, line.dated, strict=True):
            if getattr(term, column) != value:
                return column, DIFFERS
        # A term that the next one ended was open in the file that brought it.
        if line.ends_on is not None and term.ends_on != line.ends_on:
            return "ends_on", DIFFERS
        self.skipped += 1
        return None

    def post(self) -> Iterator[BadRow]:
        """Write the institutions, the terms that end, and the new terms."""
        if self.context.dry_run:
            return iter(())
        entries = list(self._entries.values())
        Institution.objects.bulk_create(
            [entry.institution for entry in entries if entry.is_new], batch_size=CHUNK
        )
        new: list[InstitutionTerm] = []
        for entry in entries:
            # Few: a term ends when the next one comes, once in some years.
            for term in entry.ended:
                term.save(update_fields=["ends_on"])
            for term in entry.added:
                term.institution = entry.institution
                new.append(term)
        InstitutionTerm.objects.bulk_create(new, batch_size=CHUNK)
        return iter(())


def _overlap(term: InstitutionTerm, line: Line) -> bool:
    starts_before_line_ends = line.ends_on is None or term.begins_on < line.ends_on
    ends_after_line_begins = term.ends_on is None or term.ends_on > line.begins_on
    return starts_before_line_ends and ends_after_line_begins


ROLL = Roll(
    kind="institutions",
    title=gettext_lazy("roll of institutions"),
    columns=COLUMNS,
    importer=InstitutionRoll,
    roles=frozenset({Role.Kind.CASE_OFFICER.value}),
    no_undo=gettext_lazy(
        "Bills are settled by what the register said on their day. Send the right terms as a new"
        " roll: they hold from their day on."
    ),
)
