"""Hospitals send their day files and agree to their statements by HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.models import Claim
from clearing import owed
from clearing.models import Case, DayFile, InstitutionStatement, Payment
from members.models import Person
from members.months import first_of, months_after
from tests.machines import Hospital, code_of, new_key, signed_in
from tests.people import ACTOR, HEFEI, done, enrol_one, give_money, hospital, settled

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MONTH = months_after(first_of(TODAY), -2)
DAY = MONTH + timedelta(days=9)


@pytest.fixture
def his() -> Hospital:
    return signed_in(hospital(HEFEI))


@pytest.fixture
def lin() -> Person:
    person = enrol_one("lin")
    give_money({person: "500.00"}, month=MONTH, day=DAY)
    return person


def row_of(claim: Claim, /, **other: Any) -> dict[str, Any]:
    return {
        "kind": "settlement",
        "claim": claim.number,
        "visit_number": claim.visit_number,
        "bill_number": claim.bill_number,
        "gross": str(claim.gross),
        "pool": str(claim.pool),
        "own_account": str(claim.own_paid),
        "shared_accounts": str(claim.shared_paid),
        "cash": str(claim.cash),
        **other,
    }


def test_a_day_file_is_compared_at_once_and_sent_again_gives_the_same_answer(
    his: Hospital, lin: Person
) -> None:
    first = settled(lin, his.institution, "80.00", day=DAY, category="account_only")
    second = settled(lin, his.institution, "60.00", day=DAY, category="account_only")
    lone = row_of(first, claim=None, visit_number="V-9", bill_number="B-9")
    body = {"day": DAY.isoformat(), "rows": [row_of(first), lone]}
    key = new_key()
    answer = his.post("reconciliations", body, key=key)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert told["counts"] == {"matched": 1, "only_institution": 1, "only_portal": 1}
    assert {(d["difference"], d["claim"], d["visit_number"]) for d in told["differences"]} == {
        ("only_portal", second.number, second.visit_number),
        ("only_institution", None, "V-9"),
    }
    again = his.post("reconciliations", body, key=key)
    assert (again.status_code, again.content) == (201, answer.content)
    assert again.headers["Idempotent-Replayed"] == "true"
    other_key = his.post("reconciliations", body, key=new_key())
    assert (other_key.status_code, code_of(other_key)) == (409, "taken_already")
    changed = his.post("reconciliations", {**body, "rows": []}, key=key)
    assert (changed.status_code, code_of(changed)) == (409, "request_key_reused")
    read = his.get(f"reconciliations/{told['number']}")
    assert read.json()["counts"] == told["counts"]
    assert DayFile.objects.count() == 1
    assert Case.objects.count() == 2


def test_what_is_wrong_is_told_with_its_place_and_nothing_is_taken_in(
    his: Hospital, lin: Person
) -> None:
    other = hospital(HEFEI)
    foreign = settled(lin, other, "10.00", day=DAY, category="account_only")
    own = settled(lin, his.institution, "10.00", day=DAY, category="account_only")
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"day": TODAY.isoformat(), "rows": []}, 422, "day_not_over"),
        ({"day": "2024-13-01", "rows": []}, 422, "wrong_form"),
        ({"day": DAY.isoformat()}, 422, "missing_field"),
        ({"day": DAY.isoformat(), "rows": [row_of(own, gross="-1.00")]}, 422, "wrong_form"),
        ({"day": DAY.isoformat(), "rows": [row_of(own, gross="1" * 15)]}, 422, "wrong_form"),
        ({"day": DAY.isoformat(), "rows": [row_of(own, kind="gift")]}, 422, "unknown_value"),
        ({"day": DAY.isoformat(), "rows": [row_of(own, name="x")]}, 422, "unknown_field"),
        ({"day": DAY.isoformat(), "rows": [row_of(own)] * 10_001}, 413, "body_too_large"),
    ]
    for body, status, code in wrong:
        answer = his.post("reconciliations", body, key=new_key())
        assert code_of(answer) in {code, "wrong_length"}, (body["day"], answer.content)
        assert answer.status_code in {status, 422}
    answer = his.post(
        "reconciliations", {"day": DAY.isoformat(), "rows": [row_of(own), row_of(foreign)]},
        key=new_key(),
    )  # fmt: skip
    assert (answer.status_code, code_of(answer)) == (422, "unknown_claim")
    assert answer.json()["field"] == "rows[1].claim"
    assert not DayFile.objects.exists()
    no_key = his.post("reconciliations", {"day": DAY.isoformat(), "rows": []})
    assert code_of(no_key) == "key_missing"


def test_only_the_scope_and_only_ones_own_are_found(his: Hospital, lin: Person) -> None:
    settled(lin, his.institution, "10.00", day=DAY, category="account_only")
    sent = his.post("reconciliations", {"day": DAY.isoformat(), "rows": []}, key=new_key()).json()
    (statement,) = done(owed.draw_up(month=MONTH, day=TODAY, actor=ACTOR))
    stranger = signed_in(hospital(HEFEI))
    agreeing = {"lines_hash": statement.lines_hash}
    for path, code in (
        (f"reconciliations/{sent['number']}", "no_such_reconciliation"),
        ("reconciliations/x", "no_such_reconciliation"),
        (f"statements/{statement.pk}", "no_such_statement"),
    ):
        answer = stranger.get(path)
        assert (answer.status_code, code_of(answer)) == (404, code)
    assert stranger.get("statements").json() == {"statements": []}
    path = f"statements/{statement.pk}/agreement"
    assert code_of(stranger.post(path, agreeing, key=new_key())) == "no_such_statement"
    settling = signed_in(his.institution, scopes=("settle",))
    for answer in (
        settling.get("statements"),
        settling.post("reconciliations", {"day": DAY.isoformat(), "rows": []}, key=new_key()),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "scope_missing")
    assert InstitutionStatement.objects.get().state == "drawn_up"


def test_a_statement_is_read_asked_about_and_agreed_to(his: Hospital, lin: Person) -> None:
    claim = settled(lin, his.institution, "80.00", day=DAY, category="account_only")
    done(owed.draw_up(month=MONTH, day=TODAY, actor=ACTOR))
    (listed,) = his.get("statements").json()["statements"]
    assert (listed["month"], listed["to_pay"], listed["state"]) == (
        f"{MONTH:%Y-%m}", "80.00", "drawn_up",
    )  # fmt: skip
    assert his.get(f"statements?month={TODAY:%Y-%m}").json() == {"statements": []}
    assert code_of(his.get("statements?month=June")) == "wrong_form"
    one = his.get(f"statements/{listed['number']}").json()
    assert one["records"] == [
        {"record": claim.number, "day": DAY.isoformat(), "kind": "claim", "amount": "80.00"}
    ]
    path = f"statements/{listed['number']}/agreement"
    asked = his.post(
        path, {"lines_hash": listed["lines_hash"], "question": "one is missing"}, key=new_key()
    )
    assert asked.json()["state"] == "questioned"
    wrong = his.post(path, {"lines_hash": "0" * 64}, key=new_key())
    assert (wrong.status_code, code_of(wrong)) == (409, "lines_changed")
    assert not Payment.objects.exists()
    agreed = his.post(path, {"lines_hash": listed["lines_hash"]}, key=new_key())
    assert agreed.json()["state"] == "agreed"
    again = his.post(path, {"lines_hash": listed["lines_hash"]}, key=new_key())
    assert again.json()["state"] == "agreed"
    assert Payment.objects.count() == 1
    late = his.post(
        path, {"lines_hash": listed["lines_hash"], "question": "and now"}, key=new_key()
    )
    assert (late.status_code, code_of(late)) == (409, "agreed_already")
