"""The account statement: a year's book as a document with a number, and as a CSV file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from members.identity import mask_id_number, unseal
from members.models import Person
from policy.book import Book
from record import documents
from record.documents import Issued
from record.imports import write_csv
from record.models import Document
from record.operations import Actor

from . import queries
from .kinds import KINDS, kind_of, months_of, total_by_kind
from .ledger import NIL
from .models import LedgerAccount
from .queries import Movement
from .words import Line, lines_of

TEMPLATE = Path(__file__).parent / "typst" / "statement.typ"


def movements_csv(movements: Sequence[Movement], *, reader_id: int) -> bytes:
    """Return movements as a CSV file, newest first, with the balance behind each."""
    lines = lines_of(movements, reader_id=reader_id)
    return write_csv(
        [
            gettext("Day"),
            gettext("What"),
            gettext("Kind"),
            gettext("In (yuan)"),
            gettext("Out (yuan)"),
            gettext("Of this year's money"),
            gettext("Of the money of earlier years"),
            gettext("Balance (yuan)"),
        ],
        (
            [
                movement.day.isoformat(),
                line.title,
                str(KINDS[kind_of(movement)]),
                f"{movement.amount:.2f}" if movement.amount > 0 else "",
                f"{-movement.amount:.2f}" if movement.amount < 0 else "",
                f"{abs(movement.current):.2f}",
                f"{abs(movement.carried):.2f}",
                f"{movement.after:.2f}",
            ]
            for movement, line in zip(movements, lines, strict=True)
        ),
    )


def issue_statement(
    *, person: Person, account: LedgerAccount, year: int, day: date, book: Book, actor: Actor
) -> Issued:
    """Hand out the statement of a year, up to the day where it is not over yet."""
    return documents.issue(
        kind=Document.Kind.STATEMENT,
        template=TEMPLATE,
        data=statement_data(person=person, account=account, year=year, day=day, book=book),
        person_id=person.pk,
        area=account.area,
        day=day,
        actor=actor,
    )


def statement_data(
    *, person: Person, account: LedgerAccount, year: int, day: date, book: Book
) -> dict[str, Any]:
    """Return what a statement says, words and figures, as the template takes it."""
    movements = queries.movements_of(account, year)
    lines = lines_of(movements, reader_id=person.pk)
    last = min(date(year, 12, 31), day)
    closing = movements[0].after if movements else queries.balance_before(account, year)
    opening = movements[-1].after - movements[-1].amount if movements else closing
    area = book.areas.get(account.area)
    return {
        "title": gettext("Statement of the personal account"),
        "subtitle": gettext("Employees' basic medical insurance, outpatient mutual aid"),
        "facts": [
            [gettext("Name"), person.name],
            [gettext("ID number"), mask_id_number(unseal(person.id_number_sealed))],
            [gettext("Pooling area"), area.name if area else account.area],
            [gettext("Days"), f"{date(year, 1, 1).isoformat()} – {last.isoformat()}"],
        ],
        "sums": _sums(movements, year, opening, closing),
        "columns": [
            gettext("Day"),
            gettext("What"),
            gettext("In (yuan)"),
            gettext("Out (yuan)"),
            gettext("Balance (yuan)"),
        ],
        "rows": [_row(movement, line) for movement, line in zip(movements, lines, strict=True)][
            ::-1
        ],
        "none": gettext("Nothing has moved in these days."),
        "notes": [
            gettext("Amounts in yuan. The balance is that behind each movement."),
            gettext("What was paid for a relative is named by person, day and amount alone."),
        ],
    }


def _sums(
    movements: Sequence[Movement], year: int, opening: Decimal, closing: Decimal
) -> list[list[str]]:
    totals = total_by_kind(months_of(movements, year))
    return [
        [gettext("Balance at the beginning"), _yuan(opening)],
        *([str(KINDS[kind]), _signed(amount)] for kind, amount in totals.items()),
        [gettext("Balance at the end"), _yuan(closing)],
    ]


def _row(movement: Movement, line: Line) -> list[str]:
    return [
        movement.day.isoformat(),
        line.title,
        _yuan(movement.amount) if movement.amount > 0 else "",
        _yuan(-movement.amount) if movement.amount < 0 else "",
        _yuan(movement.after),
    ]


def _yuan(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _signed(amount: Decimal) -> str:
    return f"{'+' if amount > NIL else '−' if amount < NIL else ''}{abs(amount):,.2f}"
