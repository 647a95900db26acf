"""Crashes of what the portal stands on: rows 35 to 41, as far as they do without the web.

A worker that is killed in mid-run has a test of its own with the runs.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from accounts import runs as batches
from accounts.checks import ledger_problems
from accounts.closing import close_year
from accounts.crediting import credit as credit_month
from accounts.models import Credit, Run, Transfer
from claims import operations as claims
from claims.engine.facts import Line
from claims.models import Accumulator, Claim, Request
from families.bindings import unbind
from families.departures import payout
from families.models import Binding, Move, Payout, Premium
from families.moves import move
from families.premiums import pay_premium
from members.models import Person
from record.models import AuditRecord, Message
from tests.people import (
    ACTOR,
    HEFEI,
    WUHU,
    YANGZHOU,
    balance,
    bill,
    bound,
    contribute,
    credit,
    done,
    enrol,
    give_money,
    hospital,
    refused,
    settled,
    try_to_bind,
)
from tests.storm import (
    DAY,
    MAY,
    Storm,
    a_storm,
    accumulators_do_not_add_up,
    claims_do_not_add_up,
    overspent,
)
from tests.together import Doing

AWAY = "redis://127.0.0.1:9/0"


# --- the database ends connections (40, 41) -------------------------------------------------------


@dataclass
class Killer:
    """Ends backends of this test's database at random, one at a time or, like a restart, all."""

    spared: int
    strokes: int
    ended: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        rng = random.Random(41)
        try:
            while self.ended < self.strokes:
                time.sleep(rng.random() * 0.12)
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        " AND backend_type = 'client backend' AND pid NOT IN (%s, pg_backend_pid())"
                        " AND state <> 'idle'",
                        [self.spared],
                    )
                    pids = [row[0] for row in cursor.fetchall()]
                    for pid in pids if rng.random() < 0.1 else rng.sample(pids, min(1, len(pids))):
                        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
                        self.ended += 1
        finally:
            self.over.set()


def own_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
    return int(pid)


def until_answered(send: Callable[[], Any]) -> tuple[Any, int]:
    """Send as a hospital does: whatever breaks, again, until there is an answer."""
    for tries in range(1, 100):
        try:
            return send(), tries
        except (DatabaseError, InterfaceError):
            connection.close()
    raise AssertionError("a hundred tries without an answer")


@dataclass
class Hospital:
    """A client that keeps what it was answered for each of its keys."""

    place: int
    storm: Storm
    answers: dict[str, set[str]] = field(default_factory=dict)
    undone: dict[str, list[str]] = field(default_factory=dict)
    retries: int = 0

    def work(self, over: threading.Event) -> None:
        rng = random.Random(self.place)
        number = 0
        while not over.is_set():
            number += 1
            made = bill_of(self.storm, rng, self.place)
            key = f"{self.place}-{number}"
            request = claims.RequestKey(key=key, body_hash=key)

            def send(made: Any = made, request: Any = request) -> Any:
                return claims.settle(bill=made, day=DAY, actor=ACTOR, request=request)

            # Sometimes the answer is lost on its way, and the message comes once more.
            for _ in range(2 if rng.random() < 0.2 else 1):
                answer, tries = until_answered(send)
                assert isinstance(answer, Claim), answer
                self.answers.setdefault(key, set()).add(answer.number)
                self.retries += tries - 1
            if rng.random() < 0.4:

                def undo(claim: str = made.number) -> Any:
                    return claims.refund(number=claim, day=DAY, actor=ACTOR)

                answer, tries = until_answered(undo)
                self.undone.setdefault(made.number, []).append(refused(answer))
                self.retries += tries - 1


def bill_of(storm: Storm, rng: random.Random, place: int) -> Any:
    amount = Decimal(rng.randrange(1, 9000)) / 100
    return bill(storm.patients[place], rng.choice(storm.hospitals), amount, day=DAY)


@pytest.mark.django_db(transaction=True)
def test_after_connections_are_ended_at_random_each_request_has_exactly_one_effect(
    long: bool,
) -> None:
    storm = a_storm()
    killer = Killer(spared=own_pid(), strokes=200 if long else 30)
    clients = [Hospital(place, storm) for place in range(6)]
    working = [Doing(partial(client.work, killer.over)) for client in clients]
    killing = Doing(killer.work)
    for doing in [killing, *working]:
        doing.wait(300)

    keys = {key: numbers for client in clients for key, numbers in client.answers.items()}
    assert all(len(numbers) == 1 for numbers in keys.values())
    stored = dict(Request.objects.values_list("key", "claim__number"))
    assert {key: {number} for key, number in stored.items()} == keys
    assert Claim.objects.count() == len(keys)
    undone = {number: codes for client in clients for number, codes in client.undone.items()}
    # Refunded once: either the answer came, or a repeated message found it done.
    assert all(codes in ([""], ["already_refunded"]) for codes in undone.values())
    refunded = Claim.objects.filter(state=Claim.State.REFUNDED).values_list("number", flat=True)
    assert set(refunded) == set(undone)
    assert ledger_problems() == []
    assert overspent(storm.payers) == []
    assert claims_do_not_add_up() == []
    assert accumulators_do_not_add_up() == []
    # It did hurt: connections were cut under work, and messages came again.
    assert killer.ended >= killer.strokes
    assert sum(client.retries for client in clients) > 3


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_connection_is_ended_goes_on_and_credits_each_month_once(
    monkeypatch: pytest.MonkeyPatch,
    long: bool,
) -> None:
    monkeypatch.setattr(batches, "CHUNK_PERSONS", 2)
    people = enrol(*(f"member {place}" for place in range(24)))
    for person in people:
        contribute(person, month=MAY, day=DAY)
        contribute(person, month=date(2023, 4, 1), day=DAY)
    killer = Killer(spared=own_pid(), strokes=60 if long else 6)

    def run() -> None:
        while True:
            answer, _ = until_answered(
                lambda: credit_month(area=HEFEI, month=MAY, day=DAY, actor=ACTOR)
            )
            assert isinstance(answer, Run), answer
            if killer.over.is_set():
                return

    doings = [Doing(run), Doing(run), Doing(killer.work)]
    for doing in doings:
        doing.wait(300)
    assert Credit.objects.count() == 48
    assert {balance(person) for person in people} == {Decimal("200.00")}
    assert not Run.objects.exclude(state=Run.State.DONE).exists()
    assert ledger_problems() == []


