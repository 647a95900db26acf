"""Living elsewhere, the staff's side: the queue, one application, several at once, what follows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims.desk_queues import queues
from members import residence
from members.models import Person, Registration, User
from record.changes import NotAllowed
from record.models import AuditRecord, Change, Message, Role
from record.operations import Actor
from record.staffing import Staff
from tests.people import (
    ACTOR,
    HEFEI,
    SUIZHOU,
    WUHU,
    YANTAI,
    contribute,
    done,
    enrol_one,
    hospital,
    settled,
    staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def client_of(name: str, *roles: tuple[str, str]) -> Client:
    client = Client(headers={"accept-language": "en"})
    for kind, scope in roles or ((Role.Kind.CASE_OFFICER, HEFEI),):
        client.force_login(staff(name, kind, scope))
    return client


def applied(person: Person, area: str = WUHU, *, day: date, **facts: Any) -> Registration:
    return done(
        residence.apply_for_residence(
            person_id=person.pk, area=area, kind="long_term", day=day, actor=ACTOR, **facts
        )
    )


def decide(client: Client, row: Registration, action: str, **given: Any) -> Any:
    page = reverse("claims:desk_residence_case", args=[row.pk])
    return client.post(page, {"action": action, "seen": row.steps.count(), "note": "", **given})


def fresh(row: Registration) -> Registration:
    row.refresh_from_db()
    return row


def test_the_queue_shows_ones_own_areas_and_is_filtered(today: date) -> None:
    lin = applied(enrol_one("林志远"), day=today - timedelta(days=40))
    mei = applied(enrol_one("梅晓云"), day=today, area=YANTAI)
    applied(enrol_one("陈立", area=WUHU), area=HEFEI, day=today)
    zhou = client_of("zhou")
    page = reverse("claims:desk_residence")
    text = zhou.get(page).content.decode()
    assert "林志远" in text
    assert "梅晓云" in text
    assert "陈立" not in text
    assert text.index(lin.number) < text.index(mei.number)
    assert "梅晓云" not in zhou.get(page, {"late": "on"}).content.decode()
    assert "林志远" not in zhou.get(page, {"state": "approved"}).content.decode()
    waiting, _ = queues(
        Staff(
            user=User.objects.get(username="zhou"),
            actor=ACTOR,
            day=today,
            scopes=frozenset([HEFEI]),
            roles=(("case_officer", HEFEI),),
        )
    )
    assert (waiting.count, waiting.late, waiting.oldest) == (2, 1, lin.applied_on)


def test_a_look_is_recorded_and_other_areas_find_nothing(today: date) -> None:
    lin = enrol_one("林志远")
    row = applied(lin, day=today)
    page = reverse("claims:desk_residence_case", args=[row.pk])
    assert client_of("zhou").get(page).status_code == 200
    look = AuditRecord.objects.get(verb="look", subject=lin)
    assert (look.actor_name, look.purpose) == ("zhou", f"to decide on the application {row.number}")
    sun = client_of("sun", (Role.Kind.CASE_OFFICER, WUHU))
    assert sun.get(page).status_code == 404
    assert decide(sun, row, "refuse", note="x").status_code == 404
    gu = client_of("gu", (Role.Kind.AUDITOR, "34"))
    assert gu.get(page).status_code == 200
    assert decide(gu, row, "refuse", note="x").status_code == 403
    assert client_of("qian", (Role.Kind.FINANCE_CLERK, HEFEI)).get(page).status_code == 404


def test_an_officer_asks_refuses_and_approves_and_the_member_reads_it(today: date) -> None:
    lin = enrol_one("林志远")
    row, other = applied(lin, day=today), applied(lin, YANTAI, day=today)
    zhou = client_of("zhou")
    assert decide(zhou, row, "ask").status_code == 400
    assert decide(zhou, row, "ask", note="A permit, please.").status_code == 302
    assert (fresh(row).state, row.note) == ("asked", "A permit, please.")
    assert decide(zhou, other, "refuse", note="Nothing shows it.").status_code == 302
    assert fresh(other).state == "refused"
    assert decide(zhou, row, "approve").status_code == 400
    assert decide(zhou, row, "approve", begins_on=today).status_code == 302
    assert (fresh(row).state, row.begins_on) == ("approved", today)
    told = Message.objects.filter(person=lin).values_list("kind", flat=True)
    assert set(told) == {"residence_ask", "residence_refuse", "residence_approve"}
    end = reverse("claims:desk_residence_end", args=[row.pk])
    zhou.post(end, {"ends_on": today, "note": "Came back."})
    assert fresh(row).ends_on == today


def test_a_page_that_is_old_decides_nothing(today: date) -> None:
    lin = enrol_one("林志远")
    row = applied(lin, day=today)
    seen = row.steps.count()
    done(
        residence.correct_residence(
            registration_id=row.pk, area=YANTAI, kind="posted", since=None, wished_from=None,
            note="", draft="", day=today, actor=ACTOR,
        )
    )  # fmt: skip
    answer = decide(client_of("zhou"), row, "approve", begins_on=today, seen=seen)
    assert "Something has changed" in answer.content.decode()
    assert fresh(row).state == "applied"


def test_a_day_that_is_over_waits_for_a_reviewer(today: date) -> None:
    row = applied(enrol_one("林志远"), day=today)
    early = today - timedelta(days=20)
    zhou = client_of("zhou")
    assert decide(zhou, row, "approve", begins_on=early).status_code == 302
    assert fresh(row).state == "applied"
    review = reverse("claims:desk_residence_review", args=[row.pk])
    page = reverse("claims:desk_residence_case", args=[row.pk])
    assert zhou.post(review, {"approve": "yes"}).status_code == 404
    wu = client_of("wu", (Role.Kind.REVIEWER, HEFEI))
    assert "Approve as the second person" in wu.get(page).content.decode()
    wu.post(review, {"refuse": "yes", "note": ""})
    assert Change.objects.get().state == "waiting"
    wu.post(review, {"approve": "yes"})
    assert (fresh(row).state, row.begins_on) == ("approved", early)


def test_several_are_shown_before_they_are_decided(today: date) -> None:
    rows = [applied(enrol_one(name), day=today) for name in ("林志远", "梅晓云", "陈立")]
    zhou = client_of("zhou")
    page = reverse("claims:desk_residence_several")
    assert zhou.post(page, {"action": "approve"}).status_code == 302
    told = {"row": [row.pk for row in rows], "action": "approve"}
    shown = zhou.post(page, told).content.decode()
    assert f"in force from {today}" in shown
    assert all(fresh(row).state == "applied" for row in rows)
    seen = {f"seen-{row.pk}": row.steps.count() for row in rows}
    # One was taken back since it was shown.
    done(residence.withdraw_residence(registration_id=rows[2].pk, day=today, actor=ACTOR))
    assert zhou.post(page, {**told, "action": "ask", "confirm": "yes"}).status_code == 400
    zhou.post(page, {**told, **seen, "confirm": "yes"})
    assert [fresh(row).state for row in rows] == ["approved", "approved", "withdrawn"]


def test_who_need_not_pay_by_the_month_is_not_said_to_owe(today: date) -> None:
    resident = enrol_one("徐家芬", scheme="resident")
    retiree = enrol_one("赵怀", retired_on=date(2020, 1, 1))
    employee = enrol_one("林志远")
    owes = "nothing paid for this month or the last"
    zhou, rows = client_of("zhou"), []
    for person, is_said_to_owe in ((resident, False), (retiree, False), (employee, True)):
        rows.append(applied(person, day=today))
        page = reverse("claims:desk_residence_case", args=[rows[-1].pk])
        assert (owes in zhou.get(page).content.decode()) is is_said_to_owe, person.name
    told = {"row": [row.pk for row in rows], "action": "approve"}
    several = zhou.post(reverse("claims:desk_residence_several"), told).content.decode()
    assert several.count("need not pay by the month") == 2


def test_nobody_decides_on_their_own_not_even_past_the_page(today: date) -> None:
    zhou, person = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI), enrol_one("周敏")
    person.user = zhou
    person.save(update_fields=["user"])
    row = applied(person, day=today)
    page = reverse("claims:desk_residence_case", args=[row.pk])
    assert client_of("zhou").get(page).status_code == 404
    with pytest.raises(NotAllowed):
        residence.approve_residence(
            registration_id=row.pk,
            begins_on=today,
            day=today,
            actor=Actor(name="zhou", user_id=zhou.pk),
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Registration.objects.filter(pk=row.pk).update(
            state="approved", begins_on=today, decided_by=zhou
        )


def test_the_next_claim_there_is_paid_by_the_rules_of_home(today: date) -> None:
    """Yantai: without registration 10% first. Suizhou, in 2023: nothing without registration."""
    yu = enrol_one("于海", area=YANTAI)
    contribute(yu, month=today.replace(day=1), day=today)
    there = hospital(HEFEI, level=1)
    before = settled(yu, there, "2000.00", day=today)
    assert before.remote_self_pay == Decimal("200.00")
    row = applied(yu, HEFEI, day=today)
    feng = client_of("feng", (Role.Kind.CASE_OFFICER, YANTAI))
    decide(feng, row, "approve", begins_on=today)
    after = settled(yu, there, "1000.00", day=today)
    assert (after.remote_self_pay, after.pool) == (Decimal("0.00"), Decimal("700.00"))

    su, day = enrol_one("苏云", area=SUIZHOU), date(2023, 6, 1)
    contribute(su, month=day, day=day)
    assert settled(su, there, "1000.00", day=day).reasons == ["remote_not_registered"]
    row = applied(su, HEFEI, day=today)
    qiu = client_of("qiu", (Role.Kind.CASE_OFFICER, SUIZHOU))
    decide(qiu, row, "approve", begins_on=day)
    wu = client_of("wu", (Role.Kind.REVIEWER, SUIZHOU))
    wu.post(reverse("claims:desk_residence_review", args=[row.pk]), {"approve": "yes"})
    paid = settled(su, there, "1000.00", day=day)
    assert (paid.reasons, paid.pool) == ([], Decimal("400.00"))


def test_pages_stay_within_their_queries(today: date) -> None:
    people = [enrol_one(f"邻居{n}") for n in range(12)]
    rows = [applied(person, day=today) for person in people]
    zhou = client_of("zhou")
    for page in (
        reverse("claims:desk_residence"),
        reverse("claims:desk_residence_case", args=[rows[0].pk]),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert zhou.get(page).status_code == 200
        assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) <= 22, page
