"""Hospitals settle and undo by HTTP."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Transfer
from claims import operations as claims
from claims.models import Claim, Request
from members.models import Person
from policy.models import RefusalCount
from record.models import AuditRecord
from tests.machines import Hospital, code_of, line, new_key, signed_in
from tests.people import (
    ACTOR,
    HEFEI,
    WUHU,
    YANTAI,
    balance,
    bill,
    bound,
    contribute,
    done,
    enrol_one,
    enter_figure,
    give_money,
    hospital,
)

pytestmark = pytest.mark.django_db

TERMS = {
    "deductible": {"1": "500.00", "2": "500.00", "3": "500.00"},
    "ratio": {"1": "0.70", "2": "0.65", "3": "0.60"},
    "cap": "3000.00",
}


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def lin() -> Person:
    """An employee of Hefei with 300 yuan, in good standing, where outpatient rules hold."""
    person = enrol_one("林志远", area=HEFEI)
    first = today().replace(day=1)
    give_money({person: "300.00"}, month=first, day=today())
    terms = {"active": TERMS, "retired": TERMS}
    enter_figure(HEFEI, "outpatient", terms, begins_on=date(2026, 1, 1), day=today())
    return person


@pytest.fixture
def his() -> Hospital:
    return signed_in(hospital(HEFEI, level=1))


class TestSettling:
    def test_it_says_who_pays_what(self, his: Hospital, lin: Person) -> None:
        answer = his.settle(lin, "600.00", "400.00")

        assert answer.status_code == 201, answer.content
        told = answer.json()
        assert {
            name: told[name]
            for name in (
                "gross", "in_policy", "deductible", "pool", "own_account", "shared_accounts", "cash"
            )
        } == {
            "gross": "1000.00", "in_policy": "1000.00", "deductible": "500.00", "pool": "350.00",
            "own_account": "300.00", "shared_accounts": "0.00", "cash": "350.00",
        }  # fmt: skip
        assert told["state"] == "settled"
        assert told["area"] == told["care_area"] == HEFEI
        assert told["steps"][0]["name"] == "bill"
        assert balance(lin) == Decimal("0.00")

    def test_it_names_no_payer(self, his: Hospital, lin: Person) -> None:
        yu = enrol_one("林国栋", area=HEFEI)
        give_money({yu: "500.00"}, month=today().replace(day=1), day=today())
        bound(yu, lin, day=today(), relation="child")

        told = his.settle(lin, "1000.00").json()

        assert (told["own_account"], told["shared_accounts"]) == ("300.00", "350.00")
        assert "payers" not in told
        assert "林国栋" not in str(told)

    def test_the_same_message_again_is_answered_byte_for_byte(
        self, his: Hospital, lin: Person
    ) -> None:
        body, key = his.bill(lin, "100.00"), new_key()
        first = his.post("claims", body, key=key)
        again = his.post("claims", dict(reversed(body.items())), key=key)

        assert again.content == first.content
        assert again.status_code == first.status_code == 201
        assert again.headers["Idempotent-Replayed"] == "true"
        assert Claim.objects.count() == 1

    def test_another_body_under_a_used_key_is_refused(self, his: Hospital, lin: Person) -> None:
        key = new_key()
        his.settle(lin, "100.00", key=key)
        answer = his.settle(lin, "900.00", key=key)

        assert (answer.status_code, code_of(answer)) == (409, "request_key_reused")
        assert Claim.objects.count() == 1

    def test_a_refusal_uses_nothing_up(self, his: Hospital, lin: Person) -> None:
        key = new_key()
        tomorrow = (today() + timedelta(days=1)).isoformat()
        refused = his.settle(lin, "100.00", key=key, service_date=tomorrow)
        assert (refused.status_code, code_of(refused)) == (422, "service_date_in_future")
        assert not Request.objects.exists()
        # It leaves a number and nobody's name.
        counted = RefusalCount.objects.get()
        assert (counted.code, counted.area, counted.door) == (code_of(refused), HEFEI, "interface")

        assert his.settle(lin, "100.00", key=key).status_code == 201

    def test_the_same_bill_under_another_key_is_refused_with_the_first_number(
        self, his: Hospital, lin: Person
    ) -> None:
        body = his.bill(lin, "100.00")
        number = his.post("claims", body, key=new_key()).json()["number"]
        answer = his.post("claims", body, key=new_key())

        assert (answer.status_code, code_of(answer)) == (409, "duplicate_claim")
        assert answer.json()["number"] == number

    def test_a_prescription_is_used_once(self, his: Hospital, lin: Person) -> None:
        his.settle(lin, "10.00", prescription_number="RX-1")
        answer = his.settle(lin, "10.00", prescription_number="RX-1")

        assert (answer.status_code, code_of(answer)) == (409, "prescription_used")

    def test_it_is_on_record_under_the_machines_name(self, his: Hospital, lin: Person) -> None:
        number = his.settle(lin, "10.00").json()["number"]
        record = AuditRecord.objects.get(verb="claims.settle")

        assert record.actor_name == f"{his.institution.code} {his.machine.name}"
        assert (record.object, record.subject_id) == (f"claim:{number}", lin.pk)

    def test_the_interfaces_own_part_is_one_statement(self, his: Hospital, lin: Person) -> None:
        his.settle(lin, "1.00")
        with CaptureQueriesContext(connection) as plain:
            plain_bill = bill(lin, his.institution, "1.00", day=today())
            done(claims.settle(bill=plain_bill, day=today(), actor=ACTOR))
        with CaptureQueriesContext(connection) as over_http:
            assert his.settle(lin, *["1.00"] * 20).status_code == 201

        # The token with its institution: the key comes with the lock, the answer with the claim.
        assert len(over_http) == len(plain) + 1
        # BEGIN, COMMIT and a first look at the funds' accounts with them.
        assert len(over_http) <= 8


class TestUndoing:
    def test_a_refund_gives_each_payer_back_what_they_paid(
        self, his: Hospital, lin: Person
    ) -> None:
        number = his.settle(lin, "1000.00").json()["number"]
        answer = his.post(f"claims/{number}/refund", {}, key=new_key())

        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert told["claim"]["state"] == "refunded"
        assert told["given_back"] == {
            "pool": "350.00", "own_account": "300.00", "shared_accounts": "0.00", "held": "0.00",
            "cash": "350.00",
        }  # fmt: skip
        assert told["settled"] is None
        assert balance(lin) == Decimal("300.00")

    def test_a_partial_refund_settles_the_remaining_lines_anew(
        self, his: Hospital, lin: Person
    ) -> None:
        number = his.settle(lin, "1000.00").json()["number"]
        body = {"remaining_lines": [line("600.00")]}
        told = his.post(f"claims/{number}/refund", body, key=new_key()).json()

        assert told["settled"]["replaces"] == number
        assert (told["settled"]["pool"], told["settled"]["own_account"]) == ("70.00", "300.00")
        assert his.get(f"claims/{told['settled']['number']}").json()["replaces"] == number
        assert his.get(f"claims/{number}").json()["state"] == "refunded"

    def test_a_refused_rest_undoes_nothing(self, his: Hospital, lin: Person) -> None:
        number = his.settle(lin, "1000.00").json()["number"]
        body = {"remaining_lines": [line("600.00")], "other_scheme_paid": "1.00"}
        answer = his.post(f"claims/{number}/refund", body, key=new_key())

        assert (answer.status_code, code_of(answer)) == (422, "other_scheme_not_applicable")
        assert his.get(f"claims/{number}").json()["state"] == "settled"

    def test_a_reversal_is_for_the_day_itself(self, his: Hospital, lin: Person) -> None:
        number = his.settle(lin, "100.00").json()["number"]
        answer = his.post(f"claims/{number}/reversal", {}, key=new_key())

        assert answer.json()["claim"]["state"] == "reversed"
        again = his.post(f"claims/{number}/reversal", {}, key=new_key())
        assert (again.status_code, code_of(again)) == (409, "already_reversed")
        refund = his.post(f"claims/{number}/refund", {}, key=new_key())
        assert (refund.status_code, code_of(refund)) == (409, "already_reversed")

    def test_an_unanswered_settlement_is_reversed_by_its_key(
        self, his: Hospital, lin: Person
    ) -> None:
        key = new_key()
        his.settle(lin, "100.00", key=key)
        answer = his.post("reversals", {"request": key}, key=new_key())

        assert answer.status_code == 200, answer.content
        assert answer.json()["outcome"] == "reversed"
        assert answer.json()["undone"]["claim"]["state"] == "reversed"
        assert balance(lin) == Decimal("300.00")

    def test_a_reversal_that_overtakes_its_settlement_refuses_it(
        self, his: Hospital, lin: Person
    ) -> None:
        key, body = new_key(), his.bill(lin, "100.00")
        first = his.post("reversals", {"request": key}, key=new_key())
        assert first.json()["outcome"] == "never_settled"

        late = his.post("claims", body, key=key)
        assert (late.status_code, code_of(late)) == (409, "reversed_first")
        again = his.post("reversals", {"request": key}, key=new_key())
        assert again.json()["outcome"] == "never_settled"
        assert not Claim.objects.exists()
        assert his.post("claims", body, key=new_key()).status_code == 201

    def test_a_reversal_cannot_carry_the_key_it_reverses(self, his: Hospital) -> None:
        key = new_key()
        answer = his.post("reversals", {"request": key}, key=key)
        assert (answer.status_code, code_of(answer)) == (409, "request_key_reused")

    def test_only_a_settlement_is_reversed_by_its_key(self, his: Hospital, lin: Person) -> None:
        number, key = his.settle(lin, "100.00").json()["number"], new_key()
        his.post(f"claims/{number}/refund", {}, key=key)
        answer = his.post("reversals", {"request": key}, key=new_key())
        assert (answer.status_code, code_of(answer)) == (409, "request_key_reused")


class TestReading:
    def test_a_lost_answer_is_found_by_its_key(self, his: Hospital, lin: Person) -> None:
        key = new_key()
        told = his.settle(lin, "100.00", key=key).json()
        found = his.get(f"claims?request={key}").json()

        assert (found["verb"], found["status"]) == ("settle", 201)
        assert found["claim"] == told
        his.post("reversals", {"request": key}, key=new_key())
        assert his.get(f"claims?request={key}").json()["claim"]["state"] == "reversed"

    def test_a_key_without_effect_is_not_found(self, his: Hospital) -> None:
        answer = his.get("claims?request=never-used")
        assert (answer.status_code, code_of(answer)) == (404, "no_such_request")

    @pytest.mark.parametrize(
        ("query", "code"), [("", "missing_field"), ("?request=a&x=1", "unknown_field")]
    )
    def test_a_query_is_read_strictly(self, his: Hospital, query: str, code: str) -> None:
        answer = his.get(f"claims{query}")
        assert (answer.status_code, code_of(answer)) == (422, code)

    def test_another_institutions_claim_is_not_found(self, his: Hospital, lin: Person) -> None:
        key = new_key()
        number = his.settle(lin, "100.00", key=key).json()["number"]
        other = signed_in(hospital(HEFEI))

        for answer in (
            other.get(f"claims/{number}"),
            other.post(f"claims/{number}/refund", {}, key=new_key()),
            other.post(f"claims/{number}/reversal", {}, key=new_key()),
        ):
            assert (answer.status_code, code_of(answer)) == (404, "no_such_claim")
        assert code_of(other.get(f"claims?request={key}")) == "no_such_request"
        told = other.post("reversals", {"request": key}, key=new_key()).json()
        assert told["outcome"] == "never_settled"
        assert his.get(f"claims/{number}").json()["state"] == "settled"


class TestQuotes:
    def test_a_quote_says_what_a_settlement_would_and_moves_nothing(
        self, his: Hospital, lin: Person
    ) -> None:
        body = his.bill(lin, "1000.00")
        before = Transfer.objects.count()
        quote = his.post("quotes", body)

        assert quote.status_code == 201, quote.content
        assert Transfer.objects.count() == before
        assert not Claim.objects.exists()
        told = his.post("claims", {**body, "quote": quote.json()["number"]}, key=new_key())
        assert told.status_code == 201
        same = ("gross", "pool", "own_account", "shared_accounts", "cash", "deductible", "steps")
        assert {name: quote.json()[name] for name in same} == {
            name: told.json()[name] for name in same
        }

    def test_it_locks_nothing_and_writes_its_own_record_alone(
        self, his: Hospital, lin: Person
    ) -> None:
        body = his.bill(lin, "1000.00")
        with CaptureQueriesContext(connection) as sent:
            assert his.post("quotes", body).status_code == 201
        text = "\n".join(query["sql"] for query in sent)
        assert "FOR NO KEY UPDATE" not in text
        assert "FOR UPDATE" not in text
        written = re.findall(r"(?:INSERT INTO|UPDATE|DELETE FROM) \"?(\w+)", text)
        assert written == ["claims_quote", "record_auditrecord"]

    def test_it_equals_a_settlement_with_every_payer_and_to_the_end_of_their_money(
        self, his: Hospital, lin: Person
    ) -> None:
        mei, yang = enrol_one("梅", area=HEFEI), enrol_one("杨", area=WUHU)
        give_money({mei: "40.00", yang: "35.50"}, month=today().replace(day=1), day=today())
        bound(mei, lin, day=today())
        bound(yang, lin, day=today(), relation="parent")
        same = [
            "gross", "out_of_policy", "first_self_pay", "in_policy", "deductible", "pool",
            "own_account", "shared_accounts", "cash", "reasons", "steps",
        ]  # fmt: skip
        lines = [
            ("200.00",), ("333.33", "0.01"), ("250.00",), ("1.00",), ("5000.00",), ("12.34",)
        ]  # fmt: skip
        shared = Decimal(0)
        for number, amounts in enumerate(lines):
            facts = {"category": "account_only"} if number == 2 else {}
            body = his.bill(lin, *amounts, **facts)
            quote, claim = his.post("quotes", body), his.post("claims", body, key=new_key())
            assert {name: quote.json()[name] for name in same} == {
                name: claim.json()[name] for name in same
            }
            shared += Decimal(claim.json()["shared_accounts"])
        assert shared == Decimal("75.50")

    def test_a_settlement_that_differs_is_refused_with_a_new_quote(
        self, his: Hospital, lin: Person
    ) -> None:
        body = his.bill(lin, "1000.00")
        quote = his.post("quotes", body).json()
        other = {"active": {**TERMS, "cap": "100.00"}, "retired": TERMS}
        enter_figure(HEFEI, "outpatient", other, begins_on=today(), day=today())

        key = new_key()
        answer = his.post("claims", {**body, "quote": quote["number"]}, key=key)
        assert (answer.status_code, code_of(answer)) == (409, "quote_differs")
        anew = answer.json()["quote"]
        assert (quote["pool"], anew["pool"]) == ("350.00", "100.00")
        assert not Claim.objects.exists()
        told = his.post("claims", {**body, "quote": anew["number"]}, key=key)
        assert (told.status_code, told.json()["pool"]) == (201, "100.00")

    def test_somebody_elses_quote_is_none(self, his: Hospital, lin: Person) -> None:
        other = signed_in(hospital(HEFEI))
        number = other.post("quotes", other.bill(lin, "10.00")).json()["number"]
        answer = his.settle(lin, "10.00", quote=number)
        assert (answer.status_code, code_of(answer)) == (422, "no_such_quote")
        assert answer.json()["field"] == "quote"


def test_the_law_refuses_with_its_clause_in_the_language_asked_for(his: Hospital) -> None:
    person = enrol_one("陈立", area=YANTAI)
    contribute(person, month=date(2021, 5, 1), day=date(2021, 5, 3))
    body: dict[str, Any] = his.bill(person, "10.00", service_date="2021-05-04")
    english = his.post("claims", body, key=new_key(), Accept_Language="en")
    chinese = his.post("claims", body, key=new_key(), Accept_Language="zh-CN")

    for answer in (english, chinese):
        assert answer.status_code in {409, 422}, answer.content
    assert english.json()["title"].isascii()
    assert not chinese.json()["title"].isascii()
    assert english.json()["code"] == chinese.json()["code"]
