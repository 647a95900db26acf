"""Bank files of runs, payouts and paper bills: one way to the bank, through two persons, once."""

from __future__ import annotations

import hashlib
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import BankFile, BankOrder, Run, Transfer
from claims.engine.facts import Line
from claims.models import PaperBill
from claims.operations import refund
from clearing import bankfiles, payments, runfiles
from clearing.faults import CannotBeDone
from clearing.models import Payment, PaymentFile, PaymentLine
from members.bank_accounts import propose_person_account
from record import changes
from record.changes import NotAllowed
from record.models import Message
from tests.integration.test_paper_bills import approve, completed, handed_in, member
from tests.paying import (
    ACCOUNT,
    JULY,
    a_disbursement,
    a_released_file,
    answered,
    approved,
    clerk,
)
from tests.people import ACTOR, PROVINCIAL, WUHU, YANTAI, done, hospital

pytestmark = pytest.mark.django_db


def a_file_of(run: Run) -> PaymentFile:
    made = runfiles.make_run_files(run_id=run.pk, by=clerk("d", PROVINCIAL), day=JULY)
    (file,) = done(made).files
    return file


def released(file: PaymentFile, by: str = "w") -> PaymentFile:
    approved(bankfiles.waiting_release(file), clerk(by, PROVINCIAL))
    file.refresh_from_db()
    return file


def test_a_disbursement_is_released_and_tried_again_with_a_new_account() -> None:
    lin, run = a_disbursement()
    with pytest.raises(NotAllowed):
        runfiles.make_run_files(run_id=run.pk, by=clerk("sun", WUHU), day=JULY)
    file = a_file_of(run)
    with pytest.raises(CannotBeDone, match="not_released"):
        bankfiles.handed_out(file=file, actor=ACTOR)
    change = bankfiles.waiting_release(file)
    assert change is not None
    with pytest.raises(NotAllowed):
        changes.approve(change_id=change.pk, by=clerk("d", PROVINCIAL), day=JULY)
    released(file)
    content = bankfiles.handed_out(file=file, actor=ACTOR)
    assert f"{file.number},1,{lin.number}" in content.decode()
    assert ACCOUNT in content.decode()
    assert content == bankfiles.handed_out(file=file, actor=ACTOR)
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert file.lines.get().payment.account_tail == "8901"
    done(answered(file, (1, "失败", "销户")))
    assert Message.objects.filter(person=lin, kind="payment_came_back").count() == 1
    other = "6217000012345670002"
    approved(
        propose_person_account(
            person_id=lin.pk, number=other, evidence="card", by=clerk("d", PROVINCIAL), day=JULY
        ),
        clerk("w", PROVINCIAL),
    )
    second = a_released_file("disbursement", PROVINCIAL)
    assert other in bankfiles.handed_out(file=second, actor=ACTOR).decode()
    done(answered(second, (1, "成功", "")))
    assert (Payment.objects.get().state, Payment.objects.get().amount) == (
        "paid",
        Decimal("100.00"),
    )


