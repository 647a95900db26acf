"""Late contributions, the order of payers and of claims, premiums to the fen.

Rows 13, 14, 16, 24, 25, 30, 33 and 34 of the threats.
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction

from accounts import ledger
from accounts.checks import ledger_problems
from accounts.ledger import turned
from accounts.models import Credit, LedgerAccount, Transfer
from claims import operations as claims
from claims.models import Accumulator, Claim
from families.bindings import bind, unbind
from families.models import Binding, Premium
from families.premiums import pay_premium
from families.queries import payers_for
from members.models import Person
from members.operations import pay_contributions
from policy.queries import current_book
from tests.people import (
    ACTOR,
    BENGBU,
    HEFEI,
    SUIZHOU,
    YANGZHOU,
    YANTAI,
    balance,
    bill,
    bound,
    contribute,
    credit,
    done,
    enrol,
    enrol_one,
    give_money,
    hospital,
    notice,
    refused,
    settled,
)

pytestmark = pytest.mark.django_db

MAY = date(2023, 5, 1)
DAY = date(2023, 5, 20)
JULY = date(2024, 7, 1)
LATER = date(2024, 7, 20)


def balances(person: Person, day: date) -> tuple[Decimal, Decimal]:
    """Return the current and the carried-over balance on a day."""
    return turned(LedgerAccount.objects.get(person=person), day)


def taken(used: Claim | Accumulator) -> tuple[Decimal, Decimal]:
    """Return the deductible and the pooled share of a claim or of a year."""
    return used.deductible, used.pool


def yuan(current: str, carried: str) -> tuple[Decimal, Decimal]:
    return Decimal(current), Decimal(carried)


# --- late contributions and gaps (24, 25) ---------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "months"),
    [
        (HEFEI, {"2022-06": None, "2022-07": "100.00", "2023-01": "100.00"}),
        (YANGZHOU, {"2022-12": None, "2023-01": "100.00", "2024-01": "100.00"}),
        (YANTAI, {"2022-11": None, "2022-12": "117.50", "2023-12": "117.50", "2024-01": "100.00"}),
        (SUIZHOU, {"2022-12": None, "2023-01": "100.00", "2024-12": "100.00", "2025-01": None}),
    ],
)
def test_a_month_paid_late_is_priced_by_the_rules_of_that_month(
    area: str, months: dict[str, str | None]
) -> None:
    lin = enrol_one("lin", area=area, born=date(1985, 5, 5))
    days = {date.fromisoformat(f"{month}-01"): amount for month, amount in months.items()}
    done(
        pay_contributions(
            person_id=lin.pk,
            months=list(days),
            base=Decimal("5000.00"),
            paid_on=date(2025, 3, 1),
            actor=ACTOR,
        )
    )
    credit(area, month=max(days), day=date(2025, 3, 2))
    credit(area, month=max(days), day=date(2025, 3, 3))
    credited = dict(Credit.objects.filter(person=lin).values_list("month", "amount"))
    assert credited == {day: Decimal(amount) for day, amount in days.items() if amount}


@pytest.mark.parametrize(
    ("paid_on", "served_on", "in_good_standing"),
    [
        (date(2023, 4, 30), date(2023, 5, 20), True),
        (date(2023, 5, 20), date(2023, 5, 20), True),
        (date(2023, 5, 21), date(2023, 5, 20), False),
        (date(2023, 4, 30), date(2023, 5, 31), True),
        (date(2023, 4, 30), date(2023, 6, 1), False),
        (date(2023, 4, 30), date(2023, 4, 29), False),
    ],
)
def test_a_gap_in_contributions_costs_the_pooled_share_and_not_the_account(
    paid_on: date, served_on: date, in_good_standing: bool
) -> None:
    """The month paid for is April: it stands for April and May, from the day it was paid on."""
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "500.00"}, month=date(2023, 1, 1), day=date(2023, 1, 5))
    contribute(lin, month=date(2023, 4, 1), day=paid_on)
    claim = settled(
        lin, hospital(YANGZHOU), "700.00", day=max(paid_on, served_on), service_date=served_on
    )
    assert (claim.pool > 0) is in_good_standing
    assert ("not_in_good_standing" in claim.reasons) is not in_good_standing
    assert claim.own_paid == Decimal("500.00")


# --- the order of payers (33, 34) -----------------------------------------------------------------


def test_payers_are_asked_in_the_order_of_binding_whatever_the_clocks_say() -> None:
    """The machine that binds is two hours ahead, then two behind; one day comes in too early."""
    mei = enrol_one("mei")
    relatives = enrol("lin", "chen", "hai", "jun")
    give_money(dict.fromkeys(relatives, "10.00"), month=JULY, day=LATER)
    now = datetime(2024, 7, 20, 4, 0, tzinfo=UTC)
    clocks = [now + timedelta(hours=2), now - timedelta(hours=2), now, now - timedelta(days=400)]
    days = [LATER, LATER, LATER - timedelta(days=3), LATER]
    for relative, clock, day in zip(relatives, clocks, days, strict=True):
        with time_machine.travel(clock, tick=False):
            bound(relative, mei, day=day)
    claim = settled(mei, hospital(HEFEI), "35.00", day=LATER, category="account_only")
    assert [(p["person"], p["amount"]) for p in claim.decision["payers"]] == [
        (relatives[0].pk, "10.00"),
        (relatives[1].pk, "10.00"),
        (relatives[2].pk, "10.00"),
        (relatives[3].pk, "5.00"),
    ]


def test_a_binding_made_again_takes_the_last_place() -> None:
    mei = enrol_one("mei")
    lin, chen = enrol("lin", "chen")
    bound(lin, mei, day=LATER)
    bound(chen, mei, day=LATER)
    done(unbind(authorizer_id=lin.pk, member_id=mei.pk, day=LATER, actor=ACTOR))
    bound(lin, mei, day=LATER)
    assert _order(mei) == [chen.pk, lin.pk]


def test_bindings_of_the_same_instant_are_asked_in_the_same_order_every_time(
    long: bool,
) -> None:
    mei = enrol_one("mei")
    relatives = enrol("lin", "chen", "hai", "jun", "kai")
    elsewhere = enrol_one("gu", area=BENGBU)
    made = notice()
    with time_machine.travel(datetime(2024, 7, 20, tzinfo=UTC), tick=False):
        for who in (elsewhere, *relatives):
            bind(
                authorizer_id=who.pk,
                member_id=mei.pk,
                relation="spouse",
                notice=made,
                day=LATER,
                actor=ACTOR,
            )
    expected = [*(who.pk for who in relatives), elsewhere.pk]
    # A row that is written anew lies elsewhere on disk; the order must not follow.
    Binding.objects.filter(authorizer=relatives[0]).update(relation="parent")
    assert [_order(mei) for _ in range(1000 if long else 100)].count(expected) == (
        1000 if long else 100
    )


def _order(patient: Person) -> list[int]:
    payers = payers_for(
        patient_id=patient.pk, patient_area=HEFEI, day=LATER, book=current_book(), own=False
    )
    return [payer.person_id for payer in payers]


# --- claims out of order, and given back (13, 14, 16) ---------------------------------------------


def test_claims_that_come_in_any_order_take_the_same_deductible_and_keep_the_cap() -> None:
    """January's visit may come in May: what the year has used is the same in the end."""
    lin = enrol_one("lin", area=YANGZHOU, born=date(1955, 1, 1), retired_on=date(2015, 1, 1))
    care = hospital(YANGZHOU, level=3)
    bills = [("300.00", 1), ("450.50", 2), ("2000.00", 3), ("9000.00", 4)]
    ends = set()
    for order in itertools.permutations(bills):
        with transaction.atomic():
            deductible, pool = Decimal(0), Decimal(0)
            for amount, month in order:
                claim = settled(
                    lin, care, amount, day=date(2023, 5, 31), service_date=date(2023, month, 9)
                )
                assert claim.deductible >= 0
                assert claim.pool >= 0
                deductible += claim.deductible
                pool += claim.pool
            used = Accumulator.objects.get(person=lin)
            assert (used.deductible, used.pool) == (deductible, pool)
            ends.add((deductible, pool))
            transaction.set_rollback(True)
    assert ends == {(Decimal("500.00"), Decimal("7875.35"))}


