"""Closing a period of clearing, and what two areas do with their statement (AH39-2.6).

Draft → checked by both areas, each signing the same hash of the same lines → confirmed → paid.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.utils.translation import gettext

from accounts import ledger
from accounts.models import ClosedPeriod, LedgerAccount, Transfer
from accounts.models.closed import PERIOD_LOCK
from record import changes
from record.changes import NotAllowed
from record.models import Change
from record.operations import Actor, audit, operation
from record.outcome import Refusal

from .faults import CannotBeDone
from .lines import pairs_of
from .models import ClearingCheck, ClearingStatement
from .periods import Period, Subject, closable, is_closed
from .sides import CLERKS, speaks_for

CLEARING_PAYMENT = "clearing_payment"

State = ClearingStatement.State


@operation
def close_period(*, period: Period, day: date, actor: Actor) -> list[ClearingStatement]:
    """Close a period, for good, and draw up a statement for each pair of areas that has lines.

    From then on the ledger takes no transfer that would be cleared in it. A closed one is answered
    with the statements that it has. Raises CannotBeDone before the period is over.
    """
    if day < period.closes_on:
        raise CannotBeDone(
            "period_not_over",
            gettext("This period can be closed from %(day)s on, when nothing more comes for it.")
            % {"day": period.closes_on.isoformat()},
        )
    _alone_with(period)
    if is_closed(period):
        return list(statements_of(period))
    ClosedPeriod.objects.create(subject=period.subject, first_day=period.first_day, closed_on=day)
    made = ClearingStatement.objects.bulk_create(
        ClearingStatement(
            subject=period.subject,
            first_day=period.first_day,
            first_area=pair.first_area,
            second_area=pair.second_area,
            lines=pair.lines,
            lines_hash=pair.lines_hash,
            totals=[total.as_json() for total in pair.totals],
            net=pair.net,
            state=State.DRAFT,
            drawn_up_on=day,
        )
        for pair in pairs_of(period)
    )
    audit(
        actor=actor,
        verb="clearing.close",
        record=f"period:{period.subject}:{period.first_day:%Y-%m}",
        data={"statements": len(made), "hashes": {str(s): s.lines_hash for s in made}},
    )
    return made


def _alone_with(period: Period) -> None:
    """Wait for every posting to the period that is not committed yet, and keep others out."""
    months = period.first_day.year * 12 + period.first_day.month
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PERIOD_LOCK, months])


def close_due(*, day: date, actor: Actor, patience: timedelta = timedelta(0)) -> int:
    """Close every period that has been due for so long, each by itself; return how many."""
    due = closable(day - patience)
    for period in due:
        close_period(period=period, day=day, actor=actor)
    return len(due)


def statements_of(period: Period) -> list[ClearingStatement]:
    """Return a period's statements, by pair."""
    return list(
        ClearingStatement.objects.filter(
            subject=period.subject, first_day=period.first_day
        ).order_by("first_area", "second_area")
    )


def period_of_statement(statement: ClearingStatement) -> Period:
    """Return the period that a statement is of."""
    return Period(statement.subject, statement.first_day)


def lines_stand(statement: ClearingStatement) -> bool:
    """Say whether the ledger's lines are still those that the statement froze."""
    now = pairs_of(period_of_statement(statement), statement.areas)
    return len(now) == 1 and now[0].lines_hash == statement.lines_hash


def sides_of(statement: ClearingStatement, *, user_id: int, day: date) -> list[str]:
    """Return the areas of a statement for which a user speaks."""
    return [area for area in statement.areas if speaks_for(area, user_id=user_id, day=day)]


