"""The bank's answers to a payment file: paid, or failed with a reason; read whole, and once."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO

from django.utils.translation import gettext, gettext_lazy

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from record import cells
from record.operations import Actor, audit, operation, tell
from record.rolls import MISSING, BadCell, BadRow, Column, Fault, Layout, Row

from .faults import BadFile, refuse_bad_rows
from .models import InstitutionStatement, Payment, PaymentFile, PaymentLine, PaymentReturn
from .payments import person_paid

LAYOUT = Layout(
    (
        Column("file", ("文件编号", "file"), example="340100-20261126-01"),
        Column("line", ("序号", "line"), example="1"),
        Column("amount", ("金额", "amount"), example="12345.60"),
        Column("result", ("结果", "result"), example="成功", note=gettext_lazy("成功 or 失败")),
        Column("reason", ("原因", "reason"), needed=False),
    )
)
RESULTS = {
    **dict.fromkeys(("成功", "paid", "success"), PaymentLine.Outcome.PAID.value),
    **dict.fromkeys(("失败", "failed", "failure"), PaymentLine.Outcome.FAILED.value),
}
OTHER_FILE = Fault(
    "other_file",
    gettext_lazy("The line answers another file."),
    gettext_lazy("Upload each return with the file that it answers."),
)
UNKNOWN_LINE = Fault(
    "unknown_line",
    gettext_lazy("The file has no order with this number."),
    gettext_lazy("Ask the bank for the return of this very file."),
)
OTHER_AMOUNT = Fault(
    "other_amount",
    gettext_lazy("The amount is not that of the order."),
    gettext_lazy("Ask the bank what it has paid before you go on."),
)
TWICE = Fault(
    "twice",
    gettext_lazy("The order is answered twice in this file."),
    gettext_lazy("Ask the bank which answer is right."),
)
OTHER_ANSWER = Fault(
    "other_answer",
    gettext_lazy("An earlier return says otherwise of this order."),
    gettext_lazy("Ask the bank which answer is right; nothing was changed."),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says to one order."""

    line: int
    order: int
    amount: Decimal
    outcome: str
    reason: str


