"""One message, one effect: copies at once, lost answers, every order (threats 6 to 16)."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts import ledger
from accounts.checks import ledger_problems
from accounts.models import Transfer
from claims.models import Claim, Request
from members import queries as members
from members.models import Person
from tests.machines import Hospital, ask_for_token, code_of, new_key, signed_in
from tests.people import YANGZHOU, balance, enrol_one, give_money, hospital
from tests.served import Answer, Caller, running_server
from tests.together import Doing, at_once, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lin() -> Person:
    person = enrol_one("林志远", area=YANGZHOU)
    today = timezone.localdate()
    give_money({person: "5000.00"}, month=today.replace(day=1), day=today)
    return person


@pytest.fixture
def his() -> Hospital:
    return signed_in(hospital(YANGZHOU))


@pytest.fixture
def port(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    with running_server(tmp_path / "server.log", workers=1, threads=8) as port:
        yield port


def until_answered(port: int, his: Hospital, path: str, body: Any, key: str) -> Answer:
    """Send a message until it is answered with something else than "in progress"."""
    caller = Caller(port, his.token)
    while True:
        answer = caller.post(path, body, key=key)
        if answer.code != "request_in_progress":
            return answer
        assert answer.headers["retry-after"] == "1"
        time.sleep(0.02)


def test_copies_at_once_have_one_effect_and_one_answer(
    port: int, his: Hospital, lin: Person, long: bool
) -> None:
    copies, keys = (50, 100) if long else (8, 4)
    for _ in range(keys):
        body, key = his.bill(lin, "10.00"), new_key()
        answers = at_once([partial(until_answered, port, his, "claims", body, key)] * copies)
        assert {answer.status for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
    assert Claim.objects.count() == Request.objects.count() == keys
    assert ledger_problems() == []


def test_of_many_refunds_at_once_one_gives_back(port: int, his: Hospital, lin: Person) -> None:
    number = his.settle(lin, "100.00").json()["number"]
    works = [
        partial(until_answered, port, his, f"claims/{number}/refund", {}, new_key())
        for _ in range(16)
    ]
    answers = Counter((answer.status, answer.code) for answer in at_once(works))

    assert answers == {(200, ""): 1, (409, "already_refunded"): 15}
    assert balance(lin) == Decimal("5000.00")
    assert ledger_problems() == []


def test_an_answer_that_was_cut_off_is_given_again(port: int, his: Hospital, lin: Person) -> None:
    body, key = his.bill(lin, "100.00"), new_key()
    with transaction.atomic():
        members.lock_person(lin.pk)
        with Caller(port, his.token).sent("claims", body, key=key):
            until_somebody_waits()
    end = time.monotonic() + 30
    while not Request.objects.filter(key=key).exists() and time.monotonic() < end:
        time.sleep(0.02)

    again = until_answered(port, his, "claims", body, key)
    assert again.status == 201
    assert again.headers["idempotent-replayed"] == "true"
    assert Claim.objects.get().number == again.told["number"]
    assert Caller(port, his.token).get(f"claims?request={key}").told["claim"] == again.told


@pytest.mark.django_db
@pytest.mark.parametrize("order", list(itertools.permutations(["settle", "reverse", "refund"])))
def test_every_order_with_repeats_ends_in_the_same_state(
    his: Hospital, lin: Person, order: tuple[str, ...]
) -> None:
    body, keys = his.bill(lin, "100.00"), {verb: new_key() for verb in order}

    def send(verb: str) -> None:
        if verb == "settle":
            his.post("claims", body, key=keys["settle"])
        elif verb == "reverse":
            his.post("reversals", {"request": keys["settle"]}, key=keys["reverse"])
        else:
            found = his.get(f"claims?request={keys['settle']}").json().get("claim")
            number = found["number"] if found else "not-known"
            his.post(f"claims/{number}/refund", {}, key=keys["refund"])

    for verb in [*order, *order, *reversed(order)]:
        send(verb)

    assert not Claim.objects.filter(state="settled").exists()
    assert balance(lin) == Decimal("5000.00")
    assert Transfer.objects.filter(source="claim").count() == (
        Transfer.objects.filter(source="undo").count()
    )
    assert code_of(his.post("claims", body, key=keys["settle"])) in {"", "reversed_first"}
    assert not Claim.objects.filter(state="settled").exists()


@pytest.mark.django_db
def test_a_key_holds_after_400_days(his: Hospital, lin: Person) -> None:
    body, key = his.bill(lin, "100.00"), new_key()
    first = his.post("claims", body, key=key)
    with time_machine.travel(timezone.now() + timedelta(days=400), tick=False):
        his.token = ask_for_token(his.key).json()["access_token"]
        again = his.post("claims", body, key=key)
        late = his.post("claims", his.bill(lin, "1.00"), key=key)

    assert (again.status_code, again.content) == (201, first.content)
    assert code_of(late) == "request_key_reused"
    assert Claim.objects.count() == 1


def test_a_settlement_that_is_being_done_is_not_waited_for(
    his: Hospital, lin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from claims.api import claiming

    body, key = his.bill(lin, "10.00"), new_key()
    seen: list[Any] = []
    settle = claiming.settle

    def meanwhile(**given: Any) -> Any:
        done = settle(**given)
        monkeypatch.setattr(claiming, "settle", settle)
        for path, told in (("claims", body), ("reversals", {"request": key})):
            used = key if path == "claims" else new_key()
            (answer,) = at_once([partial(his.post, path, told, key=used)])
            seen.append((answer.status_code, code_of(answer), answer.headers["Retry-After"]))
        (found,) = at_once([partial(his.get, f"claims?request={key}")])
        seen.append((found.status_code, code_of(found), found.headers["Retry-After"]))
        return done

    monkeypatch.setattr(claiming, "settle", meanwhile)
    assert his.post("claims", body, key=key).status_code == 201
    assert seen == [(409, "request_in_progress", "1")] * 3


def test_who_waits_too_long_for_a_lock_is_told_to_try_again_and_nothing_has_moved(
    port: int, his: Hospital, lin: Person
) -> None:
    caller, body, key = Caller(port, his.token), his.bill(lin, "10.00"), new_key()
    with transaction.atomic():
        members.lock_person(lin.pk)
        ledger.lock([lin.pk])
        # A quote waits for nobody.
        quote = caller.post("quotes", body)
        assert (quote.status, quote.told["own_account"]) == (201, "10.00")
        late = caller.post("claims", body, key=key)
    assert (late.status, late.code) == (503, "try_again")
    assert int(late.headers["retry-after"]) > 0
    assert not Claim.objects.exists()
    assert not Request.objects.exists()
    assert balance(lin) == Decimal("5000.00")
    assert caller.post("claims", body, key=key).status == 201
    assert balance(lin) == Decimal("4990.00")
    assert ledger_problems() == []


@pytest.mark.django_db
def test_it_settles_while_redis_is_away(his: Hospital, lin: Person, settings: Any) -> None:
    away = {"BACKEND": "config.cache.PatientRedisCache", "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {"default": away, "limits": away}
    cache.close()
    token = ask_for_token(his.key)
    assert token.status_code == 200
    his.token = token.json()["access_token"]
    assert his.settle(lin, "10.00").status_code == 201
    assert json.loads(his.post("quotes", his.bill(lin, "10.00")).content)["gross"] == "10.00"


def test_a_settlement_waits_for_its_patient_and_a_repeat_for_nobody(
    his: Hospital, lin: Person
) -> None:
    before, key = his.bill(lin, "10.00"), new_key()
    first = his.post("claims", before, key=key)
    bill = his.bill(lin, "20.00")
    with transaction.atomic():
        members.lock_person(lin.pk)
        waiting = Doing(lambda: his.post("claims", bill, key=new_key()))
        assert not waiting.settles_down()
        repeat = Doing(lambda: his.post("claims", before, key=key))
        assert repeat.settles_down()
    assert repeat.wait().content == first.content
    assert waiting.wait().status_code == 201