def test_a_refund_gives_back_what_the_claim_used_and_later_claims_stand() -> None:
    lin = enrol_one("lin", area=YANGZHOU, born=date(1955, 1, 1), retired_on=date(2015, 1, 1))
    care = hospital(YANGZHOU)
    first = settled(lin, care, "500.00", day=DAY)
    second = settled(lin, care, "100.00", day=DAY)
    assert (first.deductible, *taken(second)) == (Decimal(500), Decimal(0), Decimal(80))
    done(claims.refund(number=first.number, day=DAY, actor=ACTOR))
    used = Accumulator.objects.get()
    assert taken(used) == (Decimal(0), Decimal(80))
    third = settled(lin, care, "600.00", day=DAY)
    assert taken(third) == (Decimal(500), Decimal(80))
    assert Claim.objects.get(pk=second.pk).pool == Decimal("80.00")


def test_a_refund_of_all_that_a_storm_of_claims_paid_restores_every_account() -> None:
    mei = enrol_one("mei", area=YANGZHOU)
    relatives = enrol("lin", "chen", area=YANGZHOU)
    everybody = [mei, *relatives]
    give_money(dict.fromkeys(everybody, "40.00"), month=MAY, day=DAY)
    give_money(dict.fromkeys(everybody, "25.50"), month=date(2023, 12, 1), day=date(2023, 12, 3))
    for relative in relatives:
        bound(relative, mei, day=DAY)
    day = date(2024, 2, 3)
    contribute(mei, month=date(2024, 1, 1), day=day)
    give_money(dict.fromkeys(relatives, "11.11"), month=date(2024, 2, 1), day=day)
    before = [balances(who, day) for who in everybody]
    care = hospital(YANGZHOU)
    made = [settled(mei, care, amount, day=day) for amount in ("30.00", "99.99", "12.34", "80.00")]
    assert sum(claim.shared_paid for claim in made) > 0
    for claim in (made[1], made[3], made[0], made[2]):
        done(claims.refund(number=claim.number, day=day, actor=ACTOR))
    assert [balances(who, day) for who in everybody] == before