def test_there_is_never_a_second_file_for_the_same_money() -> None:
    _, run = a_disbursement()
    file = a_file_of(run)
    payment = Payment.objects.get()
    for state in ("prepared", "released", "returned"):
        with pytest.raises(CannotBeDone, match="nothing_to_order"):
            a_file_of(run)
        with pytest.raises(CannotBeDone, match="nothing_to_order"):
            a_released_file("disbursement", PROVINCIAL)
        assert (state, PaymentFile.objects.count()) == (file.state, 1)
        if state == "prepared":
            released(file)
        elif state == "released":
            done(answered(file, (1, "成功", "")))
            file.refresh_from_db()
    # And whatever code runs above, the database says no.
    values: dict[str, Any] = {
        field: getattr(file, field)
        for field in ("area", "kind", "day", "orders", "amount", "sha256", "sealed", "made_by_id")
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentFile.objects.create(
            **values, number="X", state="prepared", run_file=BankFile.objects.get()
        )
    other = PaymentFile.objects.create(**values, number="X", state="prepared")
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentLine.objects.create(file=other, payment=payment, line=1)
    order = BankOrder.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        BankOrder.objects.create(file=order.file, credit=order.credit)
    again = {"kind": "disbursement", "area": PROVINCIAL, "amount": payment.amount, "payee": "lin"}
    for reference in (payment.reference, "other"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.create(**again, reference=reference, order=order, made_on=JULY)


def test_the_file_of_a_run_can_be_refused_and_its_money_is_ordered_anew_once() -> None:
    _, run = a_disbursement()
    file = a_file_of(run)
    change = bankfiles.waiting_release(file)
    assert change is not None
    # On the page of all changes, not on that of the file.
    changes.refuse_change(
        change_id=change.pk, by=clerk("w", PROVINCIAL), day=JULY, note="wrong day"
    )
    file.refresh_from_db()
    assert (file.state, Payment.objects.get().state) == ("dropped", "waiting")
    with pytest.raises(CannotBeDone, match="not_released"):
        bankfiles.handed_out(file=file, actor=ACTOR)
    with pytest.raises(CannotBeDone, match="nothing_to_order"):
        a_file_of(run)
    second = a_released_file("disbursement", PROVINCIAL)
    assert (second.orders, second.amount) == (1, Decimal("100.00"))
    with pytest.raises(CannotBeDone, match="not_prepared"):
        bankfiles.drop_file(file_id=second.pk, by=clerk("d", PROVINCIAL), day=JULY, note="")


def test_the_command_writes_a_released_file_and_no_other(tmp_path: Path) -> None:
    _, run = a_disbursement()
    file = a_file_of(run)
    with pytest.raises(CommandError, match="second person"):
        call_command("bank_file", file.number, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []
    released(file)
    call_command("bank_file", file.number, folder=tmp_path, stdout=io.StringIO())
    written = tmp_path / f"{file.number}.csv"
    assert hashlib.sha256(written.read_bytes()).hexdigest() == file.sha256
    assert written.stat().st_mode & 0o077 == 0


def a_paper_bill(name: str = "于海") -> PaperBill:
    """An approved bill of which the pooled fund owes something."""
    today = timezone.localdate()
    there = hospital(YANTAI, level=1)
    lines = (Line(amount=Decimal("1500.00")),)
    bill = completed(handed_in(member(name), there, day=today), there, day=today, lines=lines)
    approved_bill = done(approve(bill, day=today))
    assert isinstance(approved_bill, PaperBill)
    return approved_bill


def test_what_the_fund_owes_for_a_paper_bill_goes_the_same_way_and_once() -> None:
    bill = a_paper_bill()
    assert bill.claim is not None
    moved = Transfer.objects.count()
    assert done(payments.gather(day=JULY, actor=ACTOR)) == 1
    assert done(payments.gather(day=JULY, actor=ACTOR)) == 0
    payment = Payment.objects.get()
    assert (payment.amount, payment.area, payment.kind) == (bill.claim.pool, YANTAI, "paper_bill")
    file = a_released_file("paper_bill", YANTAI)
    assert ACCOUNT in bankfiles.handed_out(file=file, actor=ACTOR).decode()
    done(answered(file, (1, "成功", "")))
    # It was posted to the bank when it was approved.
    assert Transfer.objects.count() == moved
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            reference="again",
            kind="paper_bill",
            area=YANTAI,
            amount=1,
            payee="x",
            paper_bill=bill,
            made_on=JULY,
        )


def test_a_paper_bill_that_was_undone_is_not_paid_any_more() -> None:
    bill = a_paper_bill()
    done(payments.gather(day=JULY, actor=ACTOR))
    done(refund(number=bill.number, day=timezone.localdate(), actor=ACTOR))
    with pytest.raises(CannotBeDone, match="nothing_to_order"):
        a_released_file("paper_bill", YANTAI)
