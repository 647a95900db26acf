"""The rolls of enrolments and of institutions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from claims.imports.institutions import COLUMNS as INSTITUTION_COLUMNS
from claims.imports.institutions import ROLL as INSTITUTIONS
from claims.models import Institution, InstitutionTerm
from members import identity
from members.imports.enrolments import COLUMNS as ENROLMENT_COLUMNS
from members.imports.enrolments import ROLL as ENROLMENTS
from members.models import EarlierTotal, Enrolment, Person
from record.models import AuditRecord
from tests.people import HEFEI
from tests.rolls import codes, csv_roll, id_number, take_in

pytestmark = pytest.mark.django_db
ENROL_HEAD = tuple(column.title for column in ENROLMENT_COLUMNS)
INST_HEAD = tuple(column.title for column in INSTITUTION_COLUMNS)


def person(order: int, **cells: str) -> list[str]:
    values = {
        "id_number": id_number(order),
        "name": "王小明",
        "area": HEFEI,
        "begins_on": "2022-07-01",
        **cells,
    }
    return [values.get(column.name, "") for column in ENROLMENT_COLUMNS]


def place(code: str = "H1", **cells: str) -> list[str]:
    values = {
        "code": code,
        "name": "第一医院",
        "area": HEFEI,
        "kind": "医院",
        "level": "三级",
        "networked": "是",
        "designated": "是",
        "outpatient": "否",
        "begins_on": "2022-07-01",
        **cells,
    }
    return [values.get(column.name, "") for column in INSTITUTION_COLUMNS]


# --- enrolments -----------------------------------------------------------------------------------


def test_a_person_comes_in_with_everything_the_roll_says() -> None:
    whole = person(
        1,
        scheme="职工",
        mode="统账结合",
        employment="灵活就业",
        retired_on="2023-05-31",
        combined_years="20.5",
        pool_only_years="3",
        phone="13800001234",
        bank_account="6217 0000 1234 5678",
        earlier_year="2022",
        earlier_total="2400.00",
    )
    report = take_in(ENROLMENTS, csv_roll(ENROL_HEAD, whole, person(2, scheme="居民")))
    assert (report.done, report.taken) == (2, True)
    first = Person.objects.get(id_number_index=identity.index_of(id_number(1)))
    assert (first.name, first.name_key, first.born) == (
        "王小明",
        "wang xiao ming",
        date(1985, 5, 5),
    )
    assert identity.unseal(first.id_number_sealed) == id_number(1)
    assert first.bank_account_sealed is not None
    assert identity.unseal(first.bank_account_sealed) == "6217000012345678"
    assert (first.retired_on, first.combined_years) == (date(2023, 5, 31), Decimal("20.50"))
    assert EarlierTotal.objects.get(person=first).amount == Decimal("2400.00")
    places = Enrolment.objects.order_by("person_id").values_list("scheme", "mode", "employment")
    assert list(places) == [
        ("employee", "combined", "flexible"),
        ("resident", "combined", "employed"),
    ]


def test_the_same_person_again_is_skipped_and_a_different_one_is_a_bad_row() -> None:
    take_in(ENROLMENTS, csv_roll(ENROL_HEAD, person(1), person(2)))
    again = take_in(ENROLMENTS, csv_roll(ENROL_HEAD, person(1), person(2), person(3)))
    assert (again.done, again.skipped) == (1, 2)
    for column, cell in (
        ("name", "李四"),
        ("area", "340200"),
        ("mode", "单建统筹"),
        ("begins_on", "2022-08-01"),
        ("retired_on", "2023-01-01"),
        ("phone", "13900000000"),
        ("bank_account", "62170000123"),
    ):
        report = take_in(ENROLMENTS, csv_roll(ENROL_HEAD, person(1, **{column: cell})))
        assert codes(report) == [(2, "differs")], column
        assert report.bad[0].column == ENROLMENTS.layout.by_name[column].title
    assert Person.objects.count() == 3


def test_doubled_rows_within_a_file() -> None:
    content = csv_roll(ENROL_HEAD, person(1), person(1), person(1, name="李四"))
    report = take_in(ENROLMENTS, content, accept_valid=True)
    assert (report.done, report.skipped, codes(report)) == (1, 1, [(4, "doubled")])


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("id_number", "110101", "id_shape"),
        ("name", "王5", "bad_name"),
        ("area", "999999", "unknown_area"),
        ("scheme", "公费", "bad_choice"),
        ("mode", "x", "bad_choice"),
        ("begins_on", "1980-01-01", "before_birth"),
        ("begins_on", "2099-01-01", "future_day"),
        ("retired_on", "1970-01-01", "before_birth"),
        ("combined_years", "many", "bad_number"),
        ("combined_years", "100", "bad_number"),
        ("phone", "ask", "bad_phone"),
        ("bank_account", "ABC", "bad_bank_account"),
        ("earlier_year", "2022", "half_total"),
        ("earlier_total", "5", "half_total"),
    ],
)
def test_a_wrong_particular_is_a_bad_row(column: str, cell: str, code: str) -> None:
    report = take_in(ENROLMENTS, csv_roll(ENROL_HEAD, person(2), person(1, **{column: cell})))
    assert codes(report) == [(3, code)]
    assert not report.taken
    assert not Person.objects.exists()


def test_an_officer_enrols_in_their_own_areas_alone() -> None:
    content = csv_roll(ENROL_HEAD, person(1), person(2, area="340200"))
    report = take_in(ENROLMENTS, content, scopes=frozenset({HEFEI}))
    assert codes(report) == [(3, "foreign_area")]


def test_many_persons_come_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.imports.enrolments.CHUNK", 7)
    content = csv_roll(ENROL_HEAD, *(person(n) for n in range(30)), person(3))
    report = take_in(ENROLMENTS, content)
    assert (report.done, report.skipped) == (30, 1)
    assert take_in(ENROLMENTS, content).earlier is not None
    assert AuditRecord.objects.filter(verb="import.enrolments").count() == 1


# --- institutions ---------------------------------------------------------------------------------


def test_an_institution_comes_in_with_its_terms() -> None:
    content = csv_roll(
        INST_HEAD,
        place(),
        place(begins_on="2024-01-01", level="二级"),
        place("P1", name="药店", kind="药店", level="未定级", ends_on="2023-01-01"),
    )
    report = take_in(INSTITUTIONS, content)
    assert (report.done, report.taken) == (3, True)
    terms = InstitutionTerm.objects.order_by("institution__code", "begins_on")
    assert [(t.institution.code, t.level, str(t.begins_on), str(t.ends_on)) for t in terms] == [
        ("H1", 3, "2022-07-01", "2024-01-01"),
        ("H1", 2, "2024-01-01", "None"),
        ("P1", 0, "2022-07-01", "2023-01-01"),
    ]
    assert Institution.objects.count() == 2
    again = take_in(INSTITUTIONS, content + b"\n")
    assert (again.done, again.skipped) == (0, 3)


def test_a_later_term_ends_the_open_one_on_record() -> None:
    take_in(INSTITUTIONS, csv_roll(INST_HEAD, place()))
    report = take_in(INSTITUTIONS, csv_roll(INST_HEAD, place(begins_on="2025-01-01", level="1")))
    assert report.taken
    assert [str(t.ends_on) for t in InstitutionTerm.objects.order_by("begins_on")] == [
        "2025-01-01",
        "None",
    ]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"begins_on": "2021-01-01"}, "overlaps"),
        ({"name": "第二医院", "begins_on": "2025-01-01"}, "differs"),
        ({"area": "340200", "begins_on": "2025-01-01"}, "differs"),
        ({"level": "一级"}, "differs"),
        ({"ends_on": "2030-01-01"}, "differs"),
        ({"level": "五级"}, "bad_choice"),
        ({"designated": "或许"}, "bad_mark"),
        ({"area": "000000"}, "unknown_area"),
        ({"ends_on": "2022-07-01"}, "ends_early"),
        ({"code": "H 1!"}, "bad_code"),
        ({"name": "长" * 121}, "bad_name"),
    ],
)
def test_a_conflict_is_a_bad_row(cells: dict[str, str], code: str) -> None:
    take_in(INSTITUTIONS, csv_roll(INST_HEAD, place()))
    report = take_in(INSTITUTIONS, csv_roll(INST_HEAD, place(**cells)))
    assert codes(report) == [(2, code)]
    assert InstitutionTerm.objects.count() == 1


def test_the_commands_take_both_in(tmp_path: Path) -> None:
    for name, content in (
        ("import_enrolments", csv_roll(ENROL_HEAD, person(1))),
        ("import_institutions", csv_roll(INST_HEAD, place())),
    ):
        file = tmp_path / f"{name}.csv"
        file.write_bytes(content)
        call_command(name, str(file), "-v0")
    assert (Person.objects.count(), Institution.objects.count()) == (1, 1)
