"""The roll of enrolments: persons who are new to this system, with what it must know of them.

A person who is enrolled already with the same particulars is skipped; one who differs is a bad
row, because a move or a retirement is an operation of its own, with a day and its effects.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy

from members import identity
from members.models import Enrolment, Person
from members.operations import NewPerson, enrol_many
from policy.book import load_book
from record import cells
from record.imports import Context, Roll
from record.models import Role
from record.rolls import BadCell, BadRow, Column, Fault, Layout, Row

from .persons import ID_NUMBER, id_number

SCHEMES = {
    "职工": "employee",
    "职工医保": "employee",
    "employee": "employee",
    "居民": "resident",
    "城乡居民": "resident",
    "居民医保": "resident",
    "resident": "resident",
}
MODES = {
    "统账结合": "combined",
    "combined": "combined",
    "单建统筹": "pool_only",
    "pool_only": "pool_only",
}
EMPLOYMENTS = {
    "单位就业": "employed",
    "在职": "employed",
    "employed": "employed",
    "灵活就业": "flexible",
    "flexible": "flexible",
}

COLUMNS = (
    ID_NUMBER,
    Column("name", ("姓名", "name"), example="王小明", note=gettext_lazy("As on the ID card.")),
    Column(
        "area",
        ("统筹区代码", "参保地代码", "统筹区", "area"),
        example="340100",
        note=gettext_lazy("The six digits of the pooling area."),
    ),
    Column(
        "scheme",
        ("险种", "参保险种", "scheme"),
        needed=False,
        example="职工",
        note=gettext_lazy("职工 or 居民; empty means 职工."),
    ),
    Column(
        "mode",
        ("参保模式", "缴费模式", "mode"),
        needed=False,
        example="统账结合",
        note=gettext_lazy("统账结合 or 单建统筹; empty means 统账结合."),
    ),
    Column(
        "employment",
        ("就业形式", "employment"),
        needed=False,
        example="单位就业",
        note=gettext_lazy("单位就业 or 灵活就业; empty means 单位就业."),
    ),
    Column(
        "begins_on",
        ("参保日期", "起始日期", "from"),
        example="2022-07-01",
        note=gettext_lazy("The first day of being insured there."),
    ),
    Column(
        "retired_on",
        ("退休日期", "退休手续办结日期", "retired on"),
        needed=False,
        example="",
        note=gettext_lazy("When the formalities were completed, if the years are met."),
    ),
    Column(
        "combined_years",
        ("统账结合缴费年限", "combined years"),
        needed=False,
        example="12.5",
        note=gettext_lazy("Contribution years in combined mode."),
    ),
    Column(
        "pool_only_years",
        ("单建统筹缴费年限", "pool-only years"),
        needed=False,
        example="0",
        note=gettext_lazy("Contribution years in pool-only mode."),
    ),
    Column(
        "phone",
        ("手机号码", "手机号", "联系电话", "phone"),
        needed=False,
        secret=True,
        example="13800000000",
        note=gettext_lazy("Codes for signing in are sent there."),
    ),
    Column(
        "bank_account",
        ("银行账号", "银行卡号", "bank account"),
        needed=False,
        secret=True,
        example="",
        note=gettext_lazy("For what is paid out; keep the column as text."),
    ),
    Column(
        "earlier_year",
        ("以前年度", "earlier year"),
        needed=False,
        example="2022",
        note=gettext_lazy("A year before this system, with the total credited in it."),
    ),
    Column(
        "earlier_total",
        ("该年度划入总额", "earlier total"),
        needed=False,
        example="2400.00",
        note=gettext_lazy("In yuan; together with the year."),
    ),
)
LAYOUT = Layout(COLUMNS)

#: Persons that are looked up and written in one go.
CHUNK = 2_000

_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}")
_BANK_ACCOUNT = re.compile(r"[0-9]{8,30}")

BAD_NAME = Fault(
    "bad_name",
    gettext_lazy("This is no name."),
    gettext_lazy("Write the name as it is on the ID card, up to 80 characters."),
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
BEFORE_BIRTH = Fault(
    "before_birth",
    gettext_lazy("The day lies before the date of birth."),
    gettext_lazy("Look at the year, and compare the ID number."),
)
BAD_PHONE = Fault(
    "bad_phone",
    gettext_lazy("This is no phone number."),
    gettext_lazy("Write its digits, or leave the cell empty."),
)
BAD_BANK_ACCOUNT = Fault(
    "bad_bank_account",
    gettext_lazy("This is no bank account."),
    gettext_lazy("Write its 8 to 30 digits, or leave the cell empty."),
)
HALF_TOTAL = Fault(
    "half_total",
    gettext_lazy("The earlier year and its total go together."),
    gettext_lazy("Fill in both, or neither."),
)
DIFFERS = Fault(
    "differs",
    gettext_lazy("The person is enrolled already, and this differs from the record."),
    gettext_lazy("Leave the row out; a move, a retirement or a new phone has its own way."),
)
DOUBLED = Fault(
    "doubled",
    gettext_lazy("The same ID number stands further up with other particulars."),
    gettext_lazy("Keep the row that is right."),
)


class EnrolmentRoll:
    """Takes one file in, a chunk of persons at a time; who is known is looked up by keyed hash."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.areas = load_book().areas
        self.done = 0
        self.skipped = 0
        self._faulty = False
        # Persons of this file so far: keyed hash → a fingerprint of the row's particulars.
        self._seen: dict[bytes, int] = {}

    def take(self, rows: Iterator[Row]) -> Iterator[BadRow]:
        chunk: list[tuple[Row, NewPerson]] = []
        for row in rows:
            try:
                chunk.append((row, self._read(row)))
            except BadCell as wrong:
                yield self._bad(row, wrong.column, wrong.fault)
            if len(chunk) >= CHUNK:
                yield from self._settle(chunk)
                chunk = []
        yield from self._settle(chunk)

    def post(self) -> Iterator[BadRow]:
        """Nothing is left to write: `take` has written chunk by chunk."""
        return iter(())

    def _bad(self, row: Row, column: str, fault: Fault) -> BadRow:
        self._faulty = True
        return LAYOUT.bad(row, column, fault)

    def _read(self, row: Row) -> NewPerson:
        day = self.context.day
        number = id_number(row, day=day)
        born = identity.birth_date(number)
        name = row["name"]
        if len(name) > 80 or any(letter.isdigit() for letter in name):
            raise BadCell("name", BAD_NAME)
        area = row["area"]
        if area not in self.areas:
            raise BadCell("area", UNKNOWN_AREA)
        if not self.context.covers(area):
            raise BadCell("area", FOREIGN_AREA)
        begins_on = cells.day(row, "begins_on", latest=day)
        retired_on = cells.day_or_none(row, "retired_on", latest=day)
        if begins_on < born:
            raise BadCell("begins_on", BEFORE_BIRTH)
        if retired_on is not None and retired_on < born:
            raise BadCell("retired_on", BEFORE_BIRTH)
        if row["phone"] and not _PHONE.fullmatch(row["phone"]):
            raise BadCell("phone", BAD_PHONE)
        bank_account = "".join(row["bank_account"].split())
        if bank_account and not _BANK_ACCOUNT.fullmatch(bank_account):
            raise BadCell("bank_account", BAD_BANK_ACCOUNT)
        return NewPerson(
            name=name,
            id_number=number,
            born=born,
            area=area,
            begins_on=begins_on,
            scheme=cells.word(row, "scheme", SCHEMES, default=Enrolment.Scheme.EMPLOYEE.value),
            mode=cells.word(row, "mode", MODES, default=Enrolment.Mode.COMBINED.value),
            employment=cells.word(
                row, "employment", EMPLOYMENTS, default=Enrolment.Employment.EMPLOYED.value
            ),
            retired_on=retired_on,
            combined_years=cells.years(row, "combined_years"),
            pool_only_years=cells.years(row, "pool_only_years"),
            earlier_totals=_earlier_total(row, day),
            phone=row["phone"],
            bank_account=bank_account,
        )

    def _settle(self, chunk: list[tuple[Row, NewPerson]]) -> Iterator[BadRow]:
        """Judge a chunk against the file so far and the register, and write who is new."""
        indexes = [identity.index_of(new.id_number) for _, new in chunk]
        known = _known(indexes)
        people: list[NewPerson] = []
        for (row, new), index in zip(chunk, indexes, strict=True):
            fingerprint = hash(new)
            above = self._seen.get(index)
            if above is not None:
                if above == fingerprint:
                    self.skipped += 1
                else:
                    yield self._bad(row, ID_NUMBER.name, DOUBLED)
            elif index in known:
                column = _difference(known[index], new)
                if column is None:
                    self.skipped += 1
                else:
                    yield self._bad(row, column, DIFFERS)
            else:
                self._seen[index] = fingerprint
                people.append(new)
        if not people or self.context.dry_run or (self._faulty and not self.context.accept_valid):
            return
        enrol_many(people=_numbered(people), actor=self.context.actor)
        self.done += len(people)


