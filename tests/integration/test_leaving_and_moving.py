"""Who leaves, who moves, and who is in no family account: rows 12 and 26 to 29 of the threats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.checks import ledger_problems
from accounts.crediting import credited_in
from accounts.ledger import turned
from accounts.models import LedgerAccount
from claims import operations as claims
from claims.models import Accumulator, Claim
from families.departures import PAYOUT_CHANGE, payout, report_death
from families.models import Binding, Payout, RecoveryItem
from families.moves import move
from families.premiums import pay_premium
from members.models import Enrolment, Person
from members.operations import pay_contributions
from record import changes
from record.models import Change, Role
from tests.people import (
    ACTOR,
    HEFEI,
    PROVINCIAL,
    WUHU,
    YANGZHOU,
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
    refused,
    settled,
    staff,
    try_to_bind,
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


# --- people who leave, and who approves it (26, 27, 12) -------------------------------------------


def test_after_a_death_late_claims_are_settled_without_accounts_and_refunds_are_held() -> None:
    lin, mei = enrol("lin", "mei", area=YANGZHOU)
    give_money({lin: "500.00", mei: "100.00"}, month=MAY, day=DAY)
    bound(lin, mei, day=DAY)
    care = hospital(YANGZHOU)
    shared = settled(mei, care, "150.00", day=DAY)
    assert (shared.own_paid, shared.shared_paid) == (Decimal(100), Decimal(50))
    died_on, told_on = date(2023, 5, 25), date(2023, 6, 1)
    between = settled(lin, care, "10.00", day=date(2023, 5, 26))

    items = done(report_death(person_id=lin.pk, died_on=died_on, day=told_on, actor=ACTOR))
    assert [item.transfer.amount for item in items] == [between.own_paid]
    assert not Binding.objects.filter(ended_on=None).exists()
    late = settled(lin, care, "20.00", day=told_on, service_date=date(2023, 5, 24))
    assert (late.own_paid, late.cash) == (Decimal(0), Decimal(20) - late.pool)
    from_then_on = bill(lin, care, "20.00", day=told_on, service_date=died_on)
    assert refused(claims.settle(bill=from_then_on, day=told_on, actor=ACTOR)) == "member_left"
    undone = done(claims.refund(number=shared.number, day=told_on, actor=ACTOR))
    assert undone.held == {lin.pk: Decimal(50)}
    assert balance(mei) == Decimal(100)

    paid = done(payout(person_id=lin.pk, reason="death", day=date(2023, 6, 10), actor=ACTOR))
    assert paid.amount == Decimal("440.00") + paid.interest
    assert balance(lin) == 0
    again = payout(person_id=lin.pk, reason="death", day=date(2023, 6, 11), actor=ACTOR)
    assert refused(again) == "member_left"
    assert RecoveryItem.objects.count() == Payout.objects.count() == 1
    assert ledger_problems() == []


def test_who_has_left_can_do_nothing_more() -> None:
    lin, mei = enrol("lin", "mei")
    give_money({lin: "100.00"}, month=JULY, day=LATER)
    done(payout(person_id=lin.pk, reason="emigration", day=LATER, actor=ACTOR))
    pay = {"product": "large_amount", "amount": Decimal(1), "day": LATER, "actor": ACTOR}
    tries: dict[str, Callable[[], object]] = {
        "bind": lambda: try_to_bind(lin, mei, day=LATER),
        "be bound": lambda: try_to_bind(mei, lin, day=LATER),
        "move": lambda: move(person_id=lin.pk, area=WUHU, day=LATER, actor=ACTOR),
        "a premium": lambda: pay_premium(insured_id=lin.pk, **pay),  # type: ignore[arg-type]
        "a death": lambda: report_death(person_id=lin.pk, died_on=LATER, day=LATER, actor=ACTOR),
        "a payout": lambda: payout(person_id=lin.pk, reason="death", day=LATER, actor=ACTOR),
        "a contribution": lambda: pay_contributions(
            person_id=lin.pk, months=[date(2024, 6, 1)], base=Decimal(1), paid_on=LATER, actor=ACTOR
        ),
    }
    assert {what: refused(attempt()) for what, attempt in tries.items()} == dict.fromkeys(
        tries, "member_left"
    )
    assert credited_in(credit(HEFEI, month=JULY, day=LATER)) == {}


def test_nobody_approves_a_payout_that_they_proposed() -> None:
    lin = enrol_one("lin")
    give_money({lin: "100.00"}, month=MAY, day=DAY)
    zhou = staff("zhou", Role.Kind.CASE_OFFICER, HEFEI)
    staff("zhou", Role.Kind.REVIEWER, HEFEI)
    wu = staff("wu", Role.Kind.REVIEWER, HEFEI)
    change = done(
        changes.propose(
            kind=PAYOUT_CHANGE.name,
            key=f"payout:{lin.pk}",
            area=HEFEI,
            subject_id=lin.pk,
            payload={"reason": "death", "payees": [{"name": "mei", "share": "1"}]},
            reason="a test",
            by=zhou,
            day=DAY,
        )
    )
    assert isinstance(change, Change)
    with pytest.raises(changes.NotAllowed):
        changes.approve(change_id=change.pk, by=zhou, day=DAY)
    with (
        pytest.raises(DatabaseError, match="change_decided_by_another_person"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE record_change SET state = 'approved', decided_by_id = proposed_by_id,"
            " decided_on = %s WHERE id = %s",
            [DAY, change.pk],
        )
    assert balance(lin) == Decimal("100.00")
    later = DAY + timedelta(days=PAYOUT_CHANGE.days_to_wait)
    done(changes.approve(change_id=change.pk, by=wu, day=later))
    assert balance(lin) == 0


# --- moves and the provincial-direct scheme (28, 29) ----------------------------------------------


def test_a_move_leaves_at_most_one_authorizer_from_another_area() -> None:
    lin, chen = enrol("lin", "chen")
    hai = enrol_one("hai", area=WUHU)
    mei = enrol_one("mei")
    first = bound(lin, mei, day=LATER)
    second = bound(chen, mei, day=LATER)
    third = bound(hai, mei, day=LATER)
    assert [first.cross_area, second.cross_area, third.cross_area] == [False, False, True]
    moved = done(move(person_id=mei.pk, area=WUHU, day=LATER, actor=ACTOR))
    assert [row["code"] for row in moved.ended] == ["cross_area_taken"]
    standing = {b.authorizer_id: b.cross_area for b in Binding.objects.filter(ended_on=None)}
    assert standing == {lin.pk: True, hai.pk: False}
    # And back: the one from Wuhu would be cross-area again, and is; the one from Hefei is not.
    done(move(person_id=mei.pk, area=HEFEI, day=LATER, actor=ACTOR))
    standing = {b.authorizer_id: b.cross_area for b in Binding.objects.filter(ended_on=None)}
    assert standing == {lin.pk: False, hai.pk: True}


@pytest.mark.parametrize(
    ("authorizer_area", "member_area", "answer"),
    [
        (HEFEI, HEFEI, ""),
        (HEFEI, WUHU, ""),
        (PROVINCIAL, HEFEI, "provincial_direct_excluded"),
        (HEFEI, PROVINCIAL, "provincial_direct_excluded"),
        (PROVINCIAL, PROVINCIAL, "provincial_direct_excluded"),
        (PROVINCIAL, YANGZHOU, "provincial_direct_excluded"),
        (YANGZHOU, PROVINCIAL, "provincial_direct_excluded"),
        (HEFEI, YANGZHOU, "out_of_province"),
    ],
)
def test_nobody_of_the_provincial_direct_scheme_is_bound_on_either_side(
    authorizer_area: str, member_area: str, answer: str
) -> None:
    lin = enrol_one("lin", area=authorizer_area)
    mei = enrol_one("mei", area=member_area)
    assert refused(try_to_bind(lin, mei, day=LATER)) == answer


@pytest.mark.parametrize("side", ["authorizer", "member"])
def test_a_binding_of_the_provincial_direct_scheme_would_pay_nothing(side: str) -> None:
    """Even one that a roll made behind the rules' back: asked again when a bill is settled."""
    lin, mei = enrol("lin", "mei")
    give_money({lin: "100.00"}, month=JULY, day=LATER)
    bound(lin, mei, day=LATER)
    excluded = lin if side == "authorizer" else mei
    Enrolment.objects.filter(person=excluded).update(area=PROVINCIAL)
    claim = settled(mei, hospital(HEFEI), "30.00", day=LATER, category="account_only")
    assert (claim.shared_paid, claim.cash) == (Decimal(0), Decimal(30))


def test_the_provincial_direct_scheme_pays_out_and_keeps_no_account() -> None:
    lin = enrol_one("lin", area=PROVINCIAL)
    contribute(lin, month=MAY, day=DAY)
    assert credited_in(credit(PROVINCIAL, month=MAY, day=DAY)) == {lin.pk: Decimal("100.00")}
    assert balance(lin) == 0
    moved = move(person_id=enrol_one("mei").pk, area=PROVINCIAL, day=DAY, actor=ACTOR)
    assert refused(moved) == "provincial_direct_excluded"
