"""The collector's answer: which premiums were accepted, and which were rejected and why.

A line that says what is known already is skipped; one that says otherwise is a bad row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from families.collecting import note_result
from families.models import Premium
from policy.words import words_for
from record.imports import Context, Roll
from record.models import Role
from record.outcome import Refusal
from record.rolls import BadRow, Column, Fault, Layout, Row

_ACCEPTED = frozenset({"成功", "接收", "已接收", "accepted", "ok"})
_REJECTED = frozenset({"失败", "拒收", "退回", "rejected"})

COLUMNS = (
    Column(
        "number",
        ("编号", "缴费编号", "number"),
        example="00000123",
        note=gettext_lazy("The number that the collection file gives in its first column."),
    ),
    Column(
        "result",
        ("结果", "处理结果", "result"),
        example="成功",
        note=gettext_lazy("成功 or 失败."),
    ),
    Column(
        "reason",
        ("原因", "失败原因", "reason"),
        needed=False,
        example="",
        note=gettext_lazy("Why it was rejected; the member reads it."),
    ),
)
LAYOUT = Layout(COLUMNS)

UNKNOWN = Fault(
    "unknown_premium",
    gettext_lazy("No premium of your areas has this number."),
    gettext_lazy("Compare it with the file that was handed over."),
)
NO_RESULT = Fault(
    "no_result",
    gettext_lazy("This says neither that it was accepted nor that it was rejected."),
    gettext_lazy("Write 成功 or 失败."),
)
NO_REASON = Fault(
    "no_reason",
    gettext_lazy("The reason is missing: the member has to know why."),
    gettext_lazy("Write the collector's reason."),
)
TWICE = Fault(
    "twice",
    gettext_lazy("This number stands in the file twice."),
    gettext_lazy("Leave the line that holds, and take the other one out."),
)
NOT_HANDED_OVER = Fault(
    "not_handed_over",
    gettext_lazy("This premium was never handed over, or has been cancelled."),
    gettext_lazy("Take the line out, and ask the collector what it is about."),
)
ANSWERED = Fault(
    "answered",
    gettext_lazy("The collector has answered otherwise before."),
    gettext_lazy("Ask the collector which answer holds."),
)


@dataclass(frozen=True, slots=True)
class _Answer:
    row: Row
    premium_id: int
    accepted: bool


class PremiumResults:
    """Takes one answer in: first every line is judged, then the operations note them."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.done = 0
        self.skipped = 0
        self._answers: list[_Answer] = []

    def take(self, rows: Iterator[Row]) -> Iterator[BadRow]:
        seen: set[int] = set()
        for row in rows:
            judged = self._judge(row, seen)
            if isinstance(judged, BadRow):
                yield judged
            elif judged is None:
                self.skipped += 1
            else:
                self._answers.append(judged)

    def _judge(self, row: Row, seen: set[int]) -> _Answer | BadRow | None:
        """Return what is to be noted; None where it is known; or what is wrong with the row."""
        result = row["result"].casefold()
        premium = self._premium(row["number"])
        checks = (
            ("number", UNKNOWN, premium is None),
            ("number", TWICE, premium is not None and premium.pk in seen),
            ("result", NO_RESULT, result not in _ACCEPTED | _REJECTED),
            ("reason", NO_REASON, result in _REJECTED and not row["reason"]),
        )
        for column, fault, applies in checks:
            if applies:
                return LAYOUT.bad(row, column, fault)
        assert premium is not None, "answered above"
        seen.add(premium.pk)
        accepted = result in _ACCEPTED
        if premium.state == Premium.State.HANDED_OVER:
            return _Answer(row, premium.pk, accepted)
        if premium.state in {Premium.State.PAID, Premium.State.CANCELLED}:
            return LAYOUT.bad(row, "number", NOT_HANDED_OVER)
        if accepted is (premium.state == Premium.State.ACCEPTED):
            return None
        return LAYOUT.bad(row, "result", ANSWERED)

    def _premium(self, number: str) -> Premium | None:
        if not (number.isascii() and number.isdigit() and len(number) <= 18):
            return None
        found = Premium.objects.filter(pk=int(number)).first()
        return found if found is not None and self.context.covers(found.area) else None

    def post(self) -> Iterator[BadRow]:
        for answer in self._answers:
            noted = note_result(
                premium_id=answer.premium_id,
                accepted=answer.accepted,
                reason=answer.row["reason"],
                day=self.context.day,
                actor=self.context.actor,
            )
            if isinstance(noted, Refusal):
                words = words_for(noted)
                fault = Fault(noted.code, words.what, words.todo)
                yield LAYOUT.bad(answer.row, "number", fault)
            else:
                self.done += 1


ROLL = Roll(
    kind="premium_results",
    title=gettext_lazy("the collector's answer about premiums"),
    columns=COLUMNS,
    importer=PremiumResults,
    roles=frozenset({Role.Kind.FINANCE_CLERK.value}),
    no_undo=gettext_lazy(
        "The collector has answered, and money may have gone back on it. Ask the collector for a"
        " new answer about the premiums that are wrong."
    ),
)
