"""All areas against all others for a period: who owes whom, net positions, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models import ClosedPeriod
from record.looking import within

from .lines import NIL, Total, totals_of
from .models import ClearingStatement
from .periods import Period, is_closed
from .sides import areas_with_clerks, stand_for


@dataclass(slots=True)
class Position:
    """What an area is owed by all others, and what it owes them."""

    area: str
    receivable: Decimal = NIL
    payable: Decimal = NIL

    @property
    def net(self) -> Decimal:
        """Return what the area gets, or with a minus pays."""
        return self.receivable - self.payable


@dataclass(slots=True)
class Matrix:
    """A period's clearing, straight from the ledger, with the statements drawn up for it."""

    period: Period
    closed: bool
    totals: list[Total]
    statements: list[ClearingStatement]
    cells: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    by_kind: dict[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """Return what all areas owe each other, before it is netted."""
        return sum((total.amount for total in self.totals), NIL)

    @property
    def sum_of_positions(self) -> Decimal:
        """Return the sum of all net positions, which is nil."""
        return sum((position.net for position in self.positions.values()), NIL)

    @property
    def stated(self) -> Decimal:
        """Return what the statements come to, before netting."""
        return sum((Decimal(t[3]) for one in self.statements for t in one.totals), NIL)

    @property
    def holds(self) -> bool:
        """Say whether the sum is nil, and the statements of a closed period equal the ledger."""
        if self.sum_of_positions != 0:
            return False
        if not self.closed:
            return True
        frozen = sorted(tuple(t) for one in self.statements for t in one.totals)
        return frozen == sorted(tuple(total.as_json()) for total in self.totals)


def matrix_of(period: Period) -> Matrix:
    """Return the matrix of a period, closed or still open."""
    statements = list(
        ClearingStatement.objects.filter(subject=period.subject, first_day=period.first_day)
    )
    matrix = Matrix(
        period=period, closed=is_closed(period), totals=totals_of(period), statements=statements
    )
    for total in matrix.totals:
        cell = (total.creditor, total.debtor)
        matrix.cells[cell] = matrix.cells.get(cell, NIL) + total.amount
        matrix.by_kind[total.kind] = matrix.by_kind.get(total.kind, NIL) + total.amount
        for area in cell:
            matrix.positions.setdefault(area, Position(area))
        matrix.positions[total.creditor].receivable += total.amount
        matrix.positions[total.debtor].payable += total.amount
    matrix.positions = dict(sorted(matrix.positions.items()))
    return matrix


def statements_in(scopes: frozenset[str]) -> QuerySet[ClearingStatement]:
    """Return the statements in which an area of these scopes has a part."""
    return ClearingStatement.objects.filter(within(("first_area", "second_area"), scopes))


def statement_for(scopes: frozenset[str], number: int) -> ClearingStatement:
    """Return a statement in which an area of these scopes has a part. Raises DoesNotExist."""
    return statements_in(scopes).get(pk=number)


def waiting_for(scopes: frozenset[str], day: date) -> list[ClearingStatement]:
    """Return the statements that wait for a signature or a payment of clerks of these scopes."""
    with_clerks = areas_with_clerks(day)
    rows = (
        statements_in(scopes)
        .filter(Q(state__in=["draft", "checked", "confirmed"]))
        .prefetch_related("checks")
    )
    return [one for one in rows if _waits(one, scopes, with_clerks)]


def _waits(statement: ClearingStatement, scopes: frozenset[str], kept: frozenset[str]) -> bool:
    if statement.state == ClearingStatement.State.CONFIRMED:
        return stand_for(scopes, statement.debtor, with_clerks=kept)
    signed = {one.area for one in statement.checks.all()}
    open_sides = [area for area in statement.areas if area not in signed]
    return any(stand_for(scopes, area, with_clerks=kept) for area in open_sides)


def closed_periods() -> list[Period]:
    """Return the periods that are closed, newest first."""
    closed = ClosedPeriod.objects.order_by("-first_day", "subject")
    return [Period(one.subject, one.first_day) for one in closed]
