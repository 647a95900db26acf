"""Step by step: something else happens between two statements of an operation.

Wherever it comes in between, the end is that of one after the other, in one order or the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from accounts.checks import ledger_problems
from accounts.crediting import credit as credit_month
from accounts.models import Credit, LedgerAccount, Transfer
from claims import operations as claims
from claims.clearing import clearing_totals
from claims.models import Claim, Institution
from families.bindings import unbind
from families.departures import payout, report_death
from families.models import Payout
from families.moves import move
from members.models import Person
from policy.operations import propose_figure
from policy.queries import current_book
from record import changes
from record.models import Role
from record.outcome import Refusal
from tests.people import (
    ACTOR,
    HEFEI,
    WUHU,
    YANGZHOU,
    balance,
    bill,
    bound,
    contribute,
    enrol,
    give_money,
    hospital,
    notice,
    refused,
    staff,
    try_to_bind,
)
from tests.storm import (
    DAY,
)
from tests.together import Doing, Pause

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("aftermath")]

#: After the family account of Anhui was opened across areas and closed at seven persons.
JULY = date(2024, 7, 1)
LATER = date(2024, 7, 20)
MAY_2024 = date(2024, 5, 1)


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

    all_steps(a_family, "settle", leave, judge, every=1)


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

    all_steps(make, "settle", "move", judge, every=1)


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

    all_steps(strangers, "settle", "bind", judge, every=1)


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
