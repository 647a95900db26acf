"""The addresses of reconciliation and statements."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from claims.api.answers import yuan
from claims.api.base import RECONCILE, Call, Effect, Endpoint, Parameter, endpoint
from claims.api.problems import Trouble, add_status
from claims.api.words import add_words
from clearing import comparing, dayfiles, owed
from clearing.faults import BadFile, CannotBeDone
from clearing.models import Case, DayFile, InstitutionStatement
from members.months import parse_month
from record.outcome import Refusal, Refused

from .bodies import (
    AgreementBody,
    DayFileBody,
    DayRowBody,
    DifferenceAnswer,
    OneStatementAnswer,
    ReconciliationAnswer,
    StatementAnswer,
    StatementLineAnswer,
    StatementsAnswer,
)
from .words import PROBLEMS, STATUS

add_words(PROBLEMS)
add_status(STATUS)

#: Ten thousand lines.
LARGEST_DAY_FILE = 2 * 1024 * 1024
MONTH = "^[0-9]{4}-(?:0[1-9]|1[0-2])$"
#: Statements that one answer lists.
LISTED = 36


class Reconciliations(Endpoint):
    """`/reconciliations`"""

    @endpoint(
        title=_("Send a day's file"),
        text=_(
            "Every settlement, reversal and refund of the day as your books have it. It is "
            "taken in whole or not at all, and compared at once. A later file of the same day "
            "takes its place; what people have concluded stays."
        ),
        scopes={RECONCILE},
        body=DayFileBody,
        answer=ReconciliationAnswer,
        status=201,
        once="reconcile",
        refusals=("day_not_over", "taken_already", "too_many_rows", "unknown_claim"),
        largest_body=LARGEST_DAY_FILE,
    )
    def post(self, call: Call[DayFileBody]) -> Effect:
        institution, day = call.caller.institution, call.body.day
        rows = [_as_texts(row) for row in call.body.rows]
        try:
            entries, sha256 = dayfiles.read_json(rows, institution=institution, day=day)
            file = dayfiles.take_in(
                institution=institution,
                day=day,
                entries=entries,
                sha256=sha256,
                name=f"{institution.code}-{day}",
                channel=DayFile.Channel.INTERFACE,
                today=call.day,
                actor=call.caller.actor,
            )
        except BadFile as bad:
            raise _trouble(bad) from None
        if isinstance(file, Refusal):
            raise Refused(file)
        comparing.compare_around(file_id=file.pk, today=call.day, actor=call.caller.actor)
        file.refresh_from_db()
        return Effect(201, _answer(file))


def _as_texts(row: DayRowBody) -> dict[str, str]:
    return {
        "kind": row.kind,
        "claim": row.claim or "",
        "visit": row.visit_number,
        "bill": row.bill_number,
        "gross": row.gross,
        "pool": row.pool,
        "own_account": row.own_account,
        "shared_accounts": row.shared_accounts,
        "cash": row.cash,
    }


def _trouble(bad: BadFile) -> Trouble:
    """Return a file's first fault as a problem, with its place in the body."""
    if not bad.rows:
        return Trouble(bad.code)
    row = bad.rows[0]
    if row.fault.code == "unknown_claim":
        return Trouble("unknown_claim", field=f"rows[{row.line - 1}].claim")
    return Trouble("wrong_form", field=f"rows[{row.line - 1}]")


class OneReconciliation(Endpoint):
    """`/reconciliations/{number}`"""

    @endpoint(
        title=_("Read what comparing a day file gave, as it stands now"),
        text="",
        scopes={RECONCILE},
        answer=ReconciliationAnswer,
        refusals=("no_such_reconciliation",),
    )
    def get(self, call: Call[None], number: str) -> Effect:
        file = (
            DayFile.objects.filter(institution=call.caller.institution, pk=int(number)).first()
            if number.isdecimal() and len(number) < 19
            else None
        )
        if file is None:
            raise Trouble("no_such_reconciliation")
        return Effect(200, _answer(file))


def _answer(file: DayFile) -> ReconciliationAnswer:
    cases = (
        Case.objects.filter(institution_id=file.institution_id, day=file.day)
        .select_related("claim")
        .order_by("pk")
    )
    return ReconciliationAnswer(
        number=file.pk,
        day=file.day.isoformat(),
        version=file.version,
        rows=file.rows,
        compared_on=file.compared_on.isoformat() if file.compared_on else None,
        counts=file.result,
        differences=[_difference(case) for case in cases],
    )


