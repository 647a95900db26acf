"""Races of runs: with each other, and with the settlements that go on beside them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts import runs as batches
from accounts.closing import close_year
from accounts.crediting import credit as credit_month
from accounts.crediting import open_credit_run
from accounts.models import AccountYear, Credit, LedgerAccount, Run
from claims import operations as claims
from claims.models import Claim
from members.models import Person
from tests.people import (
    ACTOR,
    HEFEI,
    WUHU,
    answers,
    balance,
    bound,
    contribute,
    credit,
    done,
    enrol,
    hospital,
    settled,
)
from tests.storm import (
    DAY,
    MAY,
    claims_do_not_add_up,
    overspent,
)
from tests.together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("aftermath")]

#: After the family account of Anhui was opened across areas and closed at seven persons.
JULY = date(2024, 7, 1)
LATER = date(2024, 7, 20)
MAY_2024 = date(2024, 5, 1)


@pytest.fixture
def thirty(monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    """Thirty employees of Hefei who have paid three months, in chunks of four."""
    monkeypatch.setattr(batches, "CHUNK_PERSONS", 4)
    people = enrol(*(f"employee {place}" for place in range(30)))
    for person in people:
        for month in (3, 4, 5):
            contribute(person, month=date(2023, month, 1), day=DAY)
    return people


def months_credited(people: list[Person]) -> Counter[int]:
    """Count for each person the months credited; a month twice counts twice."""
    rows = Credit.objects.values_list("person_id", flat=True)
    return Counter({person.pk: 0 for person in people}) + Counter(rows)


def test_a_month_credited_from_four_threads_at_once_is_credited_once(thirty: list[Person]) -> None:
    def run() -> Any:
        return credit_month(area=HEFEI, month=MAY, day=DAY, actor=ACTOR)

    assert answers(at_once([run] * 4)) == {"done": 4}
    assert months_credited(thirty) == {person.pk: 3 for person in thirty}
    assert {balance(person) for person in thirty} == {Decimal("300.00")}
    assert set(Run.objects.values_list("state", flat=True)) == {Run.State.DONE}


def test_two_months_credited_at_once_give_each_account_each_month_once(
    thirty: list[Person],
) -> None:
    """Both runs make up for the months before, so both reach for March and April."""

    def run(month: int) -> Any:
        return credit_month(area=HEFEI, month=date(2023, month, 1), day=DAY, actor=ACTOR)

    outcomes = at_once([partial(run, month) for month in (4, 5, 4, 5)])
    assert answers(outcomes) == {"done": 4}
    assert months_credited(thirty) == {person.pk: 3 for person in thirty}
    assert {balance(person) for person in thirty} == {Decimal("300.00")}
    assert set(Run.objects.values_list("state", flat=True)) == {Run.State.DONE}


def test_a_year_closed_from_four_threads_at_once_is_closed_once(thirty: list[Person]) -> None:
    credit(HEFEI, month=MAY, day=DAY)
    turn = date(2024, 1, 2)

    def close() -> Any:
        return close_year(area=HEFEI, year=2023, day=turn, actor=ACTOR)

    assert answers(at_once([close] * 4)) == {"done": 4}
    assert AccountYear.objects.count() == 30
    # 300 yuan from 20 May to 31 December are 226 days at 0.35%.
    interest = (Decimal("300.00") * 226 * Decimal("0.0035") / 365).quantize(Decimal("0.01"))
    assert {balance(person) for person in thirty} == {Decimal("300.00") + interest}
    assert set(Run.objects.filter(kind="interest").values_list("state", flat=True)) == {"done"}


def test_crediting_and_settling_at_once_lose_no_fen(
    thirty: list[Person],
    long: bool,
) -> None:
    care = hospital(HEFEI)
    credit(HEFEI, month=date(2023, 3, 1), day=DAY)
    for payer, patient in zip(thirty, [*thirty[1:], thirty[0]], strict=True):
        bound(payer, patient, day=DAY)
    over = threading.Event()

    def settle(seed: int) -> None:
        rng = random.Random(seed)
        while not over.is_set():
            amount = Decimal(rng.randrange(1, 20000)) / 100
            claim = settled(rng.choice(thirty), care, amount, day=DAY, category="account_only")
            if rng.random() < 0.4:
                claims.refund(number=claim.number, day=DAY, actor=ACTOR)

    def run() -> None:
        try:
            for month in (4, 5, *([4, 5] * (20 if long else 1))):
                credit(HEFEI, month=date(2023, month, 1), day=DAY)
        finally:
            over.set()

    works: list[Callable[[], None]] = [run, *(partial(settle, seed) for seed in range(4))]
    at_once(works)
    assert months_credited(thirty) == {person.pk: 3 for person in thirty}
    assert overspent(thirty) == []
    assert claims_do_not_add_up() == []
    standing = Claim.objects.filter(state=Claim.State.SETTLED)
    spent = sum((claim.own_paid + claim.shared_paid for claim in standing), Decimal(0))
    assert sum(balance(person) for person in thirty) == 30 * Decimal("300.00") - spent


def test_a_chunk_holds_the_accounts_of_its_own_area_alone() -> None:
    """Ids of other areas lie between those of a chunk; their members go on being served."""
    first, neighbour, last = (
        enrol(name, area=area)[0]
        for name, area in (("first", HEFEI), ("neighbour", WUHU), ("last", HEFEI))
    )
    for person in (first, neighbour, last):
        contribute(person, month=MAY_2024, day=DAY)
    for area in (HEFEI, WUHU):
        credit(area, month=MAY_2024, day=LATER)
    run = done(open_credit_run(area=HEFEI, month=JULY, day=LATER, actor=ACTOR))
    with transaction.atomic():
        chunk = batches.next_chunk(run)
        assert chunk is not None
        assert batches.lock_chunk_accounts(run, chunk).number == 2
        (free,) = at_once([lambda: _free_of([first, neighbour, last])])
    assert free == [neighbour.pk]


def _free_of(people: list[Person]) -> list[int]:
    """Return whose accounts nobody holds."""
    with transaction.atomic():
        return list(
            LedgerAccount.objects.select_for_update(skip_locked=True)
            .filter(person__in=people)
            .values_list("person_id", flat=True)
        )