# --- a crash before any statement of an operation leaves nothing of it ----------------------------


class Gone(OperationalError):
    """The connection is gone."""


def rows() -> dict[str, int]:
    """Count what operations leave behind."""
    models: tuple[Any, ...] = (
        Claim, Request, Transfer, Accumulator, Binding, Premium, Payout, Move, AuditRecord, Message,
    )  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}


def state_of(people: list[Person]) -> Any:
    return (
        rows(),
        [balance(person) for person in people],
        list(Claim.objects.order_by("pk").values_list("number", "state")),
        list(Binding.objects.order_by("pk").values_list("pk", "ended_on", "cross_area")),
        list(Accumulator.objects.order_by("pk").values_list("deductible", "pool")),
        list(Person.objects.order_by("pk").values_list("left_on", "paid_out_on")),
    )


JULY, LATER = date(2024, 7, 1), date(2024, 7, 20)


@dataclass
class Everyday:
    """lin pays for mei; a claim stands; each of these operations can be done once."""

    lin: Person
    mei: Person
    chen: Person

    def __post_init__(self) -> None:
        self.care = hospital(YANGZHOU)
        self.claim = settled(self.mei, self.care, "20.00", day=LATER)
        self.bill = bill(self.mei, self.care, "30.00", day=LATER)

    def settle(self) -> object:
        request = claims.RequestKey(key="k", body_hash="h")
        return claims.settle(bill=self.bill, day=LATER, actor=ACTOR, request=request)

    def refund(self) -> object:
        return claims.refund(number=self.claim.number, day=LATER, actor=ACTOR)

    def refund_partly(self) -> object:
        return claims.refund_partly(
            number=self.claim.number,
            remaining=[Line(amount=Decimal("5.00"))],
            new_number="rest",
            day=LATER,
            actor=ACTOR,
        )

    def bind(self) -> object:
        return try_to_bind(self.lin, self.chen, day=LATER)

    def unbind(self) -> object:
        return unbind(authorizer_id=self.lin.pk, member_id=self.mei.pk, day=LATER, actor=ACTOR)

    def premium(self) -> object:
        return pay_premium(
            insured_id=self.mei.pk,
            product="commercial_supplement",
            amount=Decimal("40.00"),
            day=LATER,
            actor=ACTOR,
        )

    def move(self) -> object:
        return move(person_id=self.lin.pk, area=WUHU, day=LATER, actor=ACTOR)

    def payout(self) -> object:
        return payout(person_id=self.lin.pk, reason="emigration", day=LATER, actor=ACTOR)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb",
    ["settle", "refund", "refund_partly", "bind", "unbind", "premium", "move", "payout"],
)
def test_a_crash_before_any_statement_leaves_nothing_and_the_next_try_succeeds(verb: str) -> None:
    lin, mei, chen = enrol("lin", "mei", "chen", area=YANGZHOU)
    give_money({lin: "100.00", mei: "10.00"}, month=JULY, day=LATER)
    bound(lin, mei, day=LATER)
    everyday = Everyday(lin, mei, chen)
    before = state_of([lin, mei])
    for step in range(1, 200):
        left = step

        def crash(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal left
            # Marking and going back are the transaction's own doing, not a statement of it.
            if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                left -= 1
                if left == 0:
                    raise Gone("gone")
            return execute(sql, params, many, context)

        with transaction.atomic():
            try:
                with connection.execute_wrapper(crash):
                    outcome = getattr(everyday, verb)()
            except Gone:
                pass
            else:
                assert refused(outcome) == ""
                assert state_of([lin, mei]) != before
                assert ledger_problems() == []
                # A settlement's lock, look and write are the fewest that any of these sends.
                assert step > 2
                return
            assert state_of([lin, mei]) == before, f"before statement {step} of {verb}"
    raise AssertionError("the operation never got done")


# --- Redis is away (38) ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_money_moves_while_redis_is_away(settings: Any) -> None:
    """No state of money is in Redis: everything works, and no message to a person is lost."""
    settings.CACHES = {name: cache | {"LOCATION": AWAY} for name, cache in settings.CACHES.items()}
    settings.CELERY_BROKER_URL = AWAY
    began = time.monotonic()
    lin, mei = enrol("lin", "mei", area=YANGZHOU)
    give_money({lin: "100.00"}, month=MAY, day=DAY)
    bound(lin, mei, day=DAY)
    claim = settled(mei, hospital(YANGZHOU), "30.00", day=DAY)
    assert claim.shared_paid == Decimal("30.00")
    done(claims.refund(number=claim.number, day=DAY, actor=ACTOR))
    credit(YANGZHOU, month=MAY, day=DAY)
    done(close_year(area=YANGZHOU, year=2023, day=date(2024, 1, 2), actor=ACTOR))
    done(payout(person_id=lin.pk, reason="emigration", day=date(2024, 1, 3), actor=ACTOR))
    assert set(Message.objects.values_list("kind", flat=True)) >= {"bound", "binding_ended"}
    assert ledger_problems() == []
    # Nobody waited for a server that does not answer.
    assert time.monotonic() - began < 60
