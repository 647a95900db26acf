"""A member's bank account: entered by the member or by staff, approved by another person."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from families.departures import report_death
from members.bank_accounts import enter_own_account, waiting_account
from members.identity import unseal
from members.models import Person
from record import changes
from record.changes import NotAllowed
from record.models import AuditRecord, Change, Message, Role
from tests.household import ACTOR, Household, signed_in, standing
from tests.people import HEFEI, WUHU, done, refused, staff

pytestmark = pytest.mark.django_db

NUMBER, OTHER = "6217000012345678901", "6222021234560000042"
ENTER = "/me/bank/enter/"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with standing(django_db_blocker) as household:
        yield household


@pytest.fixture
def home(made: Household, db: None) -> Household:
    return deepcopy(made)


@pytest.fixture
def lin(home: Household) -> Person:
    return home.person("lin")


@pytest.fixture
def hers(home: Household) -> Client:
    return signed_in(home.users["lin"])


def entered(client: Client, number: str = NUMBER, again: str = "") -> Any:
    return client.post(ENTER, {"number": number, "again": again or number})


def desk(name: str, kind: str, scope: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(name, kind, scope))
    return client


def on_record(person: Person) -> str:
    sealed = Person.objects.get(pk=person.pk).bank_account_sealed
    return unseal(sealed) if sealed else ""


def told(person: Person) -> list[str]:
    rows = Message.objects.filter(person=person, kind__startswith="bank_account")
    return list(rows.order_by("pk").values_list("kind", flat=True))


def decided(verb: str, *, person: Person, name: str = "wu", note: str = "") -> Change:
    change = waiting_account(person.pk)
    assert change is not None
    client = desk(name, Role.Kind.REVIEWER, HEFEI)
    client.post(reverse("desk:change_decide", args=[change.pk]), {"verb": verb, "note": note})
    change.refresh_from_db()
    return change


def test_what_a_member_enters_counts_once_another_person_has_approved_it(
    hers: Client, lin: Person
) -> None:
    before = on_record(lin)
    answer = entered(hers, "6217 0000 1234 5678 901")
    assert answer["Location"] == "/me/bank/"
    change = Change.objects.get(kind="person_account")
    assert NUMBER not in str(change.payload)
    assert on_record(lin) == before
    page = hers.get("/me/bank/").content.decode()
    assert "**** 8901" in page
    assert NUMBER not in page
    decided("approve", person=lin)
    assert on_record(lin) == NUMBER
    assert told(lin) == ["bank_account_entered", "bank_account_changed"]
    assert not Message.objects.filter(kind__startswith="change_").exists()
    assert not AuditRecord.objects.filter(data__contains={"number": NUMBER}).exists()
    assert "**** 8901" in hers.get("/me/").content.decode()


def test_nobody_enters_an_account_at_a_session_that_was_left_open(home: Household) -> None:
    left_open = signed_in(home.users["lin"], recently=False)
    assert left_open.get("/me/bank/").status_code == 200
    for answer in (left_open.get(ENTER), entered(left_open)):
        assert answer.status_code == 302
        assert "next=%2Fme%2Fbank%2Fenter%2F" in answer["Location"]
    assert not Change.objects.filter(kind="person_account").exists()


def test_a_slip_of_a_finger_is_found(hers: Client) -> None:
    for number, again in ((NUMBER, OTHER), ("1234", "1234"), ("6217x00012345678", "")):
        assert entered(hers, number, again).status_code == 400
    assert not Change.objects.filter(kind="person_account").exists()


def test_one_waits_at_a_time_and_can_be_taken_back(hers: Client, lin: Person) -> None:
    entered(hers)
    assert entered(hers, OTHER).status_code == 400
    hers.post("/me/bank/take-back/")
    assert waiting_account(lin.pk) is None
    for _ in range(4):
        assert entered(hers, OTHER).status_code == 302
        hers.post("/me/bank/take-back/")
    assert entered(hers, OTHER).status_code == 400
    assert on_record(lin) != OTHER


def test_a_refused_one_says_why_in_the_portal_alone(hers: Client, lin: Person) -> None:
    entered(hers)
    decided("refuse", person=lin, note="not your name")
    assert "not your name" in hers.get("/me/bank/").content.decode()
    assert told(lin) == ["bank_account_entered", "bank_account_refused"]
    assert not Message.objects.filter(data__contains={"note": "not your name"}).exists()


def test_a_member_enters_their_own_alone_and_does_not_approve_it(
    home: Household, lin: Person
) -> None:
    today = timezone.localdate()
    with pytest.raises(NotAllowed):
        enter_own_account(person_id=lin.pk, number=NUMBER, by=home.users["mei"], day=today)
    change = done(
        enter_own_account(person_id=lin.pk, number=NUMBER, by=home.users["lin"], day=today)
    )
    staff(home.users["lin"].get_username(), Role.Kind.REVIEWER, HEFEI)
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=home.users["lin"], day=today)
    report_death(person_id=lin.pk, died_on=today, day=today, actor=ACTOR)
    changes.withdraw(change_id=change.pk, by=home.users["lin"], day=today)
    again = enter_own_account(person_id=lin.pk, number=NUMBER, by=home.users["lin"], day=today)
    assert refused(again) == "member_left"


def test_staff_propose_it_on_the_persons_page_and_the_member_is_told_at_once(
    home: Household, lin: Person
) -> None:
    zhou = desk("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    where = f"/desk/people/{lin.number}/"
    zhou.post(f"{where}open/", {"why": "counter"})
    address = reverse("desk:propose", args=[lin.number, "bank-account"])
    page = zhou.get(address)
    assert page.status_code == 200, page.get("Location")
    assert zhou.post(address, {"number": "12", "reason": "card"}).status_code == 400
    answer = zhou.post(address, {"number": NUMBER, "reason": "bank card seen"})
    change = Change.objects.get(kind="person_account")
    assert answer["Location"] == reverse("desk:change", args=[change.pk])
    shown = zhou.get(answer["Location"]).content.decode()
    assert "…8901" in shown
    assert NUMBER not in shown
    assert told(lin) == ["bank_account_entered"]
    zhou.post(reverse("desk:change_decide", args=[change.pk]), {"verb": "approve"})
    assert on_record(lin) != NUMBER
    tian = desk("tian", Role.Kind.REVIEWER, WUHU)
    assert tian.get(reverse("desk:change", args=[change.pk])).status_code == 404
    decided("approve", person=lin)
    assert on_record(lin) == NUMBER