def template_csv(file: PaymentFile) -> str:
    """Return an empty return for a file, as banks that have none of their own can fill it in."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.title for column in LAYOUT.columns])
    for line in file.lines.select_related("payment"):
        writer.writerow([file.number, line.line, f"{line.payment.amount:.2f}", "", ""])
    return text.getvalue()


def read_return(content: IO[bytes], *, name: str, file: PaymentFile) -> tuple[list[Answer], str]:
    """Read a return; its answers and its SHA-256. Raises UnreadableRoll, BadFile."""
    data = content.read()
    content.seek(0)
    found: list[Answer] = []
    bad: list[BadRow] = []
    for row in LAYOUT.read(content, name=name):
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        try:
            found.append(_answer(row, file))
        except BadCell as cell:
            bad.append(LAYOUT.bad(row, cell.column, cell.fault))
    refuse_bad_rows(bad)
    return found, hashlib.sha256(data).hexdigest()


def _answer(row: Row, file: PaymentFile) -> Answer:
    if row["file"] != file.number:
        raise BadCell("file", OTHER_FILE)
    outcome = cells.word(row, "result", RESULTS)
    if outcome == PaymentLine.Outcome.FAILED and not row["reason"]:
        raise BadCell("reason", MISSING)
    return Answer(
        line=row.line,
        order=cells.whole(row, "line", low=1, high=file.orders),
        amount=cells.amount(row, "amount"),
        outcome=outcome,
        reason=row["reason"][:200],
    )


@operation
def take_in(
    *,
    file_id: int,
    answers: Sequence[Answer],
    sha256: str,
    name: str,
    day: date,
    actor: Actor,
) -> PaymentReturn:
    """Take a return in, whole or not at all: what was paid is posted, what came back waits again.

    An answer that is there already changes nothing. Raises BadFile for the same file once more,
    a file that was not released, and answers that contradict the orders or earlier answers.
    """
    file = PaymentFile.objects.select_for_update().get(pk=file_id)
    if file.state not in {PaymentFile.State.RELEASED, PaymentFile.State.RETURNED}:
        raise BadFile(
            "not_released", gettext("The file was not released; the bank cannot answer it.")
        )
    if PaymentReturn.objects.filter(sha256=sha256).exists():
        raise BadFile(
            "taken_already", gettext("This very return was read before. Nothing has changed.")
        )
    lines = {
        line.line: line
        for line in file.lines.select_for_update(of=("self",)).select_related("payment")
    }
    new = _check(answers, lines)
    paid = _mark(new, lines, day)
    _post(paid, day)
    _tell(new, lines)
    if not file.lines.filter(outcome=PaymentLine.Outcome.OPEN).exists():
        file.state = PaymentFile.State.RETURNED
        file.save(update_fields=["state"])
    assert actor.user_id is not None, "a person reads a return"
    done = PaymentReturn.objects.create(
        file=file,
        name=name[:200],
        sha256=sha256,
        rows=len(answers),
        paid=len(paid),
        failed=len(new) - len(paid),
        by_id=actor.user_id,
        day=day,
    )
    audit(
        actor=actor,
        verb="paying.return",
        area=file.area,
        record=f"payment_file:{file.number}",
        data={"paid": done.paid, "failed": done.failed, "sha256": sha256},
    )
    return done


def _check(answers: Sequence[Answer], lines: dict[int, PaymentLine]) -> list[Answer]:
    """Return the answers that are new. Raises BadFile for those that cannot be."""
    bad: list[BadRow] = []
    new: dict[int, Answer] = {}
    seen: set[int] = set()
    for answer in answers:
        line = lines.get(answer.order)
        fault = None
        column = "line"
        if line is None:
            fault = UNKNOWN_LINE
        elif answer.order in seen:
            fault = TWICE
        elif line.payment.amount != answer.amount:
            fault, column = OTHER_AMOUNT, "amount"
        elif line.outcome and line.outcome != answer.outcome:
            fault, column = OTHER_ANSWER, "result"
        elif not line.outcome:
            new[answer.order] = answer
        seen.add(answer.order)
        if fault is not None:
            row = Row(answer.line, {"line": str(answer.order), "amount": str(answer.amount)})
            bad.append(LAYOUT.bad(row, column, fault))
    refuse_bad_rows(bad)
    return list(new.values())


def _mark(new: Sequence[Answer], lines: dict[int, PaymentLine], day: date) -> list[Payment]:
    """Write the answers to the lines and their payments; return the payments that were paid."""
    alike: dict[tuple[str, str], list[PaymentLine]] = defaultdict(list)
    for answer in new:
        alike[answer.outcome, answer.reason].append(lines[answer.order])
    paid: list[Payment] = []
    states = InstitutionStatement.State
    for (outcome, reason), answered in alike.items():
        is_paid = outcome == PaymentLine.Outcome.PAID
        ids = [line.payment_id for line in answered]
        PaymentLine.objects.filter(pk__in=[line.pk for line in answered]).update(
            outcome=outcome, reason=reason, outcome_on=day
        )
        Payment.objects.filter(pk__in=ids).update(
            state=Payment.State.PAID if is_paid else Payment.State.FAILED,
            paid_on=day if is_paid else None,
            failure="" if is_paid else reason,
        )
        InstitutionStatement.objects.filter(payment__in=ids).update(
            state=states.PAID if is_paid else states.AGREED
        )
        if is_paid:
            paid += [line.payment for line in answered]
    return paid


def _tell(new: Sequence[Answer], lines: dict[int, PaymentLine]) -> None:
    """Tell members whose money came back: their own account is to be looked at."""
    failed = [
        lines[answer.order].payment_id
        for answer in new
        if answer.outcome == PaymentLine.Outcome.FAILED
    ]
    payments = Payment.objects.filter(pk__in=failed).select_related(
        "paper_bill__person", "order__credit__person", "order__adjustment__person"
    )
    persons = {person.pk for payment in payments if (person := person_paid(payment)) is not None}
    tell(kind="payment_came_back", person_ids=sorted(persons))


def _post(paid: Sequence[Payment], day: date) -> None:
    """Post what institutions were paid: from what is payable to them to their area's bank account.

    Payouts and disbursements were posted to it when they were decided.
    """
    for payment in paid:
        if payment.statement is None:
            continue
        ledger.post(
            source=Transfer.Source.PAYMENT,
            source_id=payment.pk,
            day=day,
            postings=[
                ledger.Posting(
                    kind=Transfer.Kind.PAYMENT,
                    amount=payment.amount,
                    from_key=ledger.institution_key(payment.statement.institution_id),
                    to_key=ledger.area_key(LedgerAccount.Kind.BANK, payment.area),
                )
            ],
        )