@operation
def check(
    *, statement_id: int, area: str, lines_hash: str, by: AbstractBaseUser, day: date
) -> ClearingStatement:
    """Sign a statement for one side: these lines are right. The second side's confirms it.

    Each side signs once, another person for each. Raises NotAllowed, and CannotBeDone where the
    hash is not that of the statement's lines, or the side has signed.
    """
    statement = ClearingStatement.objects.select_for_update().get(pk=statement_id)
    if area not in sides_of(statement, user_id=by.pk, day=day):
        raise NotAllowed(f"this needs {area}'s own finance clerk, one of the two areas'")
    if lines_hash != statement.lines_hash or not lines_stand(statement):
        raise CannotBeDone(
            "lines_changed",
            gettext("These are not the lines of the statement. Open it again and compare."),
        )
    earlier = {one.area: one.by_id for one in statement.checks.all()}
    if area in earlier:
        raise CannotBeDone("already_checked", gettext("Your area has signed already."))
    if by.pk in earlier.values():
        raise NotAllowed("nobody signs for both areas")
    ClearingCheck.objects.create(
        statement=statement, area=area, lines_hash=lines_hash, by_id=by.pk, day=day
    )
    statement.state = State.CHECKED
    fields = ["state"]
    if earlier:
        statement.state, statement.confirmed_on = State.CONFIRMED, day
        fields.append("confirmed_on")
        if statement.net == 0:
            statement.state, statement.paid_on = State.PAID, day
            fields.append("paid_on")
    statement.save(update_fields=fields)
    audit(
        actor=Actor.of(by),
        verb="clearing.check",
        area=area,
        record=f"clearing:{statement.pk}",
        data={"lines_hash": lines_hash, "state": statement.state},
    )
    return statement


@operation
def propose_payment(
    *, statement_id: int, bank_reference: str, by: AbstractBaseUser, day: date
) -> Change:
    """Say, for the area that owes, that it has paid; the creditor area says that it has come.

    Refused: waits_for_second_person. Raises NotAllowed, CannotBeDone.
    """
    statement = ClearingStatement.objects.select_for_update().get(pk=statement_id)
    if not speaks_for(statement.debtor, user_id=by.pk, day=day):
        raise NotAllowed("this needs the finance clerk of the area that owes")
    _check_payable(statement)
    reference = bank_reference.strip()
    if not reference or len(reference) > 60:
        raise CannotBeDone(
            "bank_reference_missing",
            gettext("Enter the bank's reference of the payment, at most 60 characters."),
        )
    return changes.proposed(
        kind=CLEARING_PAYMENT,
        key=f"clearing:{statement.pk}",
        area=statement.creditor,
        payload={
            "from": statement.debtor,
            "to": statement.creditor,
            "amount": f"{statement.amount:.2f}",
            "bank_reference": reference,
        },
        reason=str(statement),
        by=by,
        day=day,
    )


def _check_payable(statement: ClearingStatement) -> None:
    if statement.state != State.CONFIRMED:
        raise CannotBeDone(
            "not_confirmed", gettext("Both areas must have signed, and nothing be paid yet.")
        )


def _apply_payment(change: Change, actor: Actor, day: date) -> None:
    """Mark a statement as paid, and move the net amount between the areas' bank accounts.

    A move's balance was posted between the areas' contributions when it moved, so that its payment
    changes nothing in the books.
    """
    number = int(change.key.removeprefix("clearing:"))
    statement = ClearingStatement.objects.select_for_update().get(pk=number)
    _check_payable(statement)
    statement.state, statement.paid_on = State.PAID, day
    statement.bank_reference = change.payload["bank_reference"]
    statement.save(update_fields=["state", "paid_on", "bank_reference"])
    if statement.subject != Subject.MOVE:
        ledger.post(
            source=Transfer.Source.CLEARING,
            source_id=statement.pk,
            day=day,
            postings=[
                ledger.Posting(
                    kind=Transfer.Kind.CLEARING,
                    amount=statement.amount,
                    from_key=ledger.area_key(LedgerAccount.Kind.BANK, statement.creditor),
                    to_key=ledger.area_key(LedgerAccount.Kind.BANK, statement.debtor),
                )
            ],
        )
    audit(
        actor=actor,
        verb="clearing.paid",
        area=statement.creditor,
        record=f"clearing:{statement.pk}",
        data={"amount": str(statement.amount), "bank_reference": statement.bank_reference},
    )


def confirm_payment(*, change_id: int, by: AbstractBaseUser, day: date) -> Change | Refusal:
    """Confirm, for the creditor area, that the money has come. Raises NotAllowed."""
    return changes.approve(change_id=change_id, by=by, day=day)


def _is_of_the_creditor(change: Change, user_id: int, day: date) -> bool:
    return speaks_for(change.area, user_id=user_id, day=day)


CLEARING_PAYMENT_CHANGE = changes.Kind(
    name=CLEARING_PAYMENT,
    apply=_apply_payment,
    proposers=CLERKS,
    deciders=CLERKS,
    is_theirs=_is_of_the_creditor,
)
