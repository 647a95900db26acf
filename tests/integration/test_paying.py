"""Paying institutions, heirs and members: agreed, released by two, paid once, and in the books."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.checks import ledger_problems
from accounts.models import Transfer
from claims import operations as claims
from claims.models import Claim, Institution
from clearing import (
    bankfiles,
    books,
    deductions,
    lines,
    owed,
    payments,
    returns,
    statements,
)
from clearing.faults import BadFile, CannotBeDone
from clearing.models import InstitutionStatement, Payment
from clearing.periods import Period, Subject
from families.departures import payout, propose_payout
from families.moves import move
from members.bank_accounts import InvalidAccount
from members.models import Person
from record import changes
from record.changes import NotAllowed
from record.models import Role
from tests.paying import (
    ACCOUNT,
    AUGUST,
    DAY,
    JULY,
    MONTH,
    a_released_file,
    answered,
    approved,
    clerk,
)
from tests.people import (
    ACTOR,
    BENGBU,
    HEFEI,
    WUHU,
    done,
    enrol_one,
    give_money,
    hospital,
    settled,
    staff,
)

pytestmark = pytest.mark.django_db


def a_month() -> tuple[Institution, Claim]:
    """Lin pays 80 and 45 at a hospital of Hefei in June; the 45 are refunded in July."""
    lin = enrol_one("lin")
    give_money({lin: "500.00"}, month=MONTH, day=DAY)
    place = hospital(HEFEI)
    settled(lin, place, "80.00", day=DAY, category="account_only")
    second = settled(lin, place, "45.00", day=DAY, category="account_only")
    return place, second


def agreed(month: date = MONTH, day: date = JULY) -> InstitutionStatement:
    (statement,) = done(owed.draw_up(month=month, day=day, actor=ACTOR))
    return done(
        owed.agree(
            statement_id=statement.pk,
            lines_hash=statement.lines_hash,
            by_name="hospital",
            day=day,
            actor=ACTOR,
        )
    )


def with_account(place: Institution) -> None:
    change = payments.propose_institution_account(
        institution_id=place.pk,
        number=ACCOUNT,
        holder="hospital",
        bank="a bank",
        evidence="letter 7",
        by=clerk(),
        day=JULY,
    )
    approved(change, clerk("wu"))


def test_a_month_is_settlements_less_refunds_and_what_is_overdrawn_is_carried() -> None:
    place, second = a_month()
    june = agreed()
    assert (june.settlements, june.refunds, june.to_pay, june.lines) == (
        Decimal(125),
        Decimal(0),
        Decimal(125),
        2,
    )
    done(claims.refund(number=second.number, day=JULY, actor=ACTOR))
    july = agreed(date(2024, 7, 1), AUGUST)
    assert (july.settlements, july.refunds, july.to_pay) == (Decimal(0), Decimal(45), Decimal(0))
    assert july.state == "paid"
    settled(Person.objects.get(name="lin"), place, "50.00", day=AUGUST, category="account_only")
    august = agreed(date(2024, 8, 1), date(2024, 9, 5))
    assert (august.carried_in, august.to_pay) == (Decimal(-45), Decimal(5))
    assert owed.lines_stand(june)
    assert [line[3] for line in owed.lines_of(institution_id=place.pk, month=MONTH)] == [80, 45]


def test_a_deduction_takes_two_and_goes_back_to_the_fund_that_paid() -> None:
    place, _ = a_month()
    other = enrol_one("chen", area=BENGBU)
    claim = settled(other, place, "30.00", day=DAY, category="account_only")
    Claim.objects.filter(pk=claim.pk)
    asking: dict[str, Any] = {
        "institution_id": place.pk, "reason": "a visit that was none", "by": clerk(), "day": JULY,
    }  # fmt: skip
    for amount, number in (("0", ""), ("1.00", "nobody's"), ("1.00", claim.number)):
        with pytest.raises(CannotBeDone):
            deductions.propose_deduction(amount=Decimal(amount), claim_number=number, **asking)
    change = done(deductions.propose_deduction(amount=Decimal("20.00"), claim_number="", **asking))
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=clerk(), day=JULY)
    approved(change, clerk("wu"))
    july = owed.owed(institution_id=place.pk, month=JULY)
    assert (july.deductions, july.balance) == (Decimal(20), Decimal(-20))
    posted = Transfer.objects.get(source="deduction")
    assert (posted.from_account.key, posted.to_account.key) == (
        f"institution:{place.pk}",
        f"pool:{HEFEI}",
    )


def test_an_institution_is_paid_once_through_a_file_that_two_persons_stand_behind() -> None:
    place, _ = a_month()
    statement = agreed()
    with pytest.raises(CannotBeDone, match="nothing_to_order"):
        bankfiles.make_file(area=HEFEI, kind="institution", by=clerk(), day=JULY)
    with_account(place)
    with pytest.raises(NotAllowed):
        bankfiles.make_file(area=HEFEI, kind="institution", by=clerk("sun", WUHU), day=JULY)
    made = done(bankfiles.make_file(area=HEFEI, kind="institution", by=clerk(), day=JULY))
    with pytest.raises(CannotBeDone, match="not_released"):
        bankfiles.handed_out(file=made.file, actor=ACTOR)
    with pytest.raises(BadFile, match="not_released"):
        answered(made.file, (1, "成功", ""))
    change = bankfiles.waiting_release(made.file)
    assert change is not None
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=clerk(), day=JULY)
    approved(change, clerk("wu"))
    made.file.refresh_from_db()
    text = bankfiles.handed_out(file=made.file, actor=ACTOR).decode()
    assert ACCOUNT in text
    assert ",125.00\r\n" in text
    assert ACCOUNT.encode() not in bytes(made.file.sealed)
    done(answered(made.file, (1, "失败", "账号不符")))
    payment = Payment.objects.get()
    statement.refresh_from_db()
    assert (payment.state, payment.failure, statement.state) == ("failed", "账号不符", "agreed")
    assert not Transfer.objects.filter(source="payment").exists()
    # Tried again in another file; the first one's return says nothing new.
    again = a_released_file()
    assert again.number != made.file.number
    done(answered(again, (1, "成功", "")))
    with pytest.raises(BadFile, match="taken_already"):
        answered(again, (1, "成功", ""))
    with pytest.raises(BadFile, match="bad_rows"):
        answered(again, (1, "失败", "too late"))
    posted = Transfer.objects.get(source="payment")
    assert (posted.amount, posted.to_account.key) == (Decimal(125), f"bank:{HEFEI}")
    statement.refresh_from_db()
    payment.refresh_from_db()
    assert (statement.state, payment.state) == ("paid", "paid")
    with pytest.raises(CannotBeDone, match="nothing_to_order"):
        bankfiles.make_file(area=HEFEI, kind="institution", by=clerk(), day=JULY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(state="waiting", paid_on=None)
    assert ledger_problems() == []


def test_returns_that_contradict_the_orders_are_refused_whole() -> None:
    place, _ = a_month()
    agreed()
    with_account(place)
    file = a_released_file()
    for results in (((2, "成功", ""),), ((1, "成功", ""), (1, "成功", "")), ((1, "也许", ""),)):
        with pytest.raises(BadFile):
            answered(file, *results)
    with pytest.raises(BadFile):
        answered(file, (1, "失败", ""))
    text = f"文件编号,序号,金额,结果,原因\n{file.number},1,125.01,成功,\n"
    answers, sha256 = returns.read_return(io.BytesIO(text.encode()), name="r", file=file)
    with pytest.raises(BadFile) as bad:
        returns.take_in(
            file_id=file.pk, answers=answers, sha256=sha256, name="r", day=JULY, actor=ACTOR
        )
    assert [row.fault.code for row in bad.value.rows] == ["other_amount"]
    assert Payment.objects.get().state == "ordered"


def test_a_dropped_file_leaves_its_payments_to_be_ordered() -> None:
    place, _ = a_month()
    agreed()
    with_account(place)
    made = done(bankfiles.make_file(area=HEFEI, kind="institution", by=clerk(), day=JULY))
    done(bankfiles.drop_file(file_id=made.file.pk, by=clerk("wu"), day=JULY, note="wrong day"))
    assert Payment.objects.get().state == "waiting"
    with pytest.raises(CannotBeDone, match="not_prepared"):
        bankfiles.drop_file(file_id=made.file.pk, by=clerk(), day=JULY, note="")
    assert a_released_file().orders == 1


def test_a_payout_is_paid_to_each_payee_and_gathered_once() -> None:
    lin = enrol_one("lin")
    give_money({lin: "100.01"}, month=MONTH, day=DAY)
    payees = [
        {"name": "mei", "share": "0.5", "account": ACCOUNT},
        {"name": "bao", "share": "0.5"},
    ]
    done(payout(person_id=lin.pk, reason="death", day=DAY, actor=ACTOR, payees=payees))
    assert done(payments.gather(day=JULY, actor=ACTOR)) == 2
    assert done(payments.gather(day=JULY, actor=ACTOR)) == 0
    mei, bao = Payment.objects.order_by("reference")
    assert mei.amount + bao.amount == Transfer.objects.get(source="payout").amount + sum(
        t.amount for t in Transfer.objects.filter(source="payout")[1:]
    )
    file = a_released_file("payout")
    assert (file.orders, mei.account_tail) == (1, "8901")
    with pytest.raises(InvalidAccount):
        payments.propose_payment_account(
            payment_id=bao.pk, number="12a", evidence="card", by=clerk(), day=JULY
        )
    change = payments.propose_payment_account(
        payment_id=bao.pk, number="62170000 1234 5678", evidence="card", by=clerk(), day=JULY
    )
    assert "62170000" not in str(done(change).payload)
    approved(change, clerk("wu"))
    assert a_released_file("payout").orders == 1
    before = Transfer.objects.count()
    done(answered(file, (1, "成功", "")))
    assert Transfer.objects.count() == before


@pytest.fixture
def everything() -> None:
    """Care, shared care, a move, a refund across areas, a payout, a payment, a clearing paid."""
    lin = enrol_one("lin")
    chen, yang = enrol_one("chen", area=BENGBU), enrol_one("yang", area=WUHU)
    give_money({lin: "500.00", chen: "300.00", yang: "70.00"}, month=MONTH, day=DAY)
    hefei, wuhu = hospital(HEFEI), hospital(WUHU)
    settled(lin, wuhu, "80.00", day=DAY, category="account_only")
    settled(chen, hefei, "33.33", day=DAY, category="account_only")
    back = settled(yang, hefei, "20.00", day=DAY, category="account_only")
    done(move(person_id=yang.pk, area=BENGBU, day=DAY, actor=ACTOR))
    done(claims.refund(number=back.number, day=JULY, actor=ACTOR))
    done(payout(person_id=chen.pk, reason="emigration", day=JULY, actor=ACTOR))
    for statement in done(
        statements.close_period(period=Period(Subject.CARE, MONTH), day=JULY, actor=ACTOR)
    ):
        for area in statement.areas:
            done(
                statements.check(
                    statement_id=statement.pk,
                    area=area,
                    lines_hash=statement.lines_hash,
                    by=clerk(f"c{area}", area),
                    day=JULY,
                )
            )
        change = statements.propose_payment(
            statement_id=statement.pk,
            bank_reference="B",
            by=clerk("p", statement.debtor),
            day=JULY,
        )
        if statement.debtor == HEFEI:
            approved(change, clerk("q", statement.creditor))


@pytest.mark.usefixtures("everything")
def test_every_area_is_out_by_what_it_has_still_to_clear_on_any_day() -> None:
    for day in (date(2024, 6, 19), DAY, date(2024, 7, 7), JULY, AUGUST):
        books_of_day = books.trial_balance(day)
        assert books_of_day.came == books_of_day.went
        for area in books_of_day.areas:
            assert (area.area, area.balance) == (area.area, area.to_clear)
        assert sum(area.to_clear for area in books_of_day.areas) == 0
    assert books.trial_balance(JULY).holds
    assert lines.totals_of(Period(Subject.CARE, date(2024, 7, 1)))


@pytest.mark.usefixtures("everything")
def test_a_fund_holds_what_it_held_and_what_moved_and_equals_the_trial_balance() -> None:
    balance = {
        (area.area, line.kind): line.balance
        for area in books.trial_balance(JULY).areas
        for line in area.lines
    }
    for area in (HEFEI, WUHU, BENGBU):
        june = {fund.name: fund for fund in books.funds_of(area, first=MONTH, last=DAY)}
        july = {fund.name: fund for fund in books.funds_of(area, first=date(2024, 7, 1), last=JULY)}
        for name, kinds in books.FUNDS.items():
            assert june[name].held == july[name].before
            assert july[name].held == sum(balance.get((area, kind), 0) for kind in kinds), name


def test_a_proposed_payout_keeps_no_account_number_in_the_clear() -> None:
    lin = enrol_one("lin")
    give_money({lin: "100.00"}, month=MONTH, day=DAY)
    change = propose_payout(
        person_id=lin.pk,
        reason="death",
        payees=[{"name": "mei", "share": "1", "account": ACCOUNT}],
        evidence="No. 7",
        by=clerk(),
        day=DAY,
    )
    assert ACCOUNT not in str(done(change).payload)
    approved(change, staff("wu", Role.Kind.REVIEWER, HEFEI))
    done(payments.gather(day=JULY, actor=ACTOR))
    assert Payment.objects.get().account_tail == "8901"
    assert ACCOUNT in bankfiles.handed_out(file=a_released_file("payout"), actor=ACTOR).decode()
