"""The policy on the desk: rules in words, what differs, and a figure proposed with its effects."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from claims import operations as claims
from claims.models import Claim
from members.months import first_of
from policy.book import load_book
from policy.counting import count_refusal, refused_since
from policy.figures import FIGURE_KEYS
from policy.models import Figure, RefusalCount
from policy.previewing import outlook
from policy.saying import say
from record import changes
from record.models import Change, Role
from tests.people import (
    ACTOR,
    HEFEI,
    WUHU,
    YANGZHOU,
    bill,
    contribute,
    done,
    enrol_one,
    hospital,
    refused,
    staff,
)

pytestmark = pytest.mark.django_db

OUTPATIENT = {
    f"{group}_{part}": value
    for group in ("active", "retired")
    for part, value in {
        **{f"deductible_{level}": "500" for level in (1, 2, 3)},
        **{f"ratio_{level}": "60" for level in (1, 2, 3)},
        "cap": "3000",
    }.items()
}
SOURCE = {
    "begins_on": "2023-01-01",
    "document_title": "安徽省职工医保门诊共济保障实施办法",
    "document_number": "皖政办秘〔2021〕112号",
    "document_date": "2021-12-01",
    "reason": "the measure is in force",
}


def desk(name: str, kind: str, scope: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(staff(name, kind, scope))
    return client


@pytest.fixture
def qian() -> Client:
    return desk("qian", Role.Kind.POLICY_CLERK, "34")


def text_of(client: Client, url: str, data: dict[str, Any] | None = None) -> str:
    answer = client.get(url, data or {})
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_every_rule_of_every_area_is_said_in_words() -> None:
    for day in (date(2022, 8, 1), date(2024, 7, 1), date(2026, 11, 1)):
        for area in load_book().areas:
            for entry in load_book().explain(area, day):
                said = say(entry.key, entry.value)
                words = f"{said.text} {said.rows}"
                assert said.text or said.rows, entry.key
                for raw in ("frozenset", "Decimal", "datetime", "(own", "_"):
                    assert raw not in words, (area, entry.key, words)


def test_the_rules_of_a_day_show_clause_document_and_standing(
    qian: Client, django_assert_max_num_queries: Any
) -> None:
    qian.get("/desk/")  # The first page of a session notes where it is.
    with django_assert_max_num_queries(12):
        text = text_of(qian, "/desk/policy/", {"area": YANGZHOU, "day": "2024-03-01"})
    for words in ("60%", "扬府规〔2022〕4号", "7,000.00 yuan", "Assumed", "may be changed by"):
        assert words in text, words
    # What makes no sense shows the reader's own area today.
    assert "Hefei" in text_of(qian, "/desk/policy/", {"area": "990000", "day": "soon"})
    assert "Not known yet, and needed" in text_of(qian, "/desk/policy/", {"area": HEFEI})


def test_two_days_and_two_areas_are_compared(qian: Client) -> None:
    days = {
        "area": "370600",
        "day": "2024-01-01",
        "other_area": "370600",
        "other_day": "2023-12-01",
    }
    text = text_of(qian, "/desk/policy/compare/", days)
    assert "base x 2.35%" in text
    assert "base x 2%" in text
    assert "7,000.00 yuan" not in text
    areas = days | {"other_area": YANGZHOU, "other_day": "2024-01-01"}
    assert "7,000.00 yuan" in text_of(qian, "/desk/policy/compare/", areas)
    same = {"other_day": "2024-01-01", "day": "2024-01-01"}
    assert "Nothing differs" in text_of(qian, "/desk/policy/compare/", same)
    assert qian.get("/desk/policy/compare/", {"day": "never"}).status_code == 400


def test_what_is_assumed_and_what_runs_out_is_listed(qian: Client) -> None:
    text = text_of(qian, "/desk/policy/assumptions/", {"area": "421300", "day": "2024-11-01"})
    assert "ends on 2024-12-30" in text
    assert "the healthcare security bureau of the area" in text
    after = text_of(qian, "/desk/policy/assumptions/", {"area": "421300", "day": "2025-03-01"})
    assert "ended on 2024-12-30" in after


def test_a_figure_is_looked_at_proposed_and_approved_and_the_refused_bill_settles(
    qian: Client,
) -> None:
    today = timezone.localdate()
    mei, clinic = enrol_one("mei", area=HEFEI), hospital(HEFEI)
    contribute(mei, month=first_of(today), day=today)
    made = bill(mei, clinic, "1500.00", day=today)
    assert refused(claims.settle(bill=made, day=today, actor=ACTOR)) == "no_policy_in_force"
    count_refusal(code="no_policy_in_force", day=today, door="interface", area=HEFEI, place=HEFEI)
    page = {"key": "outpatient", "scope": "34"}
    assert "not known yet" in text_of(qian, "/desk/policy/figures/propose/", page)
    posted = {**page, **OUTPATIENT, **SOURCE, "step": "look"}
    looked = qian.post("/desk/policy/figures/propose/", posted)
    text = looked.content.decode()
    assert looked.status_code == 200, text
    for words in ("From 2023-01-01", "Hefei, Wuhu", "500.00 yuan", "60%", "bills refused"):
        assert words in text, words
    assert '<b class="num">1</b>' in text
    assert not Change.objects.exists()
    back = qian.post("/desk/policy/figures/propose/", posted | {"step": "back"})
    assert 'value="3000"' in back.content.decode()
    proposed = qian.post("/desk/policy/figures/propose/", posted | {"step": "propose"})
    assert proposed["Location"] == "/desk/policy/figures/"
    change = Change.objects.get()
    assert "Waiting for a second person" in text_of(qian, "/desk/policy/figures/")
    again = qian.post("/desk/policy/figures/propose/", posted | {"step": "propose"})
    assert again.status_code == 409
    with pytest.raises(changes.NotAllowed):
        changes.approve(change_id=change.pk, by=staff("qian", "policy_clerk", "34"), day=today)
    feng = staff("feng", Role.Kind.POLICY_CLERK, "34")
    done(changes.approve(change_id=change.pk, by=feng, day=today))
    settled = done(claims.settle(bill=made, day=today, actor=ACTOR))
    assert isinstance(settled, Claim)
    assert str(settled.pool) == "600.00"
    assert "皖政办秘〔2021〕112号" in text_of(qian, "/desk/policy/figures/")


VALUES: dict[str, dict[str, str]] = {
    "average_basic_pension": {"amount": "3600"},
    "outpatient": OUTPATIENT,
    "family_premiums": {"open": "no"},
    "in_force_until": {"until": "2027-12-31"},
    "pooled_total_limit": {"amount": "400000.00"},
    "premium_amount": {
        "product": "resident_insurance",
        "amount": "380.00",
        "opens": "2026-09-01",
        "closes": "2026-12-31",
    },
    "deposit_rates": {"demand": "0.3", "three_month": "1.05"},
}


@pytest.mark.parametrize("key", FIGURE_KEYS)
def test_each_figure_has_a_form_that_the_book_takes(qian: Client, key: str) -> None:
    national = FIGURE_KEYS[key].national
    scope = "00" if national else "34"
    client = desk("guo", Role.Kind.POLICY_CLERK, "00") if national else qian
    page = {"key": key, "scope": scope}
    text_of(client, "/desk/policy/figures/propose/", page)
    given = {**page, **VALUES[key], **SOURCE, "step": "propose"}
    answer = client.post("/desk/policy/figures/propose/", given)
    assert answer.status_code == 302, answer.content.decode()
    assert FIGURE_KEYS[key].read(Change.objects.get().payload["value"]) is not None
    text_of(client, "/desk/policy/figures/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"active_cap": "-1"},
        {"active_cap": "lots"},
        {"retired_ratio_1": "165"},
        {"begins_on": ""},
        {"document_number": ""},
        {"ends_on": "2022-01-01"},
        {"active_deductible_2": "10.005"},
    ],
)
def test_what_is_wrong_with_a_figure_is_said_at_its_field(
    qian: Client, wrong: dict[str, str]
) -> None:
    given = {"key": "outpatient", "scope": "34", **OUTPATIENT, **SOURCE, **wrong}
    answer = qian.post("/desk/policy/figures/propose/", given | {"step": "propose"})
    assert answer.status_code == 400
    assert "field--bad" in answer.content.decode()
    assert not Change.objects.exists()


def test_nobody_proposes_for_where_they_have_no_role(qian: Client) -> None:
    for scope in ("321000", "00", "99"):
        given = {"key": "outpatient", "scope": scope, **OUTPATIENT, **SOURCE, "step": "propose"}
        assert qian.post("/desk/policy/figures/propose/", given).status_code == 400
    zhou = desk("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    assert zhou.get("/desk/policy/").status_code == 200
    assert zhou.get("/desk/policy/figures/propose/").status_code == 404
    gu = desk("gu", Role.Kind.AUDITOR, "34")
    assert "propose none" in text_of(gu, "/desk/policy/figures/propose/")
    assert gu.post("/desk/policy/figures/propose/", {}).status_code == 403
    assert not Change.objects.exists()


def test_an_areas_own_figure_goes_before_the_provinces_and_the_preview_says_so() -> None:
    zhou, wu = (staff(name, Role.Kind.POLICY_CLERK, "34") for name in ("zhou", "wu"))
    Figure.objects.create(
        scope=WUHU,
        key="average_basic_pension",
        value="4000.00",
        begins_on=date(2024, 1, 1),
        document_title="t",
        document_number="1",
        document_date=date(2024, 1, 1),
        proposed_by=zhou,
        approved_by=wu,
        approved_on=date(2024, 1, 1),
    )
    from policy.figures import EnteredFigure

    figure = EnteredFigure(
        id=0,
        scope="34",
        key="average_basic_pension",
        value="3000.00",
        begins=date(2024, 6, 1),
        document_title="t",
        document_number="2",
        document_date=date(2024, 6, 1),
    )
    found = outlook(figure, day=date(2024, 7, 1))
    assert found.day == date(2024, 6, 1)
    assert WUHU in found.untouched
    assert HEFEI in found.effects[0].areas


def test_refusals_are_counted_by_day_code_and_area() -> None:
    for day in (date(2026, 3, 1), date(2026, 3, 1), date(2026, 4, 1)):
        count_refusal(code="no_policy_in_force", day=day, door="interface", area=HEFEI)
    assert RefusalCount.objects.count() == 2
    since = refused_since(code="no_policy_in_force", areas=[HEFEI], first=date(2026, 3, 15))
    assert since == 1
    assert refused_since(code="no_policy_in_force", areas=[HEFEI, WUHU], first=None) == 3
