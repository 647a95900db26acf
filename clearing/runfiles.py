"""Bank files of runs that disburse (AH39-2.5a): made, and brought to their release in one step."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.bankfile import NoBankFile, make_bank_file
from accounts.models import BankFile, BankOrder, Run
from accounts.run_queries import disbursing_areas
from members.bank_accounts import tail_of
from members.identity import unseal
from policy.queries import current_book
from record import queries
from record.changes import NotAllowed
from record.looking import within
from record.operations import Actor, operation

from .bankfiles import propose_release_of
from .faults import CannotBeDone
from .models import Payment, PaymentFile, PaymentLine
from .payments import CLERKS


@dataclass(frozen=True, slots=True)
class RunFiles:
    """The files that were made of a run, and how many amounts have no account to go to."""

    files: list[PaymentFile]
    without_account: int


def runs_to_order(scopes: frozenset[str], day: date) -> QuerySet[Run]:
    """Return the runs of these scopes that pay out by bank and of which no file was made yet."""
    return (
        Run.objects.filter(
            within(("area",), scopes),
            area__in=disbursing_areas(current_book(), day),
            kind=Run.Kind.CREDIT,
            state=Run.State.DONE,
            amount__gt=0,
        )
        .exclude(bank_files__payment_file__isnull=False)
        .order_by("-period", "-pk")
    )


@operation
def make_run_files(*, run_id: int, by: AbstractBaseUser, day: date) -> RunFiles:
    """Make a bank file of what a run has not ordered yet, and propose its release.

    Each order becomes a payment, so that the bank's return is read, and what comes back is tried
    again, like any other. Raises NotAllowed, and CannotBeDone where there is nothing to order.
    """
    run = Run.objects.get(pk=run_id)
    if not queries.has_role(user_id=by.pk, kinds=CLERKS, area=run.area, day=day):
        raise NotAllowed(f"this needs a finance clerk of {run.area}")
    try:
        _, missing = make_bank_file(run_id=run.pk, day=day, actor=Actor.of(by))
    except NoBankFile:
        raise CannotBeDone(
            "no_bank_file",
            gettext("There is no bank file: the run is not done, or it credits accounts."),
        ) from None
    loose = BankFile.objects.filter(run=run, payment_file=None).select_related("run")
    files = [_to_release(file, by, day) for file in loose.order_by("part")]
    if not files:
        raise CannotBeDone(
            "nothing_to_order",
            gettext("There is nothing to order, or no payee has a bank account on record yet."),
        )
    return RunFiles(files, without_account=len(missing))


def _to_release(run_file: BankFile, by: AbstractBaseUser, day: date) -> PaymentFile:
    """Take a run's file as it is, byte for byte, and propose its release."""
    file = PaymentFile.objects.create(
        number=run_file.number,
        area=run_file.run.area,
        kind=Payment.Kind.DISBURSEMENT,
        day=day,
        orders=run_file.orders,
        amount=run_file.amount,
        sha256=run_file.sha256,
        sealed=bytes(run_file.sealed),
        run_file=run_file,
        state=PaymentFile.State.PREPARED,
        made_by_id=by.pk,
    )
    orders = run_file.lines.select_related("credit__person", "adjustment__person").order_by("pk")
    written = csv.DictReader(io.StringIO(unseal(run_file.sealed)))
    payments = [
        _payment_of(order, file, tail_of(row["bank_account"]), day)
        for order, row in zip(orders, written, strict=True)
    ]
    made = Payment.objects.bulk_create(payments, batch_size=2_000)
    PaymentLine.objects.bulk_create(
        (
            PaymentLine(file=file, payment=payment, line=line)
            for line, payment in enumerate(made, start=1)
        ),
        batch_size=2_000,
    )
    propose_release_of(file, by, day)
    return file


def _payment_of(order: BankOrder, file: PaymentFile, tail: str, day: date) -> Payment:
    if order.credit is not None:
        reference, person, amount = f"C{order.credit_id}", order.credit.person, order.credit.amount
    else:
        assert order.adjustment is not None, "an order is of a credit or an adjustment"
        reference, person = f"A{order.adjustment_id}", order.adjustment.person
        amount = order.adjustment.posted
    return Payment(
        reference=reference,
        kind=Payment.Kind.DISBURSEMENT,
        area=file.area,
        amount=amount,
        payee=person.name[:120],
        account_tail=tail,
        order=order,
        state=Payment.State.ORDERED,
        made_on=day,
    )