def _difference(case: Case) -> DifferenceAnswer:
    record = case.theirs or case.ours or {}
    is_concluded = case.state == Case.State.CONCLUDED
    return DifferenceAnswer(
        case=case.pk,
        difference=case.difference,
        claim=case.claim.number if case.claim else None,
        visit_number=record.get("visit", ""),
        bill_number=record.get("bill", ""),
        state=case.state,
        conclusion=case.action if is_concluded else None,
        reason=case.reason if is_concluded else None,
    )


class Statements(Endpoint):
    """`/statements`"""

    @endpoint(
        title=_("List what you are owed month by month, the newest first"),
        text="",
        scopes={RECONCILE},
        answer=StatementsAnswer,
        query=[
            Parameter(
                "month", _("One month alone, such as 2026-03."), pattern="^[0-9]{4}-[0-9]{2}$"
            )
        ],
    )
    def get(self, call: Call[None]) -> Effect:
        rows = InstitutionStatement.objects.filter(institution=call.caller.institution)
        if month := call.query.get("month"):
            try:
                rows = rows.filter(month=parse_month(month))
            except ValueError:
                raise Trouble("wrong_form", field="month") from None
        return Effect(
            200,
            StatementsAnswer(
                statements=[
                    StatementAnswer(**_figures(one))
                    for one in rows.select_related("payment").order_by("-month")[:LISTED]
                ]
            ),
        )


class OneStatement(Endpoint):
    """`/statements/{number}`"""

    @endpoint(
        title=_("Read a statement of yours with its lines"),
        text="",
        scopes={RECONCILE},
        answer=OneStatementAnswer,
        refusals=("no_such_statement",),
    )
    def get(self, call: Call[None], number: str) -> Effect:
        statement = _statement(call, number)
        lines = owed.lines_of(institution_id=statement.institution_id, month=statement.month)
        return Effect(
            200,
            OneStatementAnswer(
                **_figures(statement),
                records=[
                    StatementLineAnswer(
                        record=record, day=day.isoformat(), kind=source, amount=yuan(amount)
                    )
                    for record, day, source, amount in lines
                ],
            ),
        )


class Agreement(Endpoint):
    """`/statements/{number}/agreement`"""

    @endpoint(
        title=_("Agree to a statement, or ask about it"),
        text=_(
            "Name the hash of the lines that you have compared. With a question it is not "
            "paid until you agree."
        ),
        scopes={RECONCILE},
        body=AgreementBody,
        answer=StatementAnswer,
        once="agree",
        refusals=("no_such_statement", "lines_changed", "agreed_already"),
    )
    def post(self, call: Call[AgreementBody], number: str) -> Effect:
        statement = _statement(call, number)
        caller = call.caller
        try:
            if call.body.question is not None:
                outcome = owed.question(
                    statement_id=statement.pk, text=call.body.question, actor=caller.actor
                )
            else:
                outcome = owed.agree(
                    statement_id=statement.pk,
                    lines_hash=call.body.lines_hash,
                    by_name=caller.actor.name,
                    day=call.day,
                    actor=caller.actor,
                )
        except CannotBeDone as fault:
            raise Trouble(fault.code if fault.code in PROBLEMS else "wrong_form") from None
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        return Effect(200, StatementAnswer(**_figures(outcome)))


def _statement(call: Call[AgreementBody] | Call[None], number: str) -> InstitutionStatement:
    found = (
        InstitutionStatement.objects.filter(institution=call.caller.institution, pk=int(number))
        .select_related("payment")
        .first()
        if number.isdecimal() and len(number) < 19
        else None
    )
    if found is None:
        raise Trouble("no_such_statement")
    return found


def _figures(statement: InstitutionStatement) -> dict[str, Any]:
    payment = getattr(statement, "payment", None)

    return {
        "number": statement.pk,
        "month": statement.month_key,
        "settlements": yuan(statement.settlements),
        "refunds": yuan(statement.refunds),
        "deductions": yuan(statement.deductions),
        "carried_in": yuan(statement.carried_in),
        "to_pay": yuan(statement.to_pay),
        "lines": statement.lines,
        "lines_hash": statement.lines_hash,
        "state": statement.state,
        "agreed_on": statement.agreed_on.isoformat() if statement.agreed_on else None,
        "paid_on": payment.paid_on.isoformat() if payment and payment.paid_on else None,
    }
