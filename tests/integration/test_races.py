"""Races on real connections: whoever comes at the same moment, the rules and the sums hold.

Sums are taken from the transfers, never from the balances that an account keeps: those are what a
race would spoil first.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts import ledger
from accounts import runs as batches
from accounts.checks import ledger_problems
from accounts.closing import close_year
from accounts.crediting import credit as credit_month
from accounts.models import AccountYear, Credit, LedgerAccount, Run, Transfer
from claims import operations as claims
from claims.clearing import clearing_totals
from claims.models import Accumulator, Claim, Institution, Request
from families.bindings import unbind
from families.departures import payout, report_death
from families.models import Binding, Payout
from families.moves import move
from families.premiums import pay_premium
from members.models import Person
from policy.operations import propose_figure
from policy.queries import current_book
from record import changes
from record.models import Role
from record.outcome import Refusal
from tests.people import (
    ACTOR,
    BENGBU,
    HEFEI,
    WUHU,
    YANGZHOU,
    balance,
    bill,
    bound,
    contribute,
    credit,
    enrol,
    enrol_one,
    give_money,
    hospital,
    notice,
    refused,
    settled,
    staff,
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
from tests.together import Doing, Pause, at_once, deadlocks_so_far

pytestmark = pytest.mark.django_db(transaction=True)

#: After the family account of Anhui was opened across areas and closed at seven persons.
JULY = date(2024, 7, 1)
LATER = date(2024, 7, 20)
MAY_2024 = date(2024, 5, 1)


@dataclass
class Aftermath:
    """What is looked at after a race, unless the test has spoilt the ledger on purpose."""

    looked_at: bool = True


@pytest.fixture(autouse=True)
def aftermath() -> Iterator[Aftermath]:
    """After every race: PostgreSQL has ended nothing as a deadlock, and the ledger adds up."""
    ledger.forget_account_ids()
    before = deadlocks_so_far()
    aftermath = Aftermath()
    yield aftermath
    ledger.forget_account_ids()
    if aftermath.looked_at:
        assert ledger_problems() == []
        assert deadlocks_so_far() == before


def answers(outcomes: Iterable[object]) -> Counter[str]:
    """Count outcomes by refusal code; what was not refused counts as done."""
    return Counter(refused(outcome) or "done" for outcome in outcomes)


# --- binding --------------------------------------------------------------------------------------


def test_twenty_reach_for_the_last_seat_and_one_gets_it(long: bool) -> None:
    lin = enrol_one("lin")
    for child in enrol(*(f"child {place}" for place in range(5))):
        bound(lin, child, day=LATER, relation="child")
    twenty = enrol(*(f"binder {place}" for place in range(20)))
    for _ in range(50 if long else 4):
        outcomes = at_once([partial(try_to_bind, lin, member, day=LATER) for member in twenty])
        assert answers(outcomes) == {"done": 1, "family_full": 19}
        active = Binding.objects.filter(authorizer=lin, ended_on=None)
        assert sorted(active.values_list("seat", flat=True)) == [1, 2, 3, 4, 5, 6]
        winner = next(outcome for outcome in outcomes if isinstance(outcome, Binding))
        unbind(authorizer_id=lin.pk, member_id=winner.member_id, day=LATER, actor=ACTOR)


def test_of_authorizers_in_other_areas_who_bind_at_once_one_gets_the_place(
    long: bool,
) -> None:
    mei = enrol_one("mei")
    elsewhere = [*enrol("lin", "gu", "hai", area=WUHU), *enrol("jun", "kai", "lan", area=BENGBU)]
    for _ in range(50 if long else 4):
        outcomes = at_once([partial(try_to_bind, who, mei, day=LATER) for who in elsewhere])
        assert answers(outcomes) == {"done": 1, "cross_area_taken": 5}
        winner = next(outcome for outcome in outcomes if isinstance(outcome, Binding))
        unbind(authorizer_id=winner.authorizer_id, member_id=mei.pk, day=LATER, actor=ACTOR)


def test_the_same_pair_is_bound_once() -> None:
    lin, mei = enrol("lin", "mei")
    outcomes = at_once([lambda: try_to_bind(lin, mei, day=LATER)] * 8)
    assert answers(outcomes) == {"done": 1, "already_bound": 7}


def test_two_who_bind_each_other_and_part_at_once_wait_for_nobody_for_ever() -> None:
    lin, mei = enrol("lin", "mei")

    def back_and_forth(giver: Person, taker: Person) -> None:
        for _ in range(10):
            try_to_bind(giver, taker, day=LATER)
            unbind(authorizer_id=giver.pk, member_id=taker.pk, day=LATER, actor=ACTOR)

    at_once([lambda: back_and_forth(lin, mei), lambda: back_and_forth(mei, lin)] * 3)
    assert not Binding.objects.filter(ended_on=None).exists()


# --- the storm ------------------------------------------------------------------------------------


@pytest.fixture
def storm() -> Storm:
    return a_storm()


def test_eight_threads_settle_against_seven_accounts_and_nothing_is_overspent(
    storm: Storm,
    long: bool,
) -> None:
    storm.blow(seconds=60 if long else 10)
    assert overspent(storm.payers) == []
    assert claims_do_not_add_up() == []
    assert accumulators_do_not_add_up() == []
    # It was a storm: bills found the accounts empty, and others got back what they had paid.
    assert set(storm.tally) <= {"Claim", "Undoing", "already_reversed", "already_refunded"}
    assert storm.tally["Claim"] > 20
    assert storm.tally["Undoing"] > 5
    assert Claim.objects.filter(shared_paid=0, pool=0, cash__gt=0).exists()


def test_the_same_storm_without_locks_is_caught(
    storm: Storm, monkeypatch: pytest.MonkeyPatch, aftermath: Aftermath
) -> None:
    """The test above can fail: with an unlocked read in place of `ledger.lock` it does."""
    aftermath.looked_at = False

    def unlocked(person_ids: Iterable[int]) -> dict[int, LedgerAccount]:
        accounts = LedgerAccount.objects.filter(person_id__in=list(person_ids)).order_by("pk")
        return {account.person_id: account for account in accounts if account.person_id}

    monkeypatch.setattr(ledger, "lock", unlocked)
    for _ in range(10):
        storm.blow(seconds=2, forgiving=True)
        if ledger_problems() and overspent(storm.payers):
            return
    pytest.fail("eight threads without locks spoilt nothing: this storm proves nothing")


# --- messages that come twice ---------------------------------------------------------------------


def test_the_same_request_fifty_times_has_one_effect_and_one_answer() -> None:
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "500.00"}, month=MAY, day=DAY)
    made = bill(lin, hospital(YANGZHOU), "100.00", day=DAY)
    request = claims.RequestKey(key="once", body_hash="a")
    outcomes = at_once(
        [lambda: claims.settle(bill=made, day=DAY, actor=ACTOR, request=request)] * 50
    )
    assert {outcome.number for outcome in outcomes if isinstance(outcome, Claim)} == {made.number}
    assert answers(outcomes) == {"done": 50}
    assert Claim.objects.count() == Request.objects.count() == 1
    assert balance(lin) == Decimal("400.00")


def test_the_same_key_with_another_body_is_refused_whoever_comes_first() -> None:
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "500.00"}, month=MAY, day=DAY)
    care = hospital(YANGZHOU)
    bills = {body: bill(lin, care, "10.00", day=DAY) for body in ("a", "b")}

    def send(body: str) -> Claim | Refusal:
        request = claims.RequestKey(key="once", body_hash=body)
        return claims.settle(bill=bills[body], day=DAY, actor=ACTOR, request=request)

    outcomes = at_once([partial(send, body) for body in ("a", "b") * 6])
    assert answers(outcomes) == {"done": 6, "request_key_reused": 6}
    assert Claim.objects.count() == 1


def test_the_same_key_for_two_patients_is_refused_to_all_but_one() -> None:
    patients = enrol("lin", "mei", "chen", "wu", area=YANGZHOU, scheme="resident")
    care = hospital(YANGZHOU)

    def send(patient: Person) -> Claim | Refusal:
        request = claims.RequestKey(key="once", body_hash=patient.name)
        made = bill(patient, care, "10.00", day=DAY)
        return claims.settle(bill=made, day=DAY, actor=ACTOR, request=request)

    outcomes = at_once([partial(send, who) for who in patients])
    assert answers(outcomes) == {"done": 1, "request_key_reused": 3}
    assert Claim.objects.count() == 1


@pytest.mark.parametrize("patients", [1, 4])
def test_the_same_visit_and_bill_under_other_keys_is_a_duplicate(patients: int) -> None:
    people = enrol("lin", "mei", "chen", "wu", area=YANGZHOU, scheme="resident")[:patients]
    care = hospital(YANGZHOU)

    def send(place: int) -> Claim | Refusal:
        request = claims.RequestKey(key=f"key {place}", body_hash="a")
        made = bill(
            people[place % patients], care, "10.00", day=DAY, visit_number="V", bill_number="1"
        )
        return claims.settle(bill=made, day=DAY, actor=ACTOR, request=request)

    outcomes = at_once([partial(send, place) for place in range(8)])
    assert answers(outcomes) == {"done": 1, "duplicate_claim": 7}
    assert Claim.objects.count() == Request.objects.count() == 1


@pytest.mark.parametrize("patients", [1, 4])
def test_a_prescription_is_used_once(patients: int) -> None:
    people = enrol("lin", "mei", "chen", "wu", area=YANGZHOU)[:patients]
    shop, prescriber = hospital(YANGZHOU, kind="pharmacy"), hospital(YANGZHOU)

    def buy(place: int) -> Claim | Refusal:
        made = bill(
            people[place % patients],
            shop,
            "10.00",
            day=DAY,
            prescriber=prescriber,
            prescription_number="RX1",
        )
        return claims.settle(bill=made, day=DAY, actor=ACTOR)

    outcomes = at_once([partial(buy, place) for place in range(8)])
    assert answers(outcomes) == {"done": 1, "prescription_used": 7}


def test_of_sixteen_who_refund_one_claim_one_does() -> None:
    lin, mei = enrol("lin", "mei", area=YANGZHOU)
    give_money({lin: "80.00", mei: "80.00"}, month=MAY, day=DAY)
    bound(lin, mei, day=DAY)
    claim = settled(mei, hospital(YANGZHOU), "100.00", day=DAY)
    assert (balance(lin), balance(mei)) == (Decimal("60.00"), Decimal("0.00"))

    def undo(place: int) -> object:
        verb = claims.reverse if place % 4 == 0 else claims.refund
        return verb(number=claim.number, day=DAY, actor=ACTOR)

    outcomes = answers(at_once([partial(undo, place) for place in range(16)]))
    assert outcomes["done"] == 1
    assert outcomes["already_refunded"] + outcomes["already_reversed"] == 15
    assert (balance(lin), balance(mei)) == (Decimal("80.00"), Decimal("80.00"))
    assert claims_do_not_add_up() == []


def test_part_refunds_at_once_settle_what_remains_once() -> None:
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "500.00"}, month=MAY, day=DAY)
    claim = settled(lin, hospital(YANGZHOU), "100.00", day=DAY)
    rest = claims.lines_of(claim)

    def refund(place: int) -> object:
        return claims.refund_partly(
            number=claim.number, remaining=rest, new_number=f"N{place}", day=DAY, actor=ACTOR
        )

    outcomes = at_once([partial(refund, place) for place in range(8)])
    assert answers(outcomes) == {"done": 1, "already_refunded": 7}
    assert balance(lin) == Decimal("400.00")


# --- one patient's year at two institutions -------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "deductible", "pool"),
    [("200.00", "600.00", "980.00"), ("3000.00", "600.00", "7000.00")],
)
def test_claims_at_two_institutions_at_once_take_the_deductible_once_and_keep_the_cap(
    amount: str, deductible: str, pool: str
) -> None:
    lin = enrol_one("lin", area=YANGZHOU)
    contribute(lin, month=MAY, day=DAY)
    two = [hospital(YANGZHOU), hospital(YANGZHOU)]
    at_once([partial(settled, lin, two[place % 2], amount, day=DAY) for place in range(10)])
    used = Accumulator.objects.get()
    assert (used.deductible, used.pool) == (Decimal(deductible), Decimal(pool))
    assert accumulators_do_not_add_up() == []


def test_a_premium_is_paid_once_however_often_it_is_asked_for_at_once() -> None:
    lin = enrol_one("lin", area=YANGZHOU)
    give_money({lin: "500.00"}, month=MAY, day=DAY)

    def pay() -> object:
        return pay_premium(
            insured_id=lin.pk, product="large_amount", amount=Decimal(60), day=DAY, actor=ACTOR
        )

    assert answers(at_once([pay] * 8)) == {"done": 1, "premium_already_paid": 7}
    assert balance(lin) == Decimal("440.00")


# --- step by step: something else happens between two statements of a settlement ------------------


@dataclass
class Family:
    """lin of Hefei has 100 yuan and pays for mei, who has none."""

    lin: Person
    mei: Person
    care: Institution
    claim: Claim | None = None

    def settle(self) -> Claim | Refusal:
        return claims.settle(
            bill=bill(self.mei, self.care, "30.00", day=LATER, category="account_only"),
            day=LATER,
            actor=ACTOR,
        )

    def unbind(self) -> object:
        return unbind(authorizer_id=self.lin.pk, member_id=self.mei.pk, day=LATER, actor=ACTOR)

    def move(self) -> object:
        return move(person_id=self.lin.pk, area=WUHU, day=LATER, actor=ACTOR)

    def payout(self) -> object:
        return payout(person_id=self.lin.pk, reason="emigration", day=LATER, actor=ACTOR)

    def report_death(self) -> object:
        return report_death(person_id=self.lin.pk, died_on=LATER, day=LATER, actor=ACTOR)

    def refund(self) -> object:
        assert self.claim is not None
        return claims.refund(number=self.claim.number, day=LATER, actor=ACTOR)

    def cleared(self, kind: str) -> dict[tuple[str, str], Decimal]:
        """Return what areas owe each other of a kind: (debtor, creditor) → amount."""
        return {
            (total.debtor_area, total.creditor_area): total.amount
            for total in clearing_totals()
            if total.kind == kind
        }


def a_family() -> Family:
    lin, mei = enrol("lin", "mei")
    give_money({lin: "100.00"}, month=JULY, day=LATER)
    bound(lin, mei, day=LATER)
    return Family(lin, mei, hospital(HEFEI))


def interleave(
    first: Callable[[], Any],
    second: Callable[[], Any],
    step: int,
    *,
    meanwhile: Callable[[], Any] = bool,
) -> str:
    """Stop `first` before its step-th statement, do `second` meanwhile, and let both end.

    Returns which one came first, or "" where `first` has no such step. `second` either gets done
    in the pause, or waits for a lock of `first`'s; then it comes after it.
    """
    pause = Pause(before=step)

    def paused() -> Any:
        with pause.installed():
            return first()

    one = Doing(paused)
    while one.alive and not pause.reached.wait(0.005):
        pass
    if not pause.reached.is_set():
        one.wait()
        return ""
    other = Doing(second)
    try:
        second_was_first = other.settles_down()
        meanwhile()
    finally:
        pause.go_on()
    assert refused(one.wait()) == ""
    assert refused(other.wait()) == ""
    return "second" if second_was_first else "first"


def all_steps(
    make: Callable[[], Family],
    first: str,
    second: str,
    judge: Callable[[Family, str], None],
    *,
    every: int,
) -> None:
    """Interleave at every step of the first operation; both orders must come up."""
    orders = set()
    for step in range(1, 80, every):
        family = make()
        order = interleave(getattr(family, first), getattr(family, second), step)
        if not order:
            break
        judge(family, order)
        assert ledger_problems() == [], f"{first}, {second} before its statement {step}: {order}"
        orders.add(order)
    assert orders == {"first", "second"}


def paid_by_lin(family: Family) -> Decimal:
    return Claim.objects.get(patient=family.mei).shared_paid


@pytest.mark.parametrize("leave", ["unbind", "move", "payout", "report_death"])
def test_a_settlement_in_flight_takes_a_payer_whole_or_not_at_all(
    leave: str,
    long: bool,
) -> None:
    """No pay from a revoked authorizer, and no money lost, wherever the other comes between."""

    def judge(family: Family, order: str) -> None:
        settle_first = order == "first"
        has_paid = Decimal("30.00") if settle_first or leave == "move" else Decimal(0)
        left = Decimal("100.00") - has_paid
        assert paid_by_lin(family) == has_paid
        assert balance(family.lin) == (Decimal(0) if leave == "payout" else left)
        if leave == "payout":
            # With a payout comes this year's interest; the rest is what was left.
            paid = Payout.objects.get(person=family.lin)
            assert paid.amount - paid.interest == left

    all_steps(a_family, "settle", leave, judge, every=1 if long else 3)


def test_a_payer_who_moves_while_a_bill_is_settled_takes_along_what_is_left_of_the_money(
    long: bool,
) -> None:
    """Whichever area paid, the other gets what the account still holds: never more, never less."""

    def judge(family: Family, order: str) -> None:
        before = made_before.pop()
        moved, shared = family.cleared("transfer"), family.cleared("shared_account")
        went = moved.get((HEFEI, WUHU), Decimal(0)) - before[0].get((HEFEI, WUHU), Decimal(0))
        owed = shared.get((WUHU, HEFEI), Decimal(0)) - before[1].get((WUHU, HEFEI), Decimal(0))
        assert (went, owed) == ((70, 0) if order == "first" else (100, 30))

    made_before: list[Any] = []

    def make() -> Family:
        family = a_family()
        made_before.append((family.cleared("transfer"), family.cleared("shared_account")))
        return family

    all_steps(make, "settle", "move", judge, every=1 if long else 3)


@pytest.mark.parametrize("leave", ["move", "payout", "report_death"])
def test_a_refund_in_flight_finds_its_payer_here_or_gone(
    leave: str,
    long: bool,
) -> None:
    """The payer is no longer bound, so that nothing but the account is held by both."""

    def paid_for_and_unbound() -> Family:
        family = a_family()
        claim = family.settle()
        assert isinstance(claim, Claim)
        family.claim = claim
        family.unbind()
        made_before.append(family.cleared("transfer").get((HEFEI, WUHU), Decimal(0)))
        return family

    made_before: list[Decimal] = []

    def judge(family: Family, order: str) -> None:
        before = made_before.pop()
        held = Transfer.objects.filter(
            source="undo", source_id=family.claim.pk if family.claim else 0, kind="held"
        ).exists()
        if leave == "move":
            # The 30 come along with the account, or the old area owes them after.
            went = family.cleared("transfer")[HEFEI, WUHU] - before
            assert went == Decimal("100.00")
            assert balance(family.lin) == Decimal("100.00")
        else:
            assert held is (order == "second")
        assert claims_given_back(family)

    def claims_given_back(family: Family) -> bool:
        return Claim.objects.get(patient=family.mei).state == Claim.State.REFUNDED

    all_steps(paid_for_and_unbound, "refund", leave, judge, every=1 if long else 3)


def test_a_bill_settled_while_somebody_binds_is_paid_by_those_who_were_bound(
    long: bool,
) -> None:
    def strangers() -> Family:
        lin, mei = enrol("lin", "mei")
        give_money({lin: "100.00"}, month=JULY, day=LATER)
        notice()
        family = Family(lin, mei, hospital(HEFEI))
        family.bind = lambda: try_to_bind(lin, mei, day=LATER)  # type: ignore[attr-defined]
        return family

    def judge(family: Family, order: str) -> None:
        assert paid_by_lin(family) == (Decimal("30.00") if order == "second" else Decimal(0))

    all_steps(strangers, "settle", "bind", judge, every=1 if long else 3)


@pytest.mark.parametrize("leave", ["move", "payout", "report_death"])
def test_a_first_credit_in_flight_finds_its_owner_here_or_gone(
    leave: str,
    long: bool,
) -> None:
    """Who has no account yet has nothing that both could lock; the money must not go astray."""

    def newcomer() -> Family:
        lin, mei = enrol("lin", "mei", area=YANGZHOU)
        contribute(lin, month=JULY, day=LATER)
        family = Family(lin, mei, hospital(HEFEI))
        family.credit = lambda: credit_month(  # type: ignore[attr-defined]
            area=YANGZHOU, month=JULY, day=LATER, actor=ACTOR
        )
        moved_before.append(family.cleared("transfer").get((YANGZHOU, WUHU), Decimal(0)))
        return family

    moved_before: list[Decimal] = []
    orders = set()
    for step in range(1, 120, 1 if long else 3):
        family = newcomer()
        order = interleave(family.credit, getattr(family, leave), step)  # type: ignore[attr-defined]
        if not order:
            break
        orders.add(order)
        credited = Credit.objects.filter(person=family.lin).exists()
        before = moved_before.pop()
        where = f"{leave} before statement {step} of the run: {order}"
        if leave == "move":
            went = family.cleared("transfer").get((YANGZHOU, WUHU), Decimal(0)) - before
            assert went == balance(family.lin), where
        elif leave == "payout":
            assert balance(family.lin) == 0, where
            assert Payout.objects.get(person=family.lin).amount == (100 if credited else 0), where
        else:
            account = LedgerAccount.objects.filter(person=family.lin).first()
            assert account is None or account.frozen_on == LATER, where
    assert "second" in orders


def test_figures_approved_at_once_are_all_in_the_book(
    long: bool,
) -> None:
    """Whoever looks in between keeps no book that leaves one of them out for good."""
    zhou, wu = (staff(name, Role.Kind.POLICY_CLERK, "32") for name in ("zhou", "wu"))

    def proposed(scope: str, value: str) -> Callable[[], object]:
        change = propose_figure(
            scope=scope,
            key="average_basic_pension",
            value=value,
            begins_on=None,
            document_title="A measure",
            document_number="1",
            document_date=DAY,
            reason="a test",
            by=zhou,
            day=DAY,
        )
        assert not isinstance(change, Refusal)
        return partial(changes.approve, change_id=change.pk, by=wu, day=DAY)

    for step in range(1, 80, 1 if long else 2):
        approve = [proposed(YANGZHOU, f"{4000 + step}.00"), proposed("32", f"{3000 + step}.00")]
        if not interleave(approve[0], approve[1], step, meanwhile=current_book):
            break
        retired = next(
            cell for cell in current_book().tariff(YANGZHOU, MAY_2024).cells if cell.who.retired
        )
        assert retired.flat == Decimal(4000 + step) * Decimal("0.025")
    else:
        pytest.fail("an approval has no end")


# --- runs -----------------------------------------------------------------------------------------


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


def test_a_reader_sees_a_settlement_whole_or_not_at_all(storm: Storm) -> None:
    """While claims are settled, every look at the ledger finds it sound."""
    over = threading.Event()
    problems: list[str] = []

    def look() -> None:
        while not over.is_set():
            with connection.cursor() as cursor:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                problems.extend(ledger_problems())
                cursor.execute("COMMIT")

    watching = Doing(look)
    storm.blow(seconds=2, works=3)
    over.set()
    watching.wait()
    assert problems == []
