"""The roll of contributions: paid, skipped, corrected, refused; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.corrections import pay_back
from accounts.imports.contributions import ROLL
from accounts.models import Adjustment
from families.departures import report_death
from members.models import Contribution, Person
from members.operations import NewPerson, enrol_many
from record.models import AuditRecord, ImportFile
from tests.people import HEFEI, WUHU, credit, done
from tests.rolls import (
    ACTOR,
    CONTRIBUTION_HEAD,
    TODAY,
    codes,
    csv_roll,
    id_number,
    take_in,
    xlsx_roll,
)

pytestmark = pytest.mark.django_db
HEAD = CONTRIBUTION_HEAD


def persons(count: int = 3, **facts: Any) -> list[Person]:
    return enrol_many(
        people=[
            NewPerson(
                **{
                    "name": f"投保人{'甲乙丙丁'[n % 4]}",
                    "id_number": id_number(n),
                    "born": date(1985, 5, 5),
                    "area": HEFEI,
                    "begins_on": date(2022, 1, 1),
                    **facts,
                }
            )
            for n in range(count)
        ],
        actor=ACTOR,
    )


def row(
    order: int,
    month: str = "2024-06",
    base: str = "6500.00",
    paid: str = "2024-06-25",
    mark: str = "",
) -> tuple[str, ...]:
    return id_number(order), month, base, paid, mark


def held() -> list[tuple[str, str, str]]:
    return [
        (f"{month:%Y-%m}", str(base), str(paid_on))
        for month, base, paid_on in Contribution.objects.order_by("person_id", "month").values_list(
            "month", "base", "paid_on"
        )
    ]


def test_a_roll_is_taken_in_whole_and_on_record_once() -> None:
    persons()
    report = take_in(ROLL, csv_roll(HEAD, *(row(n) for n in range(3))), name="6月.csv")
    assert (report.rows, report.done, report.skipped, report.taken) == (3, 3, 0, True)
    assert held() == [("2024-06", "6500.00", "2024-06-25")] * 3
    audit = AuditRecord.objects.get(verb="import.contributions")
    assert audit.data == {
        "file": "6月.csv",
        "sha256": report.sha256,
        "rows": 3,
        "done": 3,
        "skipped": 0,
        "bad": 0,
    }
    assert ImportFile.objects.get().sha256 == report.sha256


def test_trying_changes_nothing() -> None:
    persons()
    report = take_in(ROLL, csv_roll(HEAD, row(0), row(9)), dry_run=True)
    assert (report.done, codes(report), report.taken) == (1, [(3, "unknown")], False)
    assert not Contribution.objects.exists()
    assert not ImportFile.objects.exists()


def test_one_bad_row_keeps_everything_out_unless_the_rest_is_accepted() -> None:
    persons()
    content = csv_roll(HEAD, row(0), row(9), row(1))
    report = take_in(ROLL, content)
    assert (report.taken, codes(report)) == (False, [(3, "unknown")])
    assert not Contribution.objects.exists()
    report = take_in(ROLL, content, accept_valid=True)
    assert (report.taken, report.done) == (True, 2)
    assert len(held()) == 2
    # The person is enrolled meanwhile: the same file brings the row that was left out.
    enrol_many(
        people=[
            NewPerson(
                name="后",
                id_number=id_number(9),
                born=date(1985, 5, 5),
                area=HEFEI,
                begins_on=date(2022, 1, 1),
            )
        ],
        actor=ACTOR,
    )
    report = take_in(ROLL, content)
    assert (report.taken, report.done, report.skipped) == (True, 1, 2)


def test_the_same_file_twice_changes_nothing() -> None:
    persons()
    content = csv_roll(HEAD, row(0), row(0, base="7000", mark="是"), row(1))
    first = take_in(ROLL, content)
    assert (first.done, first.skipped) == (3, 0)
    before = held()
    again = take_in(ROLL, content)
    assert (again.earlier, again.done, again.skipped, again.bad) == (TODAY, 0, 3, [])
    assert held() == before
    assert ImportFile.objects.count() == 1
    # The same rows in another file are there already, row by row.
    other = take_in(ROLL, xlsx_roll(HEAD, row(0, base="7000"), row(1)))
    assert (other.done, other.skipped) == (0, 2)


def test_doubled_rows_and_conflicts_within_a_file_are_told_apart() -> None:
    persons()
    content = csv_roll(
        HEAD, row(0), row(0), row(0, base="7000"), row(1), row(1, paid="2024-06-26"), row(2),
        row(2, base="8000", mark="更正"),
    )  # fmt: skip
    report = take_in(ROLL, content, accept_valid=True)
    assert codes(report) == [(4, "other_base"), (6, "other_day")]
    assert (report.done, report.skipped) == (4, 1)
    assert [base for _, base, _ in held()] == ["6500.00", "6500.00", "8000.00"]


def test_another_base_needs_the_mark_and_then_corrects_what_was_credited() -> None:
    persons(1)
    take_in(ROLL, csv_roll(HEAD, row(0, base="5000")))
    credit(HEFEI, month=date(2024, 6, 1), day=date(2024, 6, 26))
    report = take_in(ROLL, csv_roll(HEAD, row(0, base="6000")))
    assert codes(report) == [(2, "other_base")]
    report = take_in(ROLL, csv_roll(HEAD, row(0, base="6000", mark="是")))
    assert report.taken
    assert [(a.month, a.difference) for a in Adjustment.objects.all()] == [
        (date(2024, 6, 1), Decimal("20.00"))
    ]
    assert take_in(ROLL, csv_roll(HEAD, row(0, base="6000.00", mark="y"))).skipped == 1
    assert Adjustment.objects.count() == 1


def test_a_correction_of_a_month_that_is_not_paid_is_a_bad_row() -> None:
    persons(1)
    report = take_in(ROLL, csv_roll(HEAD, row(0, mark="是")))
    assert codes(report) == [(2, "nothing_to_correct")]


def test_who_has_left_is_retired_or_unknown_gets_nothing_recorded() -> None:
    gone, retired, _ = persons()
    done(report_death(person_id=gone.pk, died_on=date(2024, 6, 1), day=TODAY, actor=ACTOR))
    Person.objects.filter(pk=retired.pk).update(retired_on=date(2024, 5, 10))
    content = csv_roll(
        HEAD, row(0), row(0, month="2024-05", paid="2024-05-31"), row(1), row(1, month="2024-05"),
        row(7),
    )  # fmt: skip
    report = take_in(ROLL, content, accept_valid=True)
    assert codes(report) == [(2, "member_left"), (4, "not_due"), (6, "unknown")]
    assert report.done == 2


def test_a_month_that_was_paid_back_is_paid_again_only_later() -> None:
    (person,) = persons(1)
    take_in(ROLL, csv_roll(HEAD, row(0)))
    done(
        pay_back(
            person_id=person.pk,
            month=date(2024, 6, 1),
            day=date(2024, 8, 1),
            reason="paid twice",
            actor=ACTOR,
        )
    )
    report = take_in(ROLL, csv_roll(HEAD, row(0), row(0, paid="2024-07-01")), accept_valid=True)
    assert (report.skipped, codes(report)) == (1, [(3, "paid_back")])
    report = take_in(ROLL, csv_roll(HEAD, row(0, paid="2024-09-01")))
    assert report.done == 1
    assert Contribution.objects.get().paid_back_on is None


def test_rows_of_other_areas_are_as_unknown_as_nobodys() -> None:
    persons(1)
    for scopes in (frozenset({WUHU}), frozenset({"32"}), frozenset()):
        report = take_in(ROLL, csv_roll(HEAD, row(0), row(8)), scopes=scopes)
        assert codes(report) == [(2, "unknown"), (3, "unknown")]
    assert take_in(ROLL, csv_roll(HEAD, row(0)), scopes=frozenset({"34"})).taken


def test_a_long_roll_takes_as_many_statements_as_a_short_one() -> None:
    persons(400)

    def statements(first: int, last: int) -> int:
        content = csv_roll(HEAD, *(row(n) for n in range(first, last)))
        with CaptureQueriesContext(connection) as queries:
            assert take_in(ROLL, content).taken
        return len(queries)

    assert statements(0, 10) == statements(10, 400)


def test_no_id_number_is_kept_of_a_roll() -> None:
    persons()
    take_in(ROLL, csv_roll(HEAD, row(0)), name=f"{id_number(0)}.csv")
    for kept in (str(AuditRecord.objects.get(verb="import.contributions").data),
                 ImportFile.objects.get().name):  # fmt: skip
        assert id_number(0) not in kept


def test_the_applications_role_may_do_all_of_it(settings: Any) -> None:
    persons()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(settings.DATABASE_APP_ROLE)}")
    take_in(ROLL, csv_roll(HEAD, row(0), row(1)))
    report = take_in(ROLL, csv_roll(HEAD, row(0, base="7000", mark="是")))
    assert report.taken
    enrolled = enrol_many(
        people=[
            NewPerson(
                name="新",
                id_number=id_number(8),
                born=date(1985, 5, 5),
                area=HEFEI,
                begins_on=date(2022, 1, 1),
            )
        ],
        actor=ACTOR,
    )
    assert take_in(ROLL, csv_roll(HEAD, row(8))).done == len(enrolled)


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    def run(content: bytes, *options: str) -> tuple[int, str, str]:
        file = tmp_path / "roll.csv"
        file.write_bytes(content)
        out, err, code = StringIO(), StringIO(), 0
        try:
            call_command("import_contributions", str(file), *options, "-v0", stdout=out, stderr=err)
        except SystemExit as end:
            code = int(str(end.code))
        except CommandError as error:
            err.write(str(error))
            code = error.returncode
        return code, out.getvalue(), err.getvalue()

    return run


def test_the_command_says_how_it_went_by_its_exit_status(
    command: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    persons()
    good, mixed = csv_roll(HEAD, row(0)), csv_roll(HEAD, row(1), row(9))
    assert command(good, "--dry-run")[0] == 0
    assert command(good)[0] == 0
    assert command(good)[0] == 0
    errors = tmp_path / "errors.csv"
    code, _, complaints = command(mixed, "--errors", str(errors))
    assert code == 1
    assert id_number(9) not in complaints
    assert len(errors.read_text(encoding="utf-8-sig").splitlines()) == 2
    assert command(mixed, "--dry-run")[0] == 1
    assert command(mixed, "--accept-valid")[0] == 3
    assert command(b"")[0] == 2
    assert len(held()) == 2


def test_the_command_writes_templates_and_asks_for_a_file(tmp_path: Path) -> None:
    target = tmp_path / "t.xlsx"
    call_command("import_contributions", "--template", str(target), stdout=StringIO())
    assert target.read_bytes()[:2] == b"PK"
    for wrong in (["--template", str(tmp_path / "t.pdf")], [], [str(tmp_path / "none.csv")]):
        with pytest.raises(CommandError) as caught:
            call_command("import_contributions", *wrong, stdout=StringIO())
        assert caught.value.returncode == 2
