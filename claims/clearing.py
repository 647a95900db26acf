"""Clearing between areas, straight from the ledger (rules 8)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection


@dataclass(frozen=True, slots=True)
class ClearingTotal:
    """What one area owes another: of a month (`2024-06`), or of a year for premiums (`2024`)."""

    period: str
    creditor_area: str
    debtor_area: str
    kind: str
    amount: Decimal


_TOTALS = """
SELECT
    to_char(day, CASE clearing WHEN 'premium' THEN 'YYYY' ELSE 'YYYY-MM' END) AS period,
    creditor_area, debtor_area, clearing,
    sum(CASE WHEN undoes THEN -amount ELSE amount END) AS amount
FROM accounts_transfer
WHERE clearing <> ''
GROUP BY 1, 2, 3, 4
HAVING sum(CASE WHEN undoes THEN -amount ELSE amount END) <> 0
ORDER BY 1, 2, 3, 4
"""


def clearing_totals() -> list[ClearingTotal]:
    """Return all clearing totals, by period, creditor, debtor and kind; nil ones are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS)
        return [ClearingTotal(*row) for row in cursor.fetchall()]
