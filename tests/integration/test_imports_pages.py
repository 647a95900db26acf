"""Rolls in the browser: upload, try, look at the bad rows, accept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from members.models import Contribution, Person, User
from record.models import AuditRecord, ImportFile, ImportUndo, Role, RollDraft
from tests.household import OUTPATIENT
from tests.people import HEFEI, credit, enter_figure, hospital, settled, staff
from tests.rolls import CONTRIBUTION_HEAD, csv_roll, id_number

from .test_imports_contributions import persons, row

pytestmark = pytest.mark.django_db
PAGE = "/desk/imports/contributions/"


@pytest.fixture
def zhou() -> Client:
    user = staff("zhou", Role.Kind.CASE_OFFICER, "340100")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def upload(client: Client, content: bytes, name: str = "roll.csv") -> str:
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_a_roll_is_tried_looked_at_and_accepted(zhou: Client) -> None:
    persons()
    content = csv_roll(CONTRIBUTION_HEAD, row(0), row(1), row(9))
    draft = upload(zhou, content, f"{id_number(0)}.csv")
    assert not Contribution.objects.exists()
    page = zhou.get(draft).content.decode()
    assert id_number(9) not in page
    assert id_number(0) not in page
    assert f"{id_number(9)[:3]}***********{id_number(9)[-4:]}" in page
    errors = zhou.get(f"{draft}errors.csv")
    assert errors["Content-Disposition"] == 'attachment; filename="contributions-errors.csv"'
    assert len(errors.content.decode("utf-8-sig").splitlines()) == 2
    kept = bytes(RollDraft.objects.get().sealed)
    assert id_number(0).encode() not in kept
    assert zhou.post(f"{draft}accept/")["Location"] == draft
    assert not Contribution.objects.exists()
    assert zhou.post(f"{draft}accept/", {"accept_valid": "yes"}).status_code == 302
    assert Contribution.objects.count() == 2
    assert not RollDraft.objects.exists()
    done = ImportFile.objects.get()
    assert (done.done, done.bad, done.by_name) == (2, 1, "zhou")


def test_a_draft_is_its_users_alone_can_be_dropped_and_does_not_stay(zhou: Client) -> None:
    draft = upload(zhou, csv_roll(CONTRIBUTION_HEAD, row(0)))
    other = staff("wu", Role.Kind.CASE_OFFICER, "340100")
    User.objects.filter(pk=other.pk).update(is_staff=True)
    wu = Client()
    wu.force_login(other)
    assert wu.get(draft).status_code == 404
    assert wu.post(f"{draft}accept/").status_code == 404
    assert zhou.post(f"{draft}drop/").status_code == 302
    assert zhou.get(draft).status_code == 404
    upload(zhou, csv_roll(CONTRIBUTION_HEAD, row(0)))
    RollDraft.objects.update(at=timezone.now() - timedelta(days=2))
    upload(zhou, csv_roll(CONTRIBUTION_HEAD, row(1)))
    assert RollDraft.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PK\x03\x04x", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_sent_back_with_a_sentence(
    zhou: Client, content: bytes
) -> None:
    answer = zhou.post(PAGE, {"file": SimpleUploadedFile("roll.csv", content)})
    assert answer.status_code == 400
    assert "field--bad" in answer.content.decode()
    assert not RollDraft.objects.exists()


def test_rows_of_another_area_stay_out(zhou: Client) -> None:
    persons(1, area="340200")
    page = zhou.get(upload(zhou, csv_roll(CONTRIBUTION_HEAD, row(0)))).content.decode()
    assert "bad-rows" in page
    assert Person.objects.count() == 1


def test_templates_are_there_and_other_roles_are_not_let_in(zhou: Client) -> None:
    for suffix in ("csv", "xlsx"):
        for kind in ("contributions", "enrolments", "institutions"):
            assert zhou.get(f"/desk/imports/{kind}/template.{suffix}").status_code == 200
    assert zhou.get("/desk/imports/contributions/template.pdf").status_code == 404
    assert zhou.get("/desk/imports/other/").status_code == 404
    assert "/desk/imports/contributions/" in zhou.get("/admin/").content.decode()
    auditor = staff("ren", Role.Kind.AUDITOR, "34")
    User.objects.filter(pk=auditor.pk).update(is_staff=True)
    ren = Client()
    ren.force_login(auditor)
    assert ren.get(PAGE).status_code == 200
    assert ren.post(PAGE).status_code == 403
    assert "/desk/imports/" not in ren.get("/admin/").content.decode()


def take_in(client: Client, *rows: tuple[str, ...]) -> ImportFile:
    draft = upload(client, csv_roll(CONTRIBUTION_HEAD, *rows))
    assert client.post(f"{draft}accept/").status_code == 302
    return ImportFile.objects.latest("pk")


def test_a_roll_is_taken_back_while_nothing_has_come_of_it(zhou: Client) -> None:
    persons()
    file = take_in(zhou, row(0), row(1))
    assert "Take it back" in zhou.get("/desk/imports/").content.decode()
    address = f"/desk/imports/taken/{file.pk}/undo/"
    assert zhou.get(address).status_code == 200
    assert zhou.post(address, {"note": ""}).status_code == 400
    assert Contribution.objects.count() == 2
    assert zhou.post(address, {"note": "the wrong month"}).status_code == 302
    assert not Contribution.objects.exists()
    undone = ImportUndo.objects.get()
    assert (undone.rows, undone.note, undone.by_name) == (2, "the wrong month", "zhou")
    assert AuditRecord.objects.filter(verb="import.contributions.undo").count() == 1
    # Once is enough; and the same file may come again.
    assert "taken back already" in zhou.post(address, {"note": "again"}).content.decode()
    assert take_in(zhou, row(0), row(1)).pk != file.pk
    assert Contribution.objects.count() == 2


def test_a_roll_stays_once_a_month_is_credited_or_a_bill_settled(zhou: Client) -> None:
    one, other = persons(2)
    month = Contribution._meta.get_field("month")
    file = take_in(zhou, row(0))
    paid = Contribution.objects.get()
    credit(HEFEI, month=paid.month, day=timezone.localdate())
    address = f"/desk/imports/taken/{file.pk}/undo/"
    answer = zhou.post(address, {"note": "the wrong month"})
    assert answer.status_code == 409
    assert "are credited" in answer.content.decode()
    second = take_in(zhou, row(1))
    enter_figure("34", "outpatient", OUTPATIENT, begins_on=date(2023, 1, 1), day=date(2023, 1, 1))
    settled(other, hospital(HEFEI), "100.00", day=timezone.localdate())
    answer = zhou.post(f"/desk/imports/taken/{second.pk}/undo/", {"note": "x"})
    assert answer.status_code == 409
    assert Contribution.objects.count() == 2
    assert month is not None
    assert one is not None


def test_a_roll_whose_rows_were_changed_since_or_that_is_somebody_elses_stays(
    zhou: Client,
) -> None:
    persons()
    file = take_in(zhou, row(0))
    Contribution.objects.update(base=9999)
    address = f"/desk/imports/taken/{file.pk}/undo/"
    assert "have been changed since" in zhou.post(address, {"note": "x"}).content.decode()
    wu = Client()
    wu.force_login(staff("wu", Role.Kind.CASE_OFFICER, "340100"))
    assert wu.get(address).status_code == 404
    assert wu.post(address, {"note": "x"}).status_code == 404
    # Rolls that cannot be taken back say why.
    other = ImportFile.objects.create(
        kind="enrolments",
        name="e.csv",
        sha256="1" * 64,
        day=timezone.localdate(),
        rows=1,
        done=1,
        skipped=0,
        bad=0,
        by_name="zhou",
        by=User.objects.get(username="zhou"),
    )
    page = zhou.get(f"/desk/imports/taken/{other.pk}/undo/").content.decode()
    assert "End a wrong enrolment" in page
    zhou.post(f"/desk/imports/taken/{other.pk}/undo/", {"note": "x"})
    assert not ImportUndo.objects.exists()
