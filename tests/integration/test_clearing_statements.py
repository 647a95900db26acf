"""Clearing between areas: closed for good, signed by both sides, paid, and equal to the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Transfer
from claims import operations as claims
from clearing import lines, statements
from clearing.faults import CannotBeDone
from clearing.models import ClearingCheck, ClearingStatement
from clearing.periods import Period, Subject, closable
from families.moves import move
from members.models import User
from members.months import months_after
from record import changes
from record.changes import NotAllowed
from record.models import Role
from tests.people import (
    ACTOR,
    BENGBU,
    HEFEI,
    WUHU,
    balance,
    bound,
    done,
    enrol_one,
    give_money,
    hospital,
    refused,
    settled,
    staff,
)

pytestmark = pytest.mark.django_db

MONTH, DAY = date(2024, 6, 1), date(2024, 6, 20)
JULY = date(2024, 7, 10)
CARE = Period(Subject.CARE, MONTH)


def clerk(name: str, area: str) -> User:
    return staff(name, Role.Kind.FINANCE_CLERK, area)


def three_areas() -> None:
    """Lin of Hefei pays in Wuhu and for mei there; chen of Bengbu pays in Hefei."""
    lin = enrol_one("lin")
    mei, chen = enrol_one("mei", area=WUHU), enrol_one("chen", area=BENGBU)
    give_money({lin: "500.00", chen: "300.00"}, month=MONTH, day=DAY)
    bound(lin, mei, day=DAY)
    wuhu, hefei = hospital(WUHU), hospital(HEFEI)
    settled(lin, wuhu, "80.00", day=DAY, category="account_only")
    settled(mei, wuhu, "60.50", day=DAY, category="account_only")
    settled(mei, hefei, "10.00", day=DAY, category="account_only")
    settled(chen, hefei, "33.33", day=DAY, category="account_only")


def closed(period: Period = CARE, day: date = JULY) -> dict[tuple[str, str], ClearingStatement]:
    made = done(statements.close_period(period=period, day=day, actor=ACTOR))
    return {one.areas: one for one in made}


def test_statements_come_to_the_ledger_and_their_sum_is_nil() -> None:
    three_areas()
    made = closed()
    assert set(made) == {(HEFEI, WUHU), (HEFEI, BENGBU)}
    one = made[HEFEI, WUHU]
    assert (one.net, one.creditor, one.lines) == (Decimal("-140.50"), WUHU, 2)
    assert one.totals == [
        [WUHU, HEFEI, "own_account", "80.00"],
        [WUHU, HEFEI, "shared_account", "60.50"],
    ]
    assert (made[HEFEI, BENGBU].net, made[HEFEI, BENGBU].debtor) == (Decimal("33.33"), BENGBU)
    positions: dict[str, Decimal] = {}
    for statement in made.values():
        positions[statement.first_area] = positions.get(statement.first_area, 0) + statement.net
        positions[statement.second_area] = positions.get(statement.second_area, 0) - statement.net
    assert sum(positions.values()) == 0
    kept = sorted(tuple(total) for statement in made.values() for total in statement.totals)
    assert kept == sorted(tuple(total.as_json()) for total in lines.totals_of(CARE))


def test_both_sides_sign_the_same_lines_and_neither_signs_for_the_other() -> None:
    three_areas()
    one = closed()[HEFEI, WUHU]
    ding, sun, wang = clerk("ding", HEFEI), clerk("sun", WUHU), clerk("wang", BENGBU)
    signing: dict[str, Any] = {"statement_id": one.pk, "lines_hash": one.lines_hash, "day": JULY}
    for by, area in ((ding, WUHU), (wang, HEFEI), (wang, BENGBU)):
        with pytest.raises(NotAllowed):
            statements.check(area=area, by=by, **signing)
    with pytest.raises(CannotBeDone, match="lines_changed"):
        statements.check(area=HEFEI, by=ding, **{**signing, "lines_hash": "0" * 64})
    assert done(statements.check(area=HEFEI, by=ding, **signing)).state == "checked"
    with pytest.raises(CannotBeDone, match="already_checked"):
        statements.check(area=HEFEI, by=ding, **signing)
    signed = done(statements.check(area=WUHU, by=sun, **signing))
    assert (signed.state, signed.confirmed_on) == ("confirmed", JULY)
    assert {check.lines_hash for check in one.checks.all()} == {one.lines_hash}


def test_nobody_signs_for_both_sides_whatever_their_roles() -> None:
    three_areas()
    one = closed()[HEFEI, WUHU]
    ding = clerk("ding", "34")
    signing: dict[str, Any] = {
        "statement_id": one.pk,
        "lines_hash": one.lines_hash,
        "by": ding,
        "day": JULY,
    }
    done(statements.check(area=HEFEI, **signing))
    with pytest.raises(NotAllowed):
        statements.check(area=WUHU, **signing)


def test_a_clerk_of_the_province_stands_in_only_where_an_area_has_none_of_its_own() -> None:
    three_areas()
    made = closed()
    both, one_sided = made[HEFEI, WUHU], made[HEFEI, BENGBU]
    clerk("lu", HEFEI), clerk("han", WUHU)
    ding, jia = clerk("ding", "34"), clerk("jia", "34")
    for area in (HEFEI, WUHU):
        with pytest.raises(NotAllowed):
            statements.check(
                statement_id=both.pk, area=area, lines_hash=both.lines_hash, by=ding, day=JULY
            )
    for by, area in ((ding, BENGBU), (clerk("lu", HEFEI), HEFEI)):
        done(
            statements.check(
                statement_id=one_sided.pk,
                area=area,
                lines_hash=one_sided.lines_hash,
                by=by,
                day=JULY,
            )
        )
    # Bengbu owes and has no clerk; that the money came is for Hefei's own to say.
    change = done(
        statements.propose_payment(
            statement_id=one_sided.pk, bank_reference="B-3", by=ding, day=JULY
        )
    )
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=jia, day=JULY)
    done(changes.approve(change_id=change.pk, by=clerk("lu", HEFEI), day=JULY))
    one_sided.refresh_from_db()
    assert one_sided.state == "paid"


def test_the_database_takes_no_second_signature_of_the_same_person() -> None:
    three_areas()
    one = closed()[HEFEI, WUHU]
    ding = clerk("ding", "34")
    kept: dict[str, Any] = {"statement": one, "lines_hash": one.lines_hash, "by": ding, "day": JULY}
    ClearingCheck.objects.create(area=HEFEI, **kept)
    with pytest.raises(IntegrityError, match="clearing_checked_by_two"), transaction.atomic():
        ClearingCheck.objects.create(area=WUHU, **kept)


def confirmed(statement: ClearingStatement) -> None:
    for area in statement.areas:
        done(
            statements.check(
                statement_id=statement.pk,
                area=area,
                lines_hash=statement.lines_hash,
                by=clerk(f"clerk {area}", area),
                day=JULY,
            )
        )


def test_the_debtor_says_paid_and_the_creditor_says_it_came() -> None:
    three_areas()
    one = closed()[HEFEI, WUHU]
    payer, taker = clerk(f"clerk {HEFEI}", HEFEI), clerk(f"clerk {WUHU}", WUHU)
    paying: dict[str, Any] = {"statement_id": one.pk, "bank_reference": "B-1", "day": JULY}
    with pytest.raises(CannotBeDone, match="not_confirmed"):
        statements.propose_payment(by=payer, **paying)
    confirmed(one)
    with pytest.raises(NotAllowed):
        statements.propose_payment(by=taker, **paying)
    change = done(statements.propose_payment(by=payer, **paying))
    assert refused(statements.propose_payment(by=payer, **paying)) == "waits_for_second_person"
    with pytest.raises(NotAllowed):
        statements.confirm_payment(change_id=change.pk, by=payer, day=JULY)
    done(statements.confirm_payment(change_id=change.pk, by=taker, day=JULY))
    one.refresh_from_db()
    assert (one.state, one.paid_on, one.bank_reference) == ("paid", JULY, "B-1")
    paid = Transfer.objects.get(source="clearing", source_id=one.pk)
    assert (paid.amount, paid.from_account.key, paid.to_account.key) == (
        Decimal("140.50"),
        f"bank:{WUHU}",
        f"bank:{HEFEI}",
    )
    assert refused(changes.approve(change_id=change.pk, by=taker, day=JULY)) == "not_waiting"


def test_a_closed_month_takes_nothing_more_and_a_later_refund_falls_in_its_own() -> None:
    lin = enrol_one("lin")
    give_money({lin: "500.00"}, month=MONTH, day=DAY)
    wuhu, hefei = hospital(WUHU), hospital(HEFEI)
    claim = settled(lin, wuhu, "80.00", day=DAY, category="account_only")
    one = closed()[HEFEI, WUHU]
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        settled(lin, wuhu, "5.00", day=DAY, category="account_only")
    assert balance(lin) == Decimal("420.00")
    # What is not cleared between areas is none of its business.
    settled(lin, hefei, "5.00", day=DAY, category="account_only")
    done(claims.refund(number=claim.number, day=JULY, actor=ACTOR))
    assert statements.lines_stand(one)
    july = closed(Period(Subject.CARE, date(2024, 7, 1)), date(2024, 8, 5))[HEFEI, WUHU]
    assert july.totals == [[WUHU, HEFEI, "own_account", "-80.00"]]
    assert (july.net, july.creditor) == (Decimal("80.00"), HEFEI)


def test_a_period_closes_when_it_is_over_and_once() -> None:
    three_areas()
    for day in (DAY, date(2024, 6, 30), date(2024, 7, 1)):
        with pytest.raises(CannotBeDone, match="period_not_over"):
            statements.close_period(period=CARE, day=day, actor=ACTOR)
    first = closed()
    again = closed(day=date(2024, 8, 1))
    assert {one.pk for one in first.values()} == {one.pk for one in again.values()}
    assert ClearingStatement.objects.count() == len(first)


def test_moves_clear_by_month_and_their_payment_leaves_the_books_alone() -> None:
    lin = enrol_one("lin")
    give_money({lin: "250.00"}, month=MONTH, day=DAY)
    done(move(person_id=lin.pk, area=WUHU, day=DAY, actor=ACTOR))
    one = closed(Period(Subject.MOVE, MONTH))[HEFEI, WUHU]
    assert (one.creditor, one.amount) == (WUHU, Decimal("250.00"))
    confirmed(one)
    change = done(
        statements.propose_payment(
            statement_id=one.pk, bank_reference="B-2", by=clerk("a", HEFEI), day=JULY
        )
    )
    before = Transfer.objects.count()
    done(statements.confirm_payment(change_id=change.pk, by=clerk("b", WUHU), day=JULY))
    assert Transfer.objects.count() == before


def test_premiums_clear_by_year_and_only_when_it_is_over() -> None:
    year = Period(Subject.PREMIUM, date(2024, 1, 1))
    assert (year.after, months_after(year.first_day, 12)) == (date(2025, 1, 1), date(2025, 1, 1))
    three_areas()
    assert closable(JULY) == [CARE]
    with pytest.raises(CannotBeDone, match="period_not_over"):
        statements.close_period(period=year, day=date(2024, 12, 31), actor=ACTOR)
