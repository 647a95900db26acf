"""Corrections of what a month was credited (rules 4.6)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.bankfile import NoBankFile, harmless, make_bank_file, missing_orders
from accounts.checks import ledger_problems
from accounts.corrections import (
    Correction,
    NothingToCorrect,
    correct_base,
    pay_back,
    retire_back_dated,
)
from accounts.models import Adjustment, BankFile, Transfer
from accounts.pricing import InvalidAmount
from claims import operations as claims
from families.departures import payout
from families.held import NothingHeld, held_for, propose_release
from members.identity import unseal
from members.models import Contribution, Person
from record import changes
from record.models import Change, Role
from record.operations import Actor
from tests.people import (
    ACTOR,
    HEFEI,
    PROVINCIAL,
    balance,
    bound,
    contribute,
    credit,
    done,
    enrol_one,
    give_money,
    hospital,
    refused,
    settled,
    staff,
)

pytestmark = pytest.mark.django_db

MONTH, DAY = date(2024, 3, 1), date(2024, 3, 26)


@pytest.fixture(autouse=True)
def _ledger_holds() -> Any:
    yield
    assert ledger_problems() == []


def corrected(person: Person, *, base: str, day: date = DAY, actor: Actor = ACTOR) -> Correction:
    return done(
        correct_base(
            person_id=person.pk,
            month=MONTH,
            base=Decimal(base),
            paid_on=day,
            day=day,
            reason="roll",
            actor=actor,
        )
    )


def test_a_higher_base_is_credited_at_once() -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    correction = corrected(lin, base="12345.67", day=date(2024, 4, 2))
    assert [a.posted for a in correction.posted] == [Decimal("46.91")]
    assert balance(lin) == Decimal("246.91")
    transfer = Transfer.objects.get(source="adjustment")
    assert (transfer.month, transfer.bucket, transfer.value_date) == (
        MONTH,
        "current",
        date(2024, 4, 2),
    )
    # The same base again gives nothing again.
    assert corrected(lin, base="12345.67", day=date(2024, 4, 3)) == Correction()


def test_a_lower_base_waits_for_two_and_stops_at_nil() -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    settled(lin, hospital(), "150.00", day=DAY, category="account_only")
    zhou = staff("zhou", Role.Kind.FINANCE_CLERK, HEFEI)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    correction = corrected(lin, base="5000.00", actor=Actor(name="zhou", user_id=zhou.pk))
    assert balance(lin) == Decimal("50.00")
    [change] = correction.proposed
    assert change.proposed_by == zhou
    done(changes.approve(change_id=change.pk, by=wu, day=DAY))
    adjustment = Adjustment.objects.get()
    assert (adjustment.difference, adjustment.posted) == (Decimal("-100.00"), Decimal("-50.00"))
    assert balance(lin) == 0


def test_a_second_correction_replaces_what_waits() -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    first = corrected(lin, base="5000.00").proposed[0]
    second = corrected(lin, base="7500.00").proposed[0]
    first.refresh_from_db()
    assert first.state == Change.State.WITHDRAWN
    assert second.payload["difference"] == "-50.00"
    assert [a.posted for a in corrected(lin, base="11000.00").posted] == [Decimal("20.00")]
    assert not Change.objects.filter(state=Change.State.WAITING).exists()


def test_an_uncredited_month_uses_the_corrected_base_later() -> None:
    lin = enrol_one("lin")
    contribute(lin, month=MONTH, day=DAY, base="5000.00")
    assert corrected(lin, base="6000.00") == Correction()
    credit(HEFEI, month=MONTH, day=DAY)
    assert balance(lin) == Decimal("120.00")


def test_a_later_paid_date_takes_no_standing_away() -> None:
    lin = enrol_one("lin")
    contribute(lin, month=MONTH, day=date(2024, 3, 8))
    corrected(lin, base="6000.00")
    assert Contribution.objects.get().paid_on == date(2024, 3, 8)


def test_a_contribution_paid_back_takes_the_month_and_paid_again_gives_it() -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    zhou = staff("zhou", Role.Kind.FINANCE_CLERK, HEFEI)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    correction = done(
        pay_back(
            person_id=lin.pk,
            month=MONTH,
            day=DAY,
            reason="twice",
            actor=Actor(name="zhou", user_id=zhou.pk),
        )
    )
    done(changes.approve(change_id=correction.proposed[0].pk, by=wu, day=DAY))
    assert balance(lin) == 0
    with pytest.raises(NothingToCorrect):
        pay_back(person_id=lin.pk, month=MONTH, day=DAY, reason="twice", actor=ACTOR)
    contribute(lin, month=MONTH, day=date(2024, 4, 8), base="10000.00")
    from accounts.corrections import make_up_repaid

    assert len(make_up_repaid(area=HEFEI, day=date(2024, 4, 26), actor=ACTOR)) == 1
    assert balance(lin) == Decimal("200.00")


def test_a_retirement_with_an_earlier_date_prices_its_months_anew() -> None:
    lin = enrol_one("lin", born=date(1962, 1, 1))
    for month in (date(2024, 1, 1), date(2024, 2, 1), MONTH):
        contribute(lin, month=month, day=DAY, base="3000.00")
    credit(HEFEI, month=MONTH, day=DAY)
    assert balance(lin) == Decimal("180.00")
    correction = done(
        retire_back_dated(
            person_id=lin.pk, retired_on=date(2024, 1, 20), day=DAY, reason="late", actor=ACTOR
        )
    )
    # A retiree's month is worth 70, from the first day of the next month on.
    assert [(a.month.month, a.posted) for a in correction.posted] == [
        (2, Decimal("10.00")),
        (3, Decimal("10.00")),
    ]


def test_who_has_left_is_not_corrected() -> None:
    lin = enrol_one("lin")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    done(payout(person_id=lin.pk, reason="emigration", day=DAY, actor=ACTOR))
    outcome = correct_base(
        person_id=lin.pk,
        month=MONTH,
        base=Decimal(1),
        paid_on=DAY,
        day=DAY,
        reason="",
        actor=ACTOR,
    )
    assert refused(outcome) == "member_left"


@pytest.mark.parametrize("base", ["-1", "0.001", "NaN", "1e20"])
def test_a_base_that_is_no_amount_is_not_taken(base: str) -> None:
    lin = enrol_one("lin")
    contribute(lin, month=MONTH, day=DAY)
    with pytest.raises(InvalidAmount):
        corrected(lin, base=base)


def test_the_provincial_scheme_pays_by_bank_once() -> None:
    rich = enrol_one("=rich", area=PROVINCIAL, bank_account="6222000000000001")
    poor = enrol_one("poor", area=PROVINCIAL)
    for person in (rich, poor):
        contribute(person, month=MONTH, day=DAY, base="10000.00")
    run = credit(PROVINCIAL, month=MONTH, day=DAY)
    corrected(rich, base="11000.00")
    with transaction.atomic():
        file, missing = make_bank_file(run_id=run.pk, day=DAY, actor=ACTOR)
    assert file is not None
    assert (file.orders, file.amount) == (2, Decimal("220.00"))
    assert [(entry.member_number, entry.reason) for entry in missing] == [
        (poor.number, "bank_account_missing")
    ]
    assert missing_orders(run_id=run.pk) == missing
    text = unseal(file.sealed)
    assert f"{file.number},1,{rich.number},'=rich,6222000000000001,2024-03,200.00" in text
    with transaction.atomic():
        again, _ = make_bank_file(run_id=run.pk, day=date(2024, 5, 1), actor=ACTOR)
    assert again is None
    assert BankFile.objects.get() == file
    assert balance(rich) == 0


def test_a_run_that_credits_accounts_has_no_bank_file() -> None:
    lin = enrol_one("lin")
    contribute(lin, month=MONTH, day=DAY)
    run = credit(HEFEI, month=MONTH, day=DAY)
    with pytest.raises(NoBankFile):
        make_bank_file(run_id=run.pk, day=DAY, actor=ACTOR)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_a_cell_is_no_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_what_is_held_for_heirs_is_released_by_two() -> None:
    lin, mei = enrol_one("lin"), enrol_one("mei")
    give_money({lin: "200.00"}, month=MONTH, day=DAY)
    bound(lin, mei, day=DAY)
    claim = settled(mei, hospital(), "100.00", day=DAY, category="account_only")
    done(payout(person_id=lin.pk, reason="death", day=DAY, actor=ACTOR))
    done(claims.refund(number=claim.number, day=DAY, actor=ACTOR))
    assert held_for(person_id=lin.pk, area=HEFEI) == Decimal("100.00")
    zhou = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    thirds = [{"name": name, "share": share} for name, share in (("a", "0.333"), ("b", "0.667"))]
    facts: dict[str, Any] = {
        "person_id": lin.pk,
        "area": HEFEI,
        "payees": thirds,
        "evidence": "No. 7",
        "by": zhou,
        "day": DAY,
    }
    change = done(propose_release(**facts))
    done(changes.approve(change_id=change.pk, by=wu, day=DAY))
    assert [t.amount for t in Transfer.objects.filter(source="release").order_by("line")] == [
        Decimal("33.30"),
        Decimal("66.70"),
    ]
    with pytest.raises(NothingHeld):
        propose_release(**facts)
