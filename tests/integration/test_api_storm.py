"""A storm over HTTP against a real server, and what is true of the ledger throughout."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.checks import ledger_problems
from claims.models import Claim
from families.bindings import unbind
from members.models import Person
from tests.machines import Hospital, new_key, signed_in
from tests.people import (
    ACTOR,
    YANGZHOU,
    bound,
    contribute,
    credit,
    done,
    enrol,
    give_money,
    hospital,
)
from tests.served import Answer, Caller, running_server
from tests.storm import accumulators_do_not_add_up, claims_do_not_add_up, overspent
from tests.together import Aftermath, at_once

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 16
#: Refusals that a storm meets of itself: somebody else was first.
_FIRST = {"already_refunded", "already_reversed", "request_in_progress"}


@dataclass
class Storm:
    """Eight patients with seven payers each, and sixteen counters of three hospitals."""

    today: date
    payers: list[Person] = field(default_factory=list)
    patients: list[Person] = field(default_factory=list)
    hospitals: list[Hospital] = field(default_factory=list)
    numbers: dict[int, list[str]] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def effects(self) -> int:
        return sum(self.tally[verb] for verb in ("settle", "refund", "reversal"))

    def work(self, place: int, port: int, end: float) -> None:
        """Be one counter until the time is over: settle, repeat, refund, reverse, quote."""
        rng = random.Random(place)
        his = self.hospitals[place % len(self.hospitals)]
        caller = Caller(port, his.token)
        numbers = self.numbers[place % len(self.hospitals)]
        while time.monotonic() < end:
            roll = rng.random()
            if roll < 0.45 or len(numbers) <= CLIENTS:
                self._settle(rng, his, caller, numbers, repeat=roll < 0.08)
            elif roll < 0.55:
                body = his.bill(rng.choice(self.patients), _amount(rng))
                self._count("quote", caller.post("quotes", body))
            else:
                verb = rng.choice(["refund", "reversal"])
                number = _one_of(numbers, keep=roll > 0.9)
                self._count(verb, caller.post(f"claims/{number}/{verb}", {}, key=new_key()))
        self.tally["cut"] += caller.cut

    def _settle(
        self, rng: random.Random, his: Hospital, caller: Caller, numbers: list[str], *, repeat: bool
    ) -> None:
        body, key = his.bill(rng.choice(self.patients), _amount(rng)), new_key()
        answer = caller.post("claims", body, key=key)
        self._count("settle", answer)
        if answer.status == 201:
            numbers.append(answer.told["number"])
        if repeat:
            again = caller.post("claims", body, key=key)
            assert (again.status, again.content) == (answer.status, answer.content)
            self._count("repeat", again)

    def _count(self, verb: str, answer: Answer) -> None:
        assert answer.status < 500, (verb, answer.status, answer.content)
        if answer.status < 300:
            self.tally[verb] += 1
            return
        assert answer.code in _FIRST, (verb, answer.status, answer.content)
        self.tally[answer.code] += 1

    def meanwhile(self, seconds: float) -> None:
        """In the middle of it: bind, unbind, and credit a month that was paid late."""
        time.sleep(seconds / 3)
        newcomers = enrol("late payer one", "late payer two", area=YANGZHOU)
        month = (self.today.replace(day=1) - timedelta(days=1)).replace(day=1)
        for person in [*newcomers, *self.payers]:
            contribute(person, month=month, day=self.today)
        for newcomer, patient in zip(newcomers, self.patients, strict=False):
            bound(newcomer, patient, day=self.today, relation="parent")
        done(
            unbind(
                authorizer_id=self.payers[0].pk,
                member_id=self.patients[0].pk,
                day=self.today,
                actor=ACTOR,
            )
        )
        credit(YANGZHOU, month=month, day=self.today)
        self.payers.extend(newcomers)

    def read(self) -> int:
        """Look at the invariants again and again; return how often."""
        times = 0
        while not self.over.is_set():
            assert ledger_problems() == []
            times += 1
            time.sleep(0.1)
        return times


def _one_of(numbers: list[str], *, keep: bool) -> str:
    """Take a claim's number that others may reach for too: most are undone once, some twice."""
    number = numbers.pop()
    if keep:
        numbers.append(number)
    return number


def _amount(rng: random.Random) -> str:
    return f"{rng.randrange(1, 15000) / 100:.2f}"


@pytest.fixture
def storm(transactional_db: None) -> Storm:
    today = timezone.localdate()
    storm = Storm(today)
    storm.payers = enrol(*(f"payer {place}" for place in range(7)), area=YANGZHOU)
    give_money(dict.fromkeys(storm.payers, "900.00"), month=today.replace(day=1), day=today)
    storm.patients = [
        *enrol(*(f"employee {place}" for place in range(4)), area=YANGZHOU),
        *enrol(*(f"resident {place}" for place in range(4)), area=YANGZHOU, scheme="resident"),
    ]
    for patient in storm.patients[:4]:
        contribute(patient, month=today.replace(day=1), day=today)
    for place, patient in enumerate(storm.patients):
        for payer in storm.payers if place % 2 else reversed(storm.payers):
            bound(payer, patient, day=today, relation="parent")
    storm.hospitals = [signed_in(hospital(YANGZHOU, level=level)) for level in (1, 2, 3)]
    storm.numbers = {place: [] for place in range(3)}
    return storm


@pytest.fixture
def port(storm: Storm, tmp_path: Path) -> Iterator[int]:
    with running_server(tmp_path / "server.log") as port:
        yield port


def test_a_storm_leaves_no_violation_no_500_and_no_deadlock(
    storm: Storm, port: int, aftermath: Aftermath, long: bool
) -> None:
    seconds = 60.0 if long else 4.0
    end = time.monotonic() + seconds

    def counters() -> int:
        try:
            at_once(
                [partial(storm.work, place, port, end) for place in range(CLIENTS)]
                + [partial(storm.meanwhile, seconds)],
                seconds=seconds + 120,
            )
        finally:
            storm.over.set()
        return 1

    _, first, second = at_once([counters, storm.read, storm.read], seconds=seconds + 180)

    assert min(first, second) > 0
    assert overspent(storm.payers) == []
    assert claims_do_not_add_up() == []
    assert accumulators_do_not_add_up() == []
    assert storm.tally["settle"] == Claim.objects.count()
    print(dict(storm.tally), f"{storm.effects / seconds:.0f} effects a second")
    if long:
        assert storm.effects >= 5000
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM claims_request")
        (kept,) = cursor.fetchone() or (0,)
    assert kept == storm.effects