def test_a_message_sent_again_after_more_than_a_year_has_its_old_answer() -> None:
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "100.00"}, month=MAY, day=DAY)
    made = bill(lin, hospital(YANGZHOU), "10.00", day=DAY)
    request = claims.RequestKey(key="once", body_hash="a")
    first = done(claims.settle(bill=made, day=DAY, actor=ACTOR, request=request))
    later = DAY + timedelta(days=400)
    again = done(claims.settle(bill=made, day=later, actor=ACTOR, request=request))
    assert again.pk == first.pk
    assert balance(lin) == Decimal("90.00")


# --- premiums to the fen (30) ---------------------------------------------------------------------


@pytest.mark.parametrize("payers", range(1, 8))
@pytest.mark.parametrize("more", ["-0.01", "0.00", "0.01"])
def test_a_premium_is_paid_whole_or_not_at_all_to_the_fen(payers: int, more: str) -> None:
    mei = enrol_one("mei", area=YANGZHOU, scheme="resident")
    relatives = enrol(*(f"relative {place}" for place in range(payers)), area=YANGZHOU)
    amounts = {who: Decimal(f"{10 + place}.{place:02d}") for place, who in enumerate(relatives)}
    give_money(amounts, month=MAY, day=DAY)
    for relative in relatives:
        bound(relative, mei, day=DAY, relation="child")
    asked = sum(amounts.values(), Decimal(0)) + Decimal(more)
    premium = pay_premium(
        insured_id=mei.pk, product="resident_insurance", amount=asked, day=DAY, actor=ACTOR
    )
    left = [balance(who) for who in relatives]
    if Decimal(more) > 0:
        assert refused(premium) == "insufficient_funds"
        assert left == list(amounts.values())
        assert not Transfer.objects.filter(source="premium").exists()
    else:
        assert isinstance(premium, Premium)
        assert left == [Decimal(0)] * (payers - 1) + [-Decimal(more)]
    assert ledger_problems() == []


def test_a_premium_that_breaks_off_between_its_payers_moves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mei = enrol_one("mei", area=YANGZHOU, scheme="resident")
    relatives = enrol("lin", "chen", "hai", area=YANGZHOU)
    give_money(dict.fromkeys(relatives, "10.00"), month=MAY, day=DAY)
    for relative in relatives:
        bound(relative, mei, day=DAY, relation="child")

    def break_off(parts: object) -> None:
        raise ConnectionError("the machine is gone")

    monkeypatch.setattr(ledger, "write", break_off)
    pay = {"product": "resident_insurance", "amount": Decimal(25), "day": DAY, "actor": ACTOR}
    with pytest.raises(ConnectionError):
        pay_premium(insured_id=mei.pk, **pay)  # type: ignore[arg-type]
    monkeypatch.undo()
    assert not Premium.objects.exists()
    assert ledger_problems() == []
    assert isinstance(pay_premium(insured_id=mei.pk, **pay), Premium)  # type: ignore[arg-type]
