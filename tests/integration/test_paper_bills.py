"""Paper bills: handed in, read off, worked out by the same engine, paid by one or two persons."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.checks import ledger_problems
from accounts.models import Transfer
from claims import paper_bills
from claims.engine.facts import Line
from claims.models import Claim, Institution, PaperBill, PaperBillStep
from claims.needs import needs_of
from claims.operations import refund
from claims.paper_bills import Written
from members.identity import seal
from members.models import Person, User
from record import changes, papers
from record.changes import NotAllowed
from record.models import Change, Message, Role
from record.operations import Actor
from tests.hostile import photo
from tests.people import (
    ACTOR,
    HEFEI,
    SUIZHOU,
    YANTAI,
    contribute,
    done,
    enrol_one,
    hospital,
    refused,
    settled,
    staff,
    with_second_factor,
)

pytestmark = pytest.mark.django_db
LINES = (Line(amount=Decimal("2500.00"), name="检查"),)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def there() -> Institution:
    return hospital(YANTAI, level=1)


def member(name: str = "于海", *, area: str = YANTAI, account: bool = True) -> Person:
    person = enrol_one(name, area=area)
    user = User.objects.create_user(f"u{person.pk}")
    person.user = user
    person.bank_account_sealed = seal("6217000012345678901") if account else None
    person.save(update_fields=["user", "bank_account_sealed"])
    contribute(person, month=timezone.localdate().replace(day=1), day=timezone.localdate())
    return person


def handed_in(person: Person, there: Institution | None, *, day: date, **facts: Any) -> PaperBill:
    told: dict[str, Any] = {
        "institution_name": there.name if there else "某医院",
        "category": "outpatient",
        "service_date": day,
        "bill_number": "NO-1",
        "total": Decimal("2500.00"),
        "institution": there,
    }
    bill = paper_bills.hand_in_bill(
        person_id=person.pk,
        written=Written(**{**told, **facts}),
        note="",
        draft="",
        day=day,
        actor=ACTOR,
    )
    return done(bill)


def completed(bill: PaperBill, there: Institution, *, day: date, lines: Any = LINES) -> PaperBill:
    return done(
        paper_bills.complete_bill(
            bill_id=bill.pk,
            institution=there,
            written=Written(
                there.name, bill.category, bill.service_date, bill.bill_number, bill.total, there
            ),
            lines=lines,
            seen=bill.steps.count(),
            day=day,
            actor=ACTOR,
        )
    )


def client_of(name: str, kind: str = Role.Kind.CASE_OFFICER, scope: str = YANTAI) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(name, kind, scope))
    return client


def approve(bill: PaperBill, *, day: date) -> Any:
    return paper_bills.approve_bill(bill_id=bill.pk, seen=bill.steps.count(), day=day, actor=ACTOR)


# --- the law --------------------------------------------------------------------------------------


def test_the_fund_pays_as_at_a_counter_to_the_bank_and_no_account_pays(
    today: date, there: Institution
) -> None:
    yu, twin = member(), member("于洋")
    at_counter = settled(twin, there, "1500.00", day=today)
    bill = completed(
        handed_in(yu, there, day=today),
        there,
        day=today,
        lines=(Line(amount=Decimal("1500.00")),),
    )
    before = done(paper_bills.preview(bill_id=bill.pk, day=today))
    assert before.pool == at_counter.pool == Decimal("700.00")
    assert not Claim.objects.filter(patient=yu).exists()
    paid = done(approve(bill, day=today))
    claim = paid.claim
    assert claim is not None
    assert (claim.paper, claim.pool, claim.cash) == (True, Decimal("700.00"), Decimal("800.00"))
    (moved,) = Transfer.objects.filter(source="claim", source_id=claim.pk)
    assert (moved.to_account.kind, moved.clearing) == ("bank", "")
    assert ledger_problems() == []
    assert Message.objects.filter(person=yu, kind="paper_bill_approve").exists()
    # It can be undone like any other, and then handed in no second time as a standing bill.
    done(refund(number=claim.number, day=today, actor=ACTOR))
    assert ledger_problems() == []


def test_the_rules_are_those_of_the_service_date(today: date) -> None:
    day = date(2023, 6, 1)
    su = enrol_one("苏云", area=SUIZHOU)
    su.bank_account_sealed = seal("6217000012345678901")
    su.save(update_fields=["bank_account_sealed"])
    contribute(su, month=day, day=day)
    there = hospital(SUIZHOU, level=1)
    bill = completed(
        handed_in(su, there, day=today, service_date=day),
        there,
        day=today,
        lines=(Line(amount=Decimal("1000.00")),),
    )
    assert done(paper_bills.preview(bill_id=bill.pk, day=today)).pool == Decimal("400.00")


def test_the_same_bill_is_refused_kindly(today: date, there: Institution) -> None:
    yu, other = member(), member("于洋")
    bill = handed_in(yu, there, day=today)

    def again(person: Person, **facts: Any) -> str:
        told = {"institution_name": there.name, "category": "outpatient", "service_date": today,
                "bill_number": "NO-1", "total": Decimal("1.00"), "institution": there}  # fmt: skip
        return refused(
            paper_bills.hand_in_bill(
                person_id=person.pk, written=Written(**{**told, **facts}), note="", draft="",
                day=today, actor=ACTOR,
            )
        )  # fmt: skip

    assert again(yu) == again(other) == "duplicate_paper_bill"
    # Under another spelling of the institution, for the same person and day.
    assert again(yu, institution=None) == "duplicate_paper_bill"
    assert again(yu, service_date=today + timedelta(days=1)) == "service_date_in_future"
    done(paper_bills.withdraw_bill(bill_id=bill.pk, day=today, actor=ACTOR))
    assert again(yu) == ""
    # What a counter has settled is not paid a second time either.
    settled(other, there, "90.00", day=today, visit_number="V9", bill_number="NO-9")
    assert again(other, bill_number="NO-9") == "duplicate_paper_bill"


def test_without_a_bank_account_or_lines_nothing_is_paid(today: date, there: Institution) -> None:
    yu = member(account=False)
    bill = handed_in(yu, None, day=today)
    assert refused(paper_bills.preview(bill_id=bill.pk, day=today)) == "bill_not_complete"
    bill = completed(bill, there, day=today)
    bill.refresh_from_db()
    small = completed(bill, there, day=today, lines=(Line(amount=Decimal("900.00")),))
    assert refused(approve(small, day=today)) == "bank_account_missing"
    assert not Claim.objects.filter(patient=yu).exists()


# --- two persons ----------------------------------------------------------------------------------


def test_a_large_one_needs_two_and_pays_what_was_proposed(today: date, there: Institution) -> None:
    yu = member()
    bill = completed(handed_in(yu, there, day=today), there, day=today)
    assert refused(approve(bill, day=today)) == "paper_bill_needs_two"
    feng = client_of("feng")
    page = reverse("claims:desk_bill", args=[bill.pk])
    assert "Above 1,000.00 yuan a second person" in feng.get(page).content.decode()
    told = {"action": "approve", "note": "Looks right.", "seen": bill.steps.count()}
    assert feng.post(page, told).status_code == 302
    bill.refresh_from_db()
    assert bill.state == "sent"
    review = reverse("claims:desk_bill_review", args=[bill.pk])
    assert feng.post(review, {"approve": "yes"}).status_code == 404
    # What it comes to stands before what was read off, and the waiting change says what it is.
    html = feng.get(page).content.decode()
    assert html.index("The fund would pay") < html.index('id="read-h"')
    change = Change.objects.get(kind=paper_bills.LARGE)
    told_of = feng.get(reverse("desk:change", args=[change.pk])).content.decode()
    assert "<h1>Paper bill" in told_of
    assert "1,400.00" in told_of
    assert bill.number in told_of
    wu = client_of("wu", Role.Kind.REVIEWER)
    assert "Approve as the second person" in wu.get(page).content.decode()
    wu.post(review, {"approve": "yes"})
    bill.refresh_from_db()
    assert bill.claim is not None
    assert bill.claim.pool == Decimal("1400.00")
    assert ledger_problems() == []


def test_another_outcome_than_the_proposed_is_not_paid(today: date, there: Institution) -> None:
    yu = member()
    bill = completed(handed_in(yu, there, day=today), there, day=today)
    change = done(
        paper_bills.propose_bill(
            bill_id=bill.pk, pool=Decimal("1400.00"), note="", seen=bill.steps.count(),
            by=staff("feng", Role.Kind.CASE_OFFICER, YANTAI), day=today,
        )
    )  # fmt: skip
    assert isinstance(change, Change)
    # A visit at a counter uses up most of the year's cap in between.
    settled(yu, there, "2000.00", day=today)
    wu = staff("wu", Role.Kind.REVIEWER, YANTAI)
    answer = changes.approve(change_id=change.pk, by=wu, day=today)
    assert refused(answer) == "changed_meanwhile"
    bill.refresh_from_db()
    assert (bill.state, bill.claim) == ("sent", None)
    assert ledger_problems() == []


def test_nobody_decides_on_their_own_bill(today: date, there: Institution) -> None:
    yu = member()
    bill = completed(handed_in(yu, there, day=today), there, day=today)
    assert yu.user is not None
    own = Actor(name="yu", user_id=yu.user.pk)
    with pytest.raises(NotAllowed):
        paper_bills.refuse_bill(
            bill_id=bill.pk, note="x", seen=bill.steps.count(), day=today, actor=own
        )
    Role.objects.create(
        user=yu.user, kind="case_officer", scope=YANTAI, begins_on=today, ends_on=today
    )
    client = Client()
    client.force_login(with_second_factor(yu.user))
    assert client.get(reverse("claims:desk_bill", args=[bill.pk])).status_code == 404
    claim = settled(yu, there, "10.00", day=today)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperBill.objects.filter(pk=bill.pk).update(
            state="approved", claim=claim, decided_by=yu.user
        )


def test_steps_only_grow(today: date, there: Institution) -> None:
    bill = handed_in(member(), there, day=today)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperBillStep.objects.filter(bill=bill).update(note="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        PaperBill.objects.filter(pk=bill.pk).delete()


# --- pages ----------------------------------------------------------------------------------------


def test_a_member_hands_in_is_asked_adds_and_reads_the_decision(
    today: date, there: Institution
) -> None:
    yu = member()
    client = Client(headers={"accept-language": "en"})
    assert yu.user is not None
    client.force_login(yu.user)
    told = {"institution": there.name, "service_date": today, "category": "outpatient",
            "bill_number": " NO 77 ", "total": "1500.00", "note": "No network."}  # fmt: skip
    new = reverse("claims:bill_new")
    wrong = client.post(
        new, {**told, "total": "-1", "papers": [SimpleUploadedFile("a.jpg", photo())]}
    )
    assert wrong.status_code == 400
    # The photo was good: it is here, and not asked for again.
    assert "Papers that are here already" in wrong.content.decode()
    assert client.post(new, told)["Location"] == reverse("claims:bill_review")
    assert "NO77" in client.get(reverse("claims:bill_review")).content.decode()
    client.post(reverse("claims:bill_review"))
    bill = PaperBill.objects.get(person=yu)
    assert (bill.institution, bill.bill_number) == (there, "NO77")
    assert papers.papers_of("paper_bill", bill.pk).count() == 1

    feng = client_of("feng")
    page = reverse("claims:desk_bill", args=[bill.pk])
    assert feng.post(page, {"action": "ask", "note": "", "seen": 1}).status_code == 400
    feng.post(page, {"action": "ask", "note": "The list of items, please.", "seen": 1})
    (need,) = needs_of(yu, today)
    assert need["note"] == "The list of items, please."
    added = {**told, "papers": [SimpleUploadedFile("list.png", photo("PNG"))]}
    assert client.post(need["url"], added).status_code == 302
    assert papers.papers_of("paper_bill", bill.pk).count() == 2

    lines = {
        "save": "yes", "institution": there.code, "service_date": today, "category": "outpatient",
        "bill_number": "NO77", "seen": 3, "line-TOTAL_FORMS": 2, "line-INITIAL_FORMS": 0,
        "line-0-name": "检查", "line-0-amount": "1500.00", "line-0-item_class": "A",
        "line-0-purpose": "examination", "line-0-code": "001", "line-1-item_class": "A",
        "line-1-purpose": "drug",
    }  # fmt: skip
    assert feng.post(page, {**lines, "line-0-item_class": "B"}).status_code == 400
    assert feng.post(page, {**lines, "institution": "unknown"}).status_code == 400
    assert feng.post(page, lines).status_code == 302
    assert "700.00" in feng.get(page).content.decode()
    assert feng.post(page, {"action": "approve", "note": "", "seen": 4}).status_code == 302
    shown = client.get(reverse("claims:bill", args=[bill.pk])).content.decode()
    assert "The fund pays you" in shown
    assert "700.00" in shown


def test_an_officer_takes_a_bill_in_at_the_counter(today: date, there: Institution) -> None:
    yu = member()
    feng = client_of("feng")
    told = {"institution": "某县医院", "service_date": today, "category": "emergency",
            "bill_number": "K1", "total": "88.00", "note": "",
            "papers": [SimpleUploadedFile("a.jpg", photo())]}  # fmt: skip
    page = reverse("claims:desk_bill_enter")
    assert feng.post(page, {**told, "person": "000"}).status_code == 400
    del told["papers"]  # it was kept
    assert feng.post(page, {**told, "person": yu.number}).status_code == 302
    bill = PaperBill.objects.get(person=yu)
    assert (bill.institution, bill.institution_name) == (None, "某县医院")
    paper = papers.papers_of("paper_bill", bill.pk).get()
    assert paper.subject == yu
    assert feng.get(reverse("members:desk_paper_look", args=[paper.key])).status_code == 200


def test_a_form_that_is_sent_with_nothing_in_it_names_what_is_missing(
    today: date, there: Institution
) -> None:
    yu = member()
    assert yu.user is not None
    mine = Client(headers={"accept-language": "en"})
    mine.force_login(yu.user)
    pages = ((mine, "claims:bill_new"), (client_of("feng"), "claims:desk_bill_enter"))
    for client, name in pages:
        answer = client.post(reverse(name))
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) >= {"papers", "institution", "bill_number"}
    assert not PaperBill.objects.exists()


def test_another_area_finds_no_bill(today: date, there: Institution) -> None:
    bill = handed_in(member(), there, day=today)
    page = reverse("claims:desk_bill", args=[bill.pk])
    zhou = client_of("zhou", scope=HEFEI)
    assert zhou.get(page).status_code == 404
    assert bill.number not in zhou.get(reverse("claims:desk_bills")).content.decode()
    assert client_of("feng").get(reverse("claims:desk_bills")).status_code == 200
