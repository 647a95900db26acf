"""The roll of contributions: which months were paid for whom, when, and on which base.

A row that is there already is skipped. Another base for a paid month is a correction, and only
with the mark: then `accounts.corrections` also sets right what the month was credited.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, gettext_lazy

from accounts.corrections import correct_base
from accounts.imports.undoing import undo_contributions
from members import identity
from members.imports import paid_months
from members.imports.persons import ID_NUMBER, id_number
from policy.words import words_for
from record import cells
from record.imports import Context, Roll
from record.models import Role
from record.outcome import Refusal
from record.rolls import BadCell, BadRow, Column, Fault, Layout, Row, mask_secret

COLUMNS = (
    ID_NUMBER,
    Column(
        name="month",
        titles=("缴费月份", "费款所属期", "所属期", "月份", "month"),
        example="2024-06",
        note=gettext_lazy("The month that is paid for, like 2024-06."),
    ),
    Column(
        name="base",
        titles=("缴费基数", "基数", "base", "contribution base"),
        example="6500.00",
        note=gettext_lazy("In yuan."),
    ),
    Column(
        name="paid_on",
        titles=("缴费日期", "到账日期", "实缴日期", "paid on", "paid date"),
        example="2024-06-25",
        note=gettext_lazy("The day of payment, like 2024-06-25; not in the future."),
    ),
    Column(
        name="correction",
        titles=("更正", "更正标志", "correction"),
        needed=False,
        example="否",
        note=gettext_lazy("是 where the row corrects a month already paid; else 否 or empty."),
    ),
)
LAYOUT = Layout(COLUMNS)

#: Verdict or refusal → the column to look at, and what is wrong.
FAULTS: dict[str, tuple[str, Fault]] = {
    "unknown": (
        "id_number",
        Fault(
            "unknown",
            gettext_lazy("Nobody with this ID number is enrolled in your areas."),
            gettext_lazy("Compare it with the ID card, or enrol the person first."),
        ),
    ),
    "member_left": (
        "paid_on",
        Fault(
            "member_left",
            gettext_lazy("The person had left by this day: died, or settled abroad."),
            gettext_lazy("Pay the contribution back to whoever paid it."),
        ),
    ),
    "not_due": (
        "month",
        Fault(
            "not_due",
            gettext_lazy("The month begins in retirement; nothing is due for it."),
            gettext_lazy("Pay the contribution back to whoever paid it."),
        ),
    ),
    "paid_back": (
        "paid_on",
        Fault(
            "paid_back",
            gettext_lazy("The month was paid back after this day."),
            gettext_lazy("Leave the row out, or send the day of the new payment."),
        ),
    ),
    "other_base": (
        "base",
        Fault(
            "other_base",
            gettext_lazy("The month is paid already, on another base."),
            gettext_lazy("If this base is the right one, mark the row as a correction."),
        ),
    ),
    "other_day": (
        "paid_on",
        Fault(
            "other_day",
            gettext_lazy("The month is paid already, on another day."),
            gettext_lazy("If this day is the right one, mark the row as a correction."),
        ),
    ),
    "nothing_to_correct": (
        "correction",
        Fault(
            "nothing_to_correct",
            gettext_lazy("The month is not paid, so there is nothing to correct."),
            gettext_lazy("Take the mark away to pay it."),
        ),
    ),
}


class ContributionRoll:
    """Takes one file in: rows to a temporary table, judged and written by a few statements."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.done = 0
        self.skipped = 0
        self.made: dict[str, int] = {}

    def take(self, rows: Iterator[Row]) -> Iterator[BadRow]:
        bad: list[BadRow] = []
        paid_months.stage(self._read(rows, bad))
        yield from bad
        scopes = self.context.scopes
        verdicts = paid_months.judge(
            scopes=None if scopes is None else sorted(scopes), lock=not self.context.dry_run
        )
        self.skipped = verdicts.get(paid_months.SAME, 0)
        for row in paid_months.refused_rows():
            column, fault = FAULTS[row.verdict]
            shown = {
                "id_number": row.masked,
                "month": f"{row.month:%Y-%m}",
                "base": str(row.base),
                "paid_on": str(row.paid_on),
                "correction": f"{row.month:%Y-%m}",
            }
            yield BadRow(row.line, LAYOUT.by_name[column].title, shown[column], fault)

    def _read(self, rows: Iterator[Row], bad: list[BadRow]) -> Iterator[paid_months.Staged]:
        day = self.context.day
        for row in rows:
            try:
                number = id_number(row, day=day)
                yield (
                    row.line,
                    identity.index_of(number),
                    mask_secret(number),
                    cells.month(row, "month"),
                    cells.amount(row, "base"),
                    cells.day(row, "paid_on", latest=day),
                    cells.mark(row, "correction"),
                )
            except BadCell as wrong:
                bad.append(LAYOUT.bad(row, wrong.column, wrong.fault))

    def post(self) -> Iterator[BadRow]:
        posted = paid_months.post()
        self.done = posted.months
        self.made = {"first": posted.first, "last": posted.last, "rows": posted.months}
        reason = gettext("correction in a roll of contributions")
        for correction in paid_months.corrections():
            answer = correct_base(
                person_id=correction.person_id,
                month=correction.month,
                base=correction.base,
                paid_on=correction.paid_on,
                day=self.context.day,
                reason=reason,
                actor=self.context.actor,
            )
            if isinstance(answer, Refusal):
                column, fault = FAULTS.get(answer.code) or ("correction", _refused(answer))
                yield BadRow(
                    correction.line, LAYOUT.by_name[column].title, str(correction.base), fault
                )
            else:
                self.done += 1
                # What a correction moved cannot be taken back by taking rows away.
                self.made = {}


def _refused(refusal: Refusal) -> Fault:
    words = words_for(refusal)
    return Fault(refusal.code, words.what, words.todo)


ROLL = Roll(
    kind="contributions",
    title=gettext_lazy("roll of contributions"),
    columns=COLUMNS,
    importer=ContributionRoll,
    roles=frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.FINANCE_CLERK.value}),
    undo=undo_contributions,
)
