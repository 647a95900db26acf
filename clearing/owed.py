"""What an institution is owed for a month, straight from the ledger, and its statement.

The lines are its settlements and refunds of the month, and deductions of the month. What a month is
overdrawn by is carried into the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext

from claims.models import Claim, Institution
from members.months import first_of, months_after
from record.models import Change
from record.operations import Actor, audit, operation

from .deductions import DEDUCT
from .faults import CannotBeDone
from .models import InstitutionStatement
from .payments import payment_for_statement
from .periods import DAYS_AFTER

NIL = Decimal("0.00")
State = InstitutionStatement.State


@dataclass(frozen=True, slots=True)
class Owed:
    """What the lines of an institution's month come to; refunds and deductions are positive."""

    lines: int
    lines_hash: str
    settlements: Decimal
    refunds: Decimal
    deductions: Decimal

    @property
    def balance(self) -> Decimal:
        """Return what is owed for the month alone."""
        return self.settlements - self.refunds - self.deductions


# A claim finds its transfers, for a transfer has no index by institution.
_LINES = """
WITH line AS (
    SELECT t.id, t.day, t.source, t.amount, c.number AS record
    FROM claims_claim c
    JOIN accounts_transfer t ON t.source = 'claim' AND t.source_id = c.id
    WHERE c.institution_id = %(institution)s AND NOT c.paper
      AND c.settled_on >= %(first)s AND c.settled_on < %(after)s
    UNION ALL
    SELECT t.id, t.day, t.source, -t.amount, c.number
    FROM claims_claim c
    JOIN accounts_transfer t ON t.source = 'undo' AND t.source_id = c.id AND t.undoes
    WHERE c.institution_id = %(institution)s AND NOT c.paper
      AND c.undone_on >= %(first)s AND c.undone_on < %(after)s
    UNION ALL
    SELECT t.id, t.day, t.source, -t.amount, 'K' || t.source_id
    FROM accounts_transfer t
    WHERE t.source = 'deduction' AND t.source_id = ANY(%(deductions)s)
      AND t.day >= %(first)s AND t.day < %(after)s
)
"""
_SUMS = f"""{_LINES}
SELECT count(*),
    encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('|', id, to_char(day, 'YYYY-MM-DD'), amount), E'\\n' ORDER BY id
    ), ''), 'UTF8')), 'hex'),
    coalesce(sum(amount) FILTER (WHERE source = 'claim'), 0.00),
    coalesce(-sum(amount) FILTER (WHERE source = 'undo'), 0.00),
    coalesce(-sum(amount) FILTER (WHERE source = 'deduction'), 0.00)
FROM line
"""  # noqa: S608  (the pieces are constants of this file)
_ROWS = f"""{_LINES}
SELECT record, day, source, sum(amount) FROM line GROUP BY 1, 2, 3 ORDER BY 2, 1
"""  # noqa: S608


def _parameters(institution_id: int, month: date) -> dict[str, Any]:
    deductions = Change.objects.filter(
        kind=DEDUCT, key__startswith=f"institution:{institution_id}:", state=Change.State.APPROVED
    )
    return {
        "institution": institution_id,
        "first": first_of(month),
        "after": months_after(first_of(month), 1),
        "deductions": list(deductions.values_list("pk", flat=True)),
    }


def owed(*, institution_id: int, month: date) -> Owed:
    """Return what an institution's month comes to in the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, _parameters(institution_id, month))
        row = cursor.fetchone()
    assert row is not None, "a sum has one row"
    return Owed(*row)


def lines_of(*, institution_id: int, month: date) -> list[tuple[str, date, str, Decimal]]:
    """Return a month's lines by record: its number, day, source and signed amount."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, _parameters(institution_id, month))
        return [tuple(row) for row in cursor.fetchall()]


def lines_stand(statement: InstitutionStatement) -> bool:
    """Say whether the ledger's lines are still those that the statement froze."""
    now = owed(institution_id=statement.institution_id, month=statement.month)
    return now.lines_hash == statement.lines_hash


