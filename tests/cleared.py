"""A row of each model of clearing, for tests of the admin: of Hefei, and none of Wuhu."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from clearing.models import (
    Case,
    CaseTask,
    ClearingCheck,
    ClearingStatement,
    DayFile,
    DayRow,
    InstitutionAccount,
    InstitutionStatement,
    Payment,
    PaymentFile,
    PaymentLine,
    PaymentReturn,
)
from members import identity
from record.models import Change
from tests.household import Household

BENGBU, HEFEI = "340300", "340100"
AMOUNT = Decimal("80.00")


def clearing_rows(home: Household, day: date) -> None:
    """Write a row of each model, as the operations would leave them."""
    by, month = home.users["wu"], day.replace(day=1)
    claim = home.claims["big"]
    place = claim.institution
    place.area = HEFEI
    place.save()
    statement = ClearingStatement.objects.create(
        subject="care",
        first_day=month,
        first_area=HEFEI,
        second_area=BENGBU,
        lines=1,
        lines_hash="0" * 64,
        totals=[[BENGBU, HEFEI, "own_account", "80.00"]],
        net=-AMOUNT,
        state="checked",
        drawn_up_on=day,
    )
    ClearingCheck.objects.create(
        statement=statement, area=HEFEI, lines_hash="0" * 64, by=by, day=day
    )
    file = DayFile.objects.create(
        institution=place, day=day, version=1, name="day.csv", sha256="0" * 64, rows=1,
        channel="desk", by_name="wu",
    )  # fmt: skip
    DayRow.objects.create(
        file=file, line=1, kind="settlement", claim=claim, visit_number="V1", bill_number="B1",
        gross=AMOUNT, pool=AMOUNT, own_paid=0, shared_paid=0, cash=0,
    )  # fmt: skip
    case = Case.objects.create(
        institution=place, area=HEFEI, key="amount:1", difference="amount", day=day, claim=claim,
        ours={}, theirs={}, amount=AMOUNT, opened_on=day, due_on=day,
    )  # fmt: skip
    CaseTask.objects.create(case=case, area=HEFEI, part="enrolment", amount=AMOUNT, due_on=day)
    owed = InstitutionStatement.objects.create(
        institution=place, area=HEFEI, month=month, lines=1, settlements=AMOUNT, refunds=0,
        deductions=0, carried_in=0, to_pay=AMOUNT, lines_hash="0" * 64, state="agreed",
        drawn_up_on=day,
    )  # fmt: skip
    InstitutionAccount.objects.create(
        institution=place,
        holder="h",
        bank="b",
        number_sealed=identity.seal("00001234567899"),
        tail="7899",
        begins_on=day,
        change=Change.objects.order_by("pk")[0],
    )
    payment = Payment.objects.create(
        reference="I1", kind="institution", area=HEFEI, amount=AMOUNT, payee=place.name,
        statement=owed, made_on=day,
    )  # fmt: skip
    orders = PaymentFile.objects.create(
        number="F1", area=HEFEI, kind="institution", day=day, orders=1, amount=AMOUNT,
        sha256="0" * 64, sealed=identity.seal("x"), state="prepared", made_by=by,
    )  # fmt: skip
    PaymentLine.objects.create(file=orders, payment=payment, line=1)
    PaymentReturn.objects.create(
        file=orders, name="r.csv", sha256="1" * 64, rows=1, paid=1, failed=0, by=by, day=day
    )