def _earlier_total(row: Row, day: date) -> tuple[tuple[int, Decimal], ...]:
    if not row["earlier_year"] and not row["earlier_total"]:
        return ()
    if not row["earlier_year"] or not row["earlier_total"]:
        raise BadCell("earlier_total" if row["earlier_year"] else "earlier_year", HALF_TOTAL)
    year = cells.whole(row, "earlier_year", low=1990, high=day.year)
    return ((year, cells.amount(row, "earlier_total")),)


def _known(indexes: list[bytes]) -> dict[bytes, Person]:
    """Return who of these is enrolled, by keyed hash, with enrolments and earlier totals."""
    persons = Person.objects.filter(id_number_index__in=indexes).prefetch_related(
        "enrolments", "earlier_totals"
    )
    return {bytes(person.id_number_index): person for person in persons}


def _difference(person: Person, new: NewPerson) -> str | None:
    """Return the first column in which a row differs from the record, or None."""
    place = next((e for e in person.enrolments.all() if e.begins_on == new.begins_on), None)
    if person.name != new.name or place is None:
        return "name" if person.name != new.name else "begins_on"
    for column in ("area", "scheme", "mode", "employment"):
        if getattr(place, column) != getattr(new, column):
            return column
    sealed = person.bank_account_sealed
    bank_account = identity.unseal(sealed) if sealed else ""
    for column in ("retired_on", "combined_years", "pool_only_years", "phone", "bank_account"):
        held = bank_account if column == "bank_account" else getattr(person, column)
        if held != getattr(new, column):
            return column
    totals = {total.year: total.amount for total in person.earlier_totals.all()}
    if any(totals.get(year) != amount for year, amount in new.earlier_totals):
        return "earlier_total"
    return None


def _numbered(people: list[NewPerson]) -> list[NewPerson]:
    """Give each new person a member number that nobody has."""
    numbers: set[str] = set()
    while len(numbers) < len(people):
        drawn = {f"{secrets.randbelow(10**12):012d}" for _ in range(len(people) - len(numbers))}
        numbers |= drawn - set(
            Person.objects.filter(number__in=drawn).values_list("number", flat=True)
        )
    return [replace(new, number=number) for new, number in zip(people, numbers, strict=True)]


ROLL = Roll(
    kind="enrolments",
    title=gettext_lazy("roll of enrolments"),
    columns=COLUMNS,
    importer=EnrolmentRoll,
    roles=frozenset({Role.Kind.CASE_OFFICER.value}),
    no_undo=gettext_lazy(
        "Who is enrolled may have been treated since. End a wrong enrolment, or move the person."
    ),
)