@operation
def draw_up(*, month: date, day: date, actor: Actor) -> list[InstitutionStatement]:
    """Draw up the statements of a month that is over, for every institution that has none yet.

    Raises CannotBeDone before the month is over, and while an earlier one is not drawn up.
    """
    month = first_of(month)
    opens = months_after(month, 1) + timedelta(days=DAYS_AFTER)
    if day < opens:
        raise CannotBeDone(
            "period_not_over",
            gettext("This period can be closed from %(day)s on, when nothing more comes for it.")
            % {"day": opens.isoformat()},
        )
    with connection.cursor() as cursor:
        # One at a time, so that two clerks do not draw up the same month.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('institution statements'))")
    done = set(
        InstitutionStatement.objects.filter(month=month).values_list("institution_id", flat=True)
    )
    latest = {
        one.institution_id: one
        for one in InstitutionStatement.objects.filter(month__lt=month)
        .order_by("institution_id", "-month")
        .distinct("institution_id")
    }
    made = [
        statement
        for institution in Institution.objects.exclude(pk__in=done).order_by("pk")
        if (statement := _statement(institution, month, day, latest.get(institution.pk)))
        is not None
    ]
    InstitutionStatement.objects.bulk_create(made)
    audit(
        actor=actor,
        verb="paying.draw_up",
        record=f"month:{month:%Y-%m}",
        data={"statements": len(made), "to_pay": str(sum((one.to_pay for one in made), NIL))},
    )
    return made


def _statement(
    institution: Institution, month: date, day: date, before: InstitutionStatement | None
) -> InstitutionStatement | None:
    carried = min(NIL, _balance(before)) if before else NIL
    now = owed(institution_id=institution.pk, month=month)
    if not now.lines and carried == 0:
        return None
    return InstitutionStatement(
        institution=institution,
        area=institution.area,
        month=month,
        lines=now.lines,
        lines_hash=now.lines_hash,
        settlements=now.settlements,
        refunds=now.refunds,
        deductions=now.deductions,
        carried_in=carried,
        to_pay=max(NIL, now.balance + carried),
        state=State.DRAWN_UP,
        drawn_up_on=day,
    )


def _balance(statement: InstitutionStatement) -> Decimal:
    return statement.settlements - statement.refunds - statement.deductions + statement.carried_in


@operation
def agree(
    *, statement_id: int, lines_hash: str, by_name: str, day: date, actor: Actor
) -> InstitutionStatement:
    """Note that the institution agrees to its statement, so that it can be paid.

    `by_name`: who said so, a client of the interface or a person on paper. Again is the same.
    Raises CannotBeDone where the lines are not the statement's.
    """
    statement = InstitutionStatement.objects.select_for_update().get(pk=statement_id)
    if lines_hash != statement.lines_hash or not lines_stand(statement):
        raise CannotBeDone(
            "lines_changed",
            gettext("These are not the lines of the statement. Open it again and compare."),
        )
    if statement.state not in {State.DRAWN_UP, State.QUESTIONED}:
        return statement
    statement.agreed_on, statement.agreed_by = day, by_name[:120]
    statement.state = State.AGREED if statement.to_pay > 0 else State.PAID
    statement.save(update_fields=["agreed_on", "agreed_by", "state"])
    if statement.to_pay > 0:
        payment_for_statement(statement, day)
    audit(
        actor=actor,
        verb="paying.agree",
        area=statement.area,
        record=f"statement:{statement.pk}",
        data={"by": by_name, "lines_hash": lines_hash, "to_pay": str(statement.to_pay)},
    )
    return statement


@operation
def question(*, statement_id: int, text: str, actor: Actor) -> InstitutionStatement:
    """Note what an institution asks about its statement; it is not paid until it agrees.

    Raises CannotBeDone for an empty question, and after it has agreed.
    """
    statement = InstitutionStatement.objects.select_for_update().get(pk=statement_id)
    if not text.strip():
        raise CannotBeDone("question_missing", gettext("Say what is wrong with the statement."))
    if statement.state not in {State.DRAWN_UP, State.QUESTIONED}:
        raise CannotBeDone("agreed_already", gettext("The statement was agreed already."))
    statement.state, statement.question = State.QUESTIONED, text.strip()[:2_000]
    statement.save(update_fields=["state", "question"])
    audit(
        actor=actor,
        verb="paying.question",
        area=statement.area,
        record=f"statement:{statement.pk}",
    )
    return statement


def months_to_draw_up(day: date) -> Iterator[date]:
    """Yield the months that are over and have claims, but no statement yet, oldest first."""
    drawn = set(InstitutionStatement.objects.dates("month", "month"))
    for month in Claim.objects.filter(paper=False).dates("settled_on", "month"):
        opens = months_after(month, 1) + timedelta(days=DAYS_AFTER)
        if month not in drawn and opens <= day:
            yield month
