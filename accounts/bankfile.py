"""The bank's orders for a run that disburses (AH39-2.5a).

The first time, the file is made, kept encrypted and recorded with its SHA-256; ever after the same
run gives the same bytes. Each credit and each adjustment is ordered once; who has no bank account
yet is listed apart, and comes into a further part once there is one.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from members import identity
from members.models import Person
from record.operations import Actor, audit

from .models import Adjustment, BankFile, BankOrder, Credit, Run
from .pricing import NIL

HEADINGS = ["member_number", "name", "bank_account", "month", "amount"]

#: What a spreadsheet would take for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class NoBankFile(Exception):
    """The run is not done, or it credits accounts and pays nothing out by bank."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An amount that could not be ordered, and why: `bank_account_missing`, `_unreadable`."""

    member_number: str
    month: date
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class _Item:
    person: Person
    month: date
    amount: Decimal
    credit_id: int | None = None
    adjustment_id: int | None = None


def bank_files(*, run_id: int) -> list[tuple[BankFile, bytes]]:
    """Return the parts of a run's bank file as they were made, oldest first."""
    files = BankFile.objects.filter(run_id=run_id).order_by("part")
    return [(file, identity.unseal(file.sealed).encode()) for file in files]


def make_bank_file(
    *, run_id: int, day: date, actor: Actor, further: bool = False
) -> tuple[BankFile | None, list[Missing]]:
    """Make the bank file of a run: its first part, or with `further` another one.

    Returns the newest part and what could not be ordered. A run that has a part already makes
    another one only if asked to and if there is something for it. Runs inside one transaction of
    the caller. Raises NoBankFile.
    """
    run = Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None or run.kind != Run.Kind.CREDIT or run.state != Run.State.DONE:
        raise NoBankFile(f"run {run_id} is no finished run of crediting")
    if Credit.objects.filter(run=run, disbursed=False).exists():
        raise NoBankFile(f"run {run_id} credits accounts; only disbursed credits go to a bank")
    newest = BankFile.objects.filter(run=run).order_by("-part").first()
    items = list(_not_ordered(run))
    accounts = {item.person.pk: _account_of(item.person) for item in items}
    missing = [
        Missing(item.person.number, item.month, item.amount, accounts[item.person.pk].reason)
        for item in items
        if accounts[item.person.pk].reason
    ]
    orders = [item for item in items if not accounts[item.person.pk].reason]
    if newest is not None and not (further and orders):
        return newest, missing
    if newest is None and not orders:
        return None, missing
    text = _as_csv(
        [
            [
                item.person.number,
                harmless(item.person.name),
                accounts[item.person.pk].number,
                f"{item.month:%Y-%m}",
                f"{item.amount:.2f}",
            ]
            for item in orders
        ]
    )
    last_part = BankFile.objects.filter(run=run).aggregate(last=Max("part"))["last"] or 0
    file = BankFile.objects.create(
        run=run,
        part=last_part + 1,
        day=day,
        orders=len(orders),
        amount=sum((item.amount for item in orders), NIL),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        sealed=identity.seal(text),
    )
    BankOrder.objects.bulk_create(
        (
            BankOrder(file=file, credit_id=item.credit_id, adjustment_id=item.adjustment_id)
            for item in orders
        ),
        batch_size=5_000,
    )
    audit(
        actor=actor,
        verb="accounts.bank_file",
        area=run.area,
        record=f"run:{run.pk}",
        data={
            "part": file.part,
            "orders": file.orders,
            "amount": str(file.amount),
            "sha256": file.sha256,
            "missing": len(missing),
        },
    )
    return file, missing


def _not_ordered(run: Run) -> Iterator[_Item]:
    """Yield what a run disbursed and no file has ordered, then what adjustments gave until then."""
    credits_ = (
        Credit.objects.filter(run=run, disbursed=True, amount__gt=0, bank_order=None)
        .select_related("person")
        .order_by("person__number", "month")
    )
    for credit in credits_:
        yield _Item(credit.person, credit.month, credit.amount, credit_id=credit.pk)
    by_hand = (
        Credit.objects.filter(
            run=None,
            disbursed=True,
            amount__gt=0,
            bank_order=None,
            person__enrolments__area=run.area,
            person__enrolments__ends_on=None,
        )
        .select_related("person")
        .order_by("person__number", "month")
    )
    for credit in by_hand:
        yield _Item(credit.person, credit.month, credit.amount, credit_id=credit.pk)
    adjustments = (
        Adjustment.objects.filter(
            disbursed=True,
            posted__gt=0,
            day__lte=run.day,
            bank_order=None,
            person__enrolments__area=run.area,
            person__enrolments__ends_on=None,
        )
        .select_related("person")
        .order_by("person__number", "month", "pk")
    )
    for adjustment in adjustments:
        yield _Item(
            adjustment.person, adjustment.month, adjustment.posted, adjustment_id=adjustment.pk
        )


@dataclass(frozen=True, slots=True)
class _Account:
    number: str = ""
    reason: str = ""


def _account_of(person: Person) -> _Account:
    if not person.bank_account_sealed:
        return _Account(reason="bank_account_missing")
    try:
        return _Account(number=harmless(identity.unseal(person.bank_account_sealed)))
    except identity.UnreadableSecret:
        return _Account(reason="bank_account_unreadable")


def missing_as_csv(missing: list[Missing]) -> str:
    """Return what could not be ordered as a table, for staff to ask the members."""
    rows = [
        [entry.member_number, f"{entry.month:%Y-%m}", f"{entry.amount:.2f}", entry.reason]
        for entry in missing
    ]
    return _as_csv(rows, headings=["member_number", "month", "amount", "reason"])


def _as_csv(rows: list[list[str]], headings: list[str] = HEADINGS) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([headings, *rows])
    return text.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
