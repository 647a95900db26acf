"""Files of orders to the bank: made by one person, released by another, the same each time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.bankfile import harmless
from claims.models import Claim
from members.identity import UnreadableSecret, seal, unseal
from record import changes, queries
from record.changes import NotAllowed
from record.looking import within
from record.models import Change
from record.operations import Actor, audit, operation
from record.outcome import Refusal, Refused

from .exports import Cell, as_csv
from .faults import CannotBeDone
from .models import InstitutionStatement, Payment, PaymentFile, PaymentLine
from .owed import lines_stand
from .payments import CLERKS, DECIDERS, Destination, destinations

RELEASE_FILE = "release_payment_file"
HEADINGS = ["file", "line", "reference", "payee", "bank", "bank_account", "amount"]

#: A file of more orders is cut into several.
MAX_ORDERS = 5_000

FileState, State, Outcome = PaymentFile.State, Payment.State, PaymentLine.Outcome


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made, and the payments that had no account to go to."""

    file: PaymentFile
    without_account: int


def files_in(scopes: frozenset[str]) -> QuerySet[PaymentFile]:
    """Return the payment files of the areas of these scopes."""
    return PaymentFile.objects.filter(within(("area",), scopes))


def to_order(*, area: str, kind: str) -> QuerySet[Payment]:
    """Return what an area has to order of a kind: what waits, and what came back.

    The bill behind a payment may have been undone in the meantime: then nothing is owed.
    """
    undone = Q(paper_bill__isnull=False) & ~Q(paper_bill__claim__state=Claim.State.SETTLED)
    return (
        Payment.objects.filter(area=area, kind=kind, state__in=[State.WAITING, State.FAILED])
        .exclude(undone)
        .select_related(
            "statement",
            "statement__institution",
            "payout",
            "paper_bill__person",
            "order__credit__person",
            "order__adjustment__person",
        )
        .order_by("pk")
    )


@operation
def make_file(*, area: str, kind: str, by: AbstractBaseUser, day: date) -> Made:
    """Make a bank file of what an area has to order, and propose its release.

    Payments without an account stay. Raises NotAllowed, and CannotBeDone where nothing can be
    ordered or a statement's lines are not the ledger's any more.
    """
    if not queries.has_role(user_id=by.pk, kinds=CLERKS, area=area, day=day):
        raise NotAllowed(f"this needs a finance clerk of {area}")
    payments = list(to_order(area=area, kind=kind).select_for_update(of=("self",))[:MAX_ORDERS])
    _check_statements(payments)
    where = destinations(payments)
    ready = [payment for payment in payments if payment.pk in where]
    if not ready:
        raise CannotBeDone(
            "nothing_to_order",
            gettext("There is nothing to order, or no payee has a bank account on record yet."),
        )
    number = _next_number(area, day)
    text = _as_text(number, ready, where)
    file = PaymentFile.objects.create(
        number=number,
        area=area,
        kind=kind,
        day=day,
        orders=len(ready),
        amount=sum((payment.amount for payment in ready), Decimal("0.00")),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        sealed=seal(text),
        state=FileState.PREPARED,
        made_by_id=by.pk,
    )
    PaymentLine.objects.bulk_create(
        PaymentLine(file=file, payment=payment, line=line)
        for line, payment in enumerate(ready, start=1)
    )
    for payment in ready:
        payment.state, payment.failure = State.ORDERED, ""
        payment.account_tail = where[payment.pk].tail
    Payment.objects.bulk_update(ready, ["state", "failure", "account_tail"], batch_size=1_000)
    propose_release_of(file, by, day)
    return Made(file, without_account=len(payments) - len(ready))


def _check_statements(payments: Sequence[Payment]) -> None:
    for payment in payments:
        if payment.statement is not None and not lines_stand(payment.statement):
            raise CannotBeDone(
                "lines_changed",
                gettext("The ledger no longer equals the statement of %(name)s. Do not pay.")
                % {"name": payment.payee},
            )


def _next_number(area: str, day: date) -> str:
    """Return the next number of an area's files of a day, under a lock."""
    _lock(f"payment files {area}")
    prefix = f"{area}-{day:%Y%m%d}-"
    count = PaymentFile.objects.filter(number__startswith=prefix).count()
    return f"{prefix}{count + 1:02d}"


