"""What is wrong, forged or hostile is told so, and moves nothing (threat 61)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from accounts.models import Transfer
from claims.api import claiming, views
from claims.models import Claim, Request
from members import identity
from members.models import Person
from tests.machines import Hospital, code_of, line, new_key, signed_in
from tests.people import YANGZHOU, contribute, enrol_one, give_money, hospital

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Hospital, Person]]:
    """A hospital of Yangzhou and somebody with 300 yuan, made once for the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        lin = enrol_one("林志远", area=YANGZHOU)
        today = timezone.localdate()
        give_money({lin: "300.00"}, month=today.replace(day=1), day=today)
        yield signed_in(hospital(YANGZHOU)), lin
        transaction.set_rollback(True)


@pytest.fixture
def his(cast: tuple[Hospital, Person]) -> Hospital:
    return cast[0]


@pytest.fixture
def lin(cast: tuple[Hospital, Person]) -> Person:
    return cast[1]


@pytest.fixture(autouse=True)
def _nothing_moves(his: Hospital) -> Iterator[None]:
    before = Transfer.objects.count(), Claim.objects.count(), Request.objects.count()
    yield
    assert (Transfer.objects.count(), Claim.objects.count(), Request.objects.count()) == before


def deep(levels: int) -> bytes:
    return b'{"lines":' + b"[" * levels + b"]" * levels + b"}"


#: What is put into a good bill → the field that is complained of, and the code.
WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"lines": [line("-1.00")]}, "lines[0].amount", "wrong_form"),
    ({"lines": [line("1")]}, "lines[0].amount", "wrong_form"),
    ({"lines": [line("1.005")]}, "lines[0].amount", "wrong_form"),
    ({"lines": [line("1e3")]}, "lines[0].amount", "wrong_form"),
    ({"lines": [line("NaN")]}, "lines[0].amount", "wrong_form"),
    ({"lines": [line("１.00")]}, "lines[0].amount", "wrong_form"),
    ({"lines": [line("123456789012.00")]}, "lines[0].amount", "wrong_length"),
    ({"lines": [line("1.00"), line("1234567890.00")]}, "lines[1].amount", "wrong_length"),
    ({"lines": [{**line("1.00"), "amount": 1}]}, "lines[0].amount", "wrong_type"),
    ({"lines": [{**line("1.00"), "amount": None}]}, "lines[0].amount", "wrong_type"),
    ({"lines": [{**line("1.00"), "class": "D"}]}, "lines[0].class", "unknown_value"),
    ({"lines": [{**line("1.00"), "purpose": "gold"}]}, "lines[0].purpose", "unknown_value"),
    ({"lines": [{**line("1.00"), "self_pay_rate": "1.5"}]}, "lines[0].self_pay_rate", "wrong_form"),
    ({"lines": [{**line("1.00"), "x": 1}]}, "lines[0].x", "unknown_field"),
    ({"lines": [{**line("1.00"), "name": "x" * 101}]}, "lines[0].name", "wrong_length"),
    ({"lines": [{"amount": "1.00", "class": "A"}]}, "lines[0].purpose", "missing_field"),
    (
        {"lines": [line("1.00", over_standard="2.00")]},
        "lines[0].over_standard",
        "bill_makes_no_sense",
    ),
    ({"lines": []}, "lines", "wrong_length"),
    ({"lines": {}}, "lines", "wrong_type"),
    ({"lines": [line("0.01")] * 501}, "lines", "wrong_length"),
    ({"category": "dentist"}, "category", "unknown_value"),
    ({"service_date": "1899-12-31"}, "service_date", "date_out_of_range"),
    ({"service_date": "2026-02-30"}, "service_date", "wrong_form"),
    ({"service_date": "yesterday"}, "service_date", "wrong_form"),
    ({"service_date": "0000-00-00"}, "service_date", "wrong_form"),
    ({"visit_number": ""}, "visit_number", "wrong_length"),
    ({"visit_number": "x" * 41}, "visit_number", "wrong_length"),
    ({"visit_number": "a'; DROP TABLE"}, "visit_number", "wrong_form"),
    ({"prescriber": "H-nowhere"}, "prescriber", "unknown_institution"),
    ({"patient": "x"}, "patient", "patient_token_expired"),
    ({"patient": None}, "patient", "wrong_type"),
    ({"quote": "Q1"}, "quote", "wrong_form"),
    ({"other_scheme_paid": "-0.01"}, "other_scheme_paid", "wrong_form"),
    ({"merged_into_admission": "yes"}, "merged_into_admission", "wrong_type"),
    ({"paper": True}, "paper", "unknown_field"),
    ({"number": "1"}, "number", "unknown_field"),
]


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    WRONG,
    ids=[f"{code}-{field}-{n}" for n, (_, field, code) in enumerate(WRONG)],
)
def test_a_bill_that_is_wrong_is_told_where(
    his: Hospital, lin: Person, facts: dict[str, Any], field: str, code: str
) -> None:
    answer = his.settle(lin, "1.00", **facts)
    assert (answer.status_code, code_of(answer)) == (422, code), answer.content
    assert answer.json()["field"] == field
    assert answer.json()["status"] == 422


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b" ", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b'{"patient": "\xff"}', 400, "malformed_json"),
        (b"[]", 422, "wrong_type"),
        (b"null", 422, "wrong_type"),
        (deep(100_000), 422, "wrong_type"),
        (b"[" * 200_000, 422, "wrong_type"),
        (b" " * (256 * 1024 + 1), 413, "body_too_large"),
        (json.dumps({"lines": [line("1.00")] * 10_000}).encode(), 413, "body_too_large"),
    ],
)
def test_what_is_no_bill_is_refused_early(
    his: Hospital, body: bytes, status: int, code: str
) -> None:
    answer = his.post("claims", body, key=new_key())
    assert (answer.status_code, code_of(answer)) == (status, code)


