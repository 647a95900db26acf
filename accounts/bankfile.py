"""The bank's orders for a run that disburses (AH39-2.5a).

A file is made once, kept encrypted and recorded with its SHA-256, and never made again. Each credit
and each adjustment is ordered once; who has no bank account yet is listed apart, and comes into a
further part once there is one. Nothing here hands a file out: the room of clearing does, after a
second person has released it.
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

HEADINGS = ["file", "line", "member_number", "name", "bank_account", "month", "amount"]

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


def make_bank_file(
    *, run_id: int, day: date, actor: Actor
) -> tuple[BankFile | None, list[Missing]]:
    """Make a part of a run's bank file of what no part has ordered yet.

    Returns the part, or none if there is nothing to order; and what could not be ordered. Runs
    inside one transaction of the caller. Raises NoBankFile.
    """
    run = Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    _check(run, run_id)
    assert run is not None, "a run that is not there was refused"
    orders, missing = _sorted_out(run)
    if not orders:
        return None, missing
    last_part = BankFile.objects.filter(run=run).aggregate(last=Max("part"))["last"] or 0
    file = BankFile(run=run, part=last_part + 1, day=day, orders=len(orders))
    text = _as_csv(
        [
            [
                file.number,
                str(line),
                item.person.number,
                harmless(item.person.name),
                account.number,
                f"{item.month:%Y-%m}",
                f"{item.amount:.2f}",
            ]
            for line, (item, account) in enumerate(orders, start=1)
        ]
    )
    file.amount = sum((item.amount for item, _ in orders), NIL)
    file.sha256, file.sealed = hashlib.sha256(text.encode()).hexdigest(), identity.seal(text)
    file.save()
    BankOrder.objects.bulk_create(
        (
            BankOrder(file=file, credit_id=item.credit_id, adjustment_id=item.adjustment_id)
            for item, _ in orders
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


def missing_orders(*, run_id: int) -> list[Missing]:
    """Return what of a run cannot be ordered as long as its members have no bank account.

    Raises NoBankFile.
    """
    run = Run.objects.filter(pk=run_id).first()
    _check(run, run_id)
    assert run is not None, "a run that is not there was refused"
    return _sorted_out(run)[1]


def _check(run: Run | None, run_id: int) -> None:
    if run is None or run.kind != Run.Kind.CREDIT or run.state != Run.State.DONE:
        raise NoBankFile(f"run {run_id} is no finished run of crediting")
    if Credit.objects.filter(run=run, disbursed=False).exists():
        raise NoBankFile(f"run {run_id} credits accounts; only disbursed credits go to a bank")


def _sorted_out(run: Run) -> tuple[list[tuple[_Item, _Account]], list[Missing]]:
    """Return what can be ordered, with its account, and what cannot, with its reason."""
    items = list(_not_ordered(run))
    accounts = {item.person.pk: _account_of(item.person) for item in items}
    orders: list[tuple[_Item, _Account]] = []
    missing: list[Missing] = []
    for item in items:
        account = accounts[item.person.pk]
        if account.reason:
            number = item.person.number
            missing.append(Missing(number, item.month, item.amount, account.reason))
        else:
            orders.append((item, account))
    return orders, missing


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
