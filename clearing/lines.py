"""The lines of clearing, straight from the ledger: totals, hashes, and the transfers themselves.

Nothing here is kept. A line's amount is positive where the debtor owes it and negative where an
undoing takes it back, in the month of the undoing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts.models import Transfer
from claims.models import Claim
from families.models import Move, Premium

from .periods import Period

NIL = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Total:
    """What a debtor owes a creditor of one kind."""

    creditor: str
    debtor: str
    kind: str
    amount: Decimal

    def as_json(self) -> list[str]:
        """Return it as a statement keeps it."""
        return [self.creditor, self.debtor, self.kind, f"{self.amount:.2f}"]


@dataclass(frozen=True, slots=True)
class PairLines:
    """The lines of one pair of areas: how many, their hash, and what they come to."""

    first_area: str
    second_area: str
    lines: int
    lines_hash: str
    totals: tuple[Total, ...]

    @property
    def net(self) -> Decimal:
        """Return what the second area owes the first one, less the other way round."""
        return sum(
            (t.amount if t.creditor == self.first_area else -t.amount for t in self.totals), NIL
        )


_WHERE = """
WHERE clearing <> '' AND clearing = ANY(%(kinds)s) AND day >= %(first)s AND day < %(after)s
  AND (%(one)s = '' OR (least(debtor_area, creditor_area) = %(one)s
                        AND greatest(debtor_area, creditor_area) = %(other)s))
"""
_SIGNED = "CASE WHEN undoes THEN -amount ELSE amount END"
_HASHES = f"""
SELECT least(debtor_area, creditor_area), greatest(debtor_area, creditor_area), count(*),
    encode(sha256(convert_to(string_agg(
        concat_ws('|', id, to_char(day, 'YYYY-MM-DD'), creditor_area, debtor_area, clearing,
                  {_SIGNED}),
        E'\\n' ORDER BY id
    ), 'UTF8')), 'hex')
FROM accounts_transfer {_WHERE}
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608  (the pieces are constants of this file)
_TOTALS = f"""
SELECT creditor_area, debtor_area, clearing, sum({_SIGNED})
FROM accounts_transfer {_WHERE}
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608


def _parameters(period: Period, pair: tuple[str, str] | None) -> dict[str, Any]:
    one, other = pair or ("", "")
    return {
        "kinds": period.kinds,
        "first": period.first_day,
        "after": period.after,
        "one": one,
        "other": other,
    }


def totals_of(period: Period, pair: tuple[str, str] | None = None) -> list[Total]:
    """Return what areas owe each other for a period, by creditor, debtor and kind; nil left out."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, _parameters(period, pair))
        return [Total(*row) for row in cursor.fetchall() if row[3] != 0]


def pairs_of(period: Period, pair: tuple[str, str] | None = None) -> list[PairLines]:
    """Return the lines of every pair of areas of a period, or of one pair, with their hash."""
    totals: dict[tuple[str, str], list[Total]] = {}
    for total in totals_of(period, pair):
        key = (min(total.creditor, total.debtor), max(total.creditor, total.debtor))
        totals.setdefault(key, []).append(total)
    with connection.cursor() as cursor:
        cursor.execute(_HASHES, _parameters(period, pair))
        rows = cursor.fetchall()
    return [
        PairLines(first, second, count, lines_hash, tuple(totals.get((first, second), ())))
        for first, second, count, lines_hash in rows
    ]


def transfers_of(period: Period, pair: tuple[str, str]) -> QuerySet[Transfer]:
    """Return the transfers of a pair of areas for a period, oldest first."""
    one, other = pair
    return Transfer.objects.filter(
        Q(creditor_area=one, debtor_area=other) | Q(creditor_area=other, debtor_area=one),
        clearing__in=period.kinds,
        day__gte=period.first_day,
        day__lt=period.after,
    ).order_by("pk")


@dataclass(frozen=True, slots=True)
class Line:
    """One transfer as a statement shows it: its record's number, and nobody's name."""

    transfer_id: int
    day: str
    kind: str
    creditor: str
    debtor: str
    amount: Decimal
    record: str
    undoes: bool


def lines_for(transfers: Iterable[Transfer]) -> list[Line]:
    """Return transfers as lines, with the number of the claim, premium or move behind each."""
    rows = list(transfers)
    names = _records(rows)
    return [
        Line(
            transfer_id=row.pk,
            day=row.day.isoformat(),
            kind=row.clearing,
            creditor=row.creditor_area,
            debtor=row.debtor_area,
            amount=-row.amount if row.undoes else row.amount,
            record=names.get((row.source, row.source_id), ""),
            undoes=row.undoes,
        )
        for row in rows
    ]


def _records(rows: list[Transfer]) -> dict[tuple[str, int], str]:
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(row.source, set()).add(row.source_id)
    names: dict[tuple[str, int], str] = {}
    for source in (Transfer.Source.CLAIM, Transfer.Source.UNDO):
        claims = Claim.objects.filter(pk__in=ids.get(source, ())).values_list("pk", "number")
        names.update({(str(source), pk): number for pk, number in claims})
    for source in (Transfer.Source.PREMIUM, Transfer.Source.PREMIUM_UNDO):
        premiums = Premium.objects.filter(pk__in=ids.get(source, ())).values_list("pk", "product")
        names.update({(str(source), pk): f"P{pk} {product}" for pk, product in premiums})
    moves = Move.objects.filter(pk__in=ids.get(Transfer.Source.MOVE, ())).values_list("pk")
    names.update({(str(Transfer.Source.MOVE), pk): f"M{pk}" for (pk,) in moves})
    return names