def _lock(name: str) -> None:
    """Keep others out of something to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _as_text(number: str, payments: Sequence[Payment], where: dict[int, Destination]) -> str:
    rows: list[list[Cell]] = []
    for line, payment in enumerate(payments, start=1):
        destination = where[payment.pk]
        try:
            account = unseal(destination.sealed)
        except UnreadableSecret:
            raise CannotBeDone(
                "account_unreadable",
                gettext("The account of %(name)s cannot be read. Enter it anew.")
                % {"name": payment.payee},
            ) from None
        rows.append(
            [
                number,
                str(line),
                payment.reference,
                payment.payee,
                destination.bank,
                harmless(account),
                payment.amount,
            ]
        )
    return as_csv(HEADINGS, rows)


def propose_release_of(file: PaymentFile, by: AbstractBaseUser, day: date) -> None:
    """Propose that a file that was just made is released, in the caller's transaction."""
    changes.proposed(
        kind=RELEASE_FILE,
        key=f"payment_file:{file.number}",
        area=file.area,
        payload={
            "file": file.number,
            "orders": file.orders,
            "amount": f"{file.amount:.2f}",
            "sha256": file.sha256,
        },
        reason=file.number,
        by=by,
        day=day,
    )


def waiting_release(file: PaymentFile) -> Change | None:
    """Return the proposed release of a file that waits for its second person."""
    return Change.objects.filter(
        kind=RELEASE_FILE, key=f"payment_file:{file.number}", state=Change.State.WAITING
    ).first()


def _apply_release(change: Change, actor: Actor, day: date) -> None:
    """Release a file to the bank, if it is still what was proposed."""
    file = PaymentFile.objects.select_for_update().get(number=change.payload["file"])
    if file.state != FileState.PREPARED or file.sha256 != change.payload["sha256"]:
        raise CannotBeDone("not_prepared", gettext("The file was released or dropped already."))
    assert actor.user_id is not None, "a person releases"
    file.state, file.released_by_id, file.released_on = FileState.RELEASED, actor.user_id, day
    file.save(update_fields=["state", "released_by", "released_on"])
    InstitutionStatement.objects.filter(payment__tries__file=file).update(
        state=InstitutionStatement.State.ORDERED
    )
    audit(
        actor=actor,
        verb="paying.release",
        area=file.area,
        record=f"payment_file:{file.number}",
        data={"orders": file.orders, "amount": str(file.amount), "sha256": file.sha256},
    )


@operation
def drop_file(*, file_id: int, by: AbstractBaseUser, day: date, note: str) -> PaymentFile:
    """Drop a file that was not released: its payments wait again. Raises NotAllowed, CannotBeDone.

    Its maker takes it back; anybody else who may release refuses it.
    """
    file = PaymentFile.objects.get(pk=file_id)
    change = waiting_release(file)
    if change is None:
        raise CannotBeDone("not_prepared", gettext("The file was released or dropped already."))
    if file.made_by_id == by.pk:
        done = changes.withdraw(change_id=change.pk, by=by, day=day)
    else:
        done = changes.refuse_change(change_id=change.pk, by=by, day=day, note=note)
    if isinstance(done, Refusal):
        raise Refused(done)
    file.refresh_from_db()
    return file


def _drop(change: Change, actor: Actor, day: date) -> None:
    """Drop a file whose release was refused or taken back, on whichever page."""
    file = PaymentFile.objects.select_for_update().get(number=change.payload["file"])
    if file.state != FileState.PREPARED:
        raise CannotBeDone("not_prepared", gettext("The file was released or dropped already."))
    file.state = FileState.DROPPED
    file.save(update_fields=["state"])
    Payment.objects.filter(tries__file=file, tries__outcome=Outcome.OPEN).update(
        state=State.WAITING
    )
    file.lines.filter(outcome=Outcome.OPEN).update(outcome=Outcome.DROPPED, outcome_on=day)
    audit(
        actor=actor,
        verb="paying.drop",
        area=file.area,
        record=f"payment_file:{file.number}",
        data={"note": change.decision_note},
    )


def handed_out(*, file: PaymentFile, actor: Actor) -> bytes:
    """Return a released file's bytes, and record who took it. Raises CannotBeDone before that."""
    if file.state not in {FileState.RELEASED, FileState.RETURNED}:
        raise CannotBeDone("not_released", gettext("A second person has not released it yet."))
    audit(
        actor=actor,
        verb="paying.handed_out",
        area=file.area,
        record=f"payment_file:{file.number}",
        data={"sha256": file.sha256},
    )
    return unseal(file.sealed).encode()


RELEASE_FILE_CHANGE = changes.Kind(
    name=RELEASE_FILE, apply=_apply_release, proposers=CLERKS, deciders=DECIDERS, let_go=_drop
)