@pytest.mark.parametrize("text", ["a\u0000b", "a\nb", "a\u001fb"])
def test_no_text_holds_control_characters(his: Hospital, lin: Person, text: str) -> None:
    answer = his.settle(lin, "1.00", lines=[line("1.00", name=text)])
    assert (answer.status_code, code_of(answer)) == (422, "wrong_form")


def test_a_backslash_is_no_control_character(his: Hospital, lin: Person) -> None:
    body = his.bill(lin, lines=[line("1.00", name="a\\nb")], service_date="2999-01-01")
    assert code_of(his.post("claims", body, key=new_key())) == "service_date_in_future"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_a_body_is_json(his: Hospital, lin: Person, kind: str) -> None:
    answer = his.post("claims", his.bill(lin, "1.00"), key=new_key(), **{"Content-Type": kind})
    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with blank 1", "schl\u00fcssel-1"])
def test_every_effect_has_a_key(his: Hospital, lin: Person, key: str) -> None:
    for path, body in (
        ("claims", his.bill(lin, "1.00")),
        ("claims/1/refund", {}),
        ("claims/1/reversal", {}),
        ("reversals", {"request": "test-key-1"}),
    ):
        answer = his.post(path, body, key=key)
        assert (answer.status_code, code_of(answer)) == (400, "key_missing")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_not_known(his: Hospital, method: str) -> None:
    answer = getattr(his.client, method)("/api/v1/claims")
    assert (answer.status_code, code_of(answer)) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["", "x", "claims/", "claims/1/", "claims/1/x", "reversals/1"])
def test_elsewhere_there_is_nothing(his: Hospital, path: str) -> None:
    answer = his.get(path)
    assert (answer.status_code, code_of(answer)) == (404, "not_found")


def test_a_problem_names_its_clause_and_speaks_the_language_asked_for(
    his: Hospital, lin: Person
) -> None:
    contribute(lin, month=timezone.localdate().replace(month=1, day=1), day=timezone.localdate())
    body = his.bill(lin, "10.00", other_scheme_paid="5.00")
    english = his.post("claims", body, key=new_key())
    chinese = his.post("claims", body, key=new_key(), Accept_Language="zh-CN,zh;q=0.9")

    told = english.json()
    assert (english.status_code, told["code"]) == (422, "other_scheme_not_applicable")
    assert told["clause"] == "AH49-2.2b"
    assert told["type"].endswith("#other_scheme_not_applicable")
    assert told["title"].isascii()
    assert not chinese.json()["title"].isascii()
    assert (english.headers["Content-Language"], chinese.headers["Content-Language"]) == (
        "en",
        "zh",
    )


def test_no_secret_and_no_id_number_is_in_a_log(
    his: Hospital, lin: Person, caplog: pytest.LogCaptureFixture
) -> None:
    number = identity.unseal(lin.id_number_sealed)
    with caplog.at_level(logging.DEBUG):
        his.post("members/lookups", {"id_number": number[:-1] + "?", "reason": "a typing error"})
        his.post("members/lookups", {"id_number": number, "reason": number})
        his.post("claims", b'{"id_number": "' + number.encode() + b'"}', key=new_key())
        his.get(f"claims/{number}")
    shown = caplog.text
    assert number not in shown
    assert his.token not in shown
    assert his.key.secret not in shown


class TestOutages:
    """Threat 42: what the database cannot do in time is 503, and the message is sent again."""

    @pytest.mark.parametrize("where", ["settle", "request_of"])
    def test_a_database_that_fails_is_503_with_retry_after(
        self, his: Hospital, lin: Person, monkeypatch: pytest.MonkeyPatch, where: str
    ) -> None:
        def fails(**_given: Any) -> None:
            raise OperationalError("canceling statement due to lock timeout")

        monkeypatch.setattr(claiming, where, fails)
        answer = (
            his.settle(lin, "1.00") if where == "settle" else his.get("claims?request=test-key-1")
        )
        assert (answer.status_code, code_of(answer)) == (503, "try_again")
        assert answer.headers["Retry-After"] == "2"

    def test_a_fault_of_ours_is_500_in_the_same_form(
        self, his: Hospital, lin: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "answer_of", None, raising=False)
        monkeypatch.setattr(claiming, "settle", lambda **_given: 1 / 0)
        answer = his.settle(lin, "1.00")
        assert (answer.status_code, code_of(answer)) == (500, "internal_error")
        assert "ZeroDivision" not in answer.content.decode()
