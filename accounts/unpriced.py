"""Months that no price was in force for: what a new figure would let the next run credit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext

from members.months import first_of
from policy.touching import Touch

#: Key of a figure → the reasons for which runs have left months out for want of it.
_WAITS_FOR = {
    "average_basic_pension": ("average_basic_pension_missing", "no_price_in_force"),
    "in_force_until": ("no_price_in_force",),
}

# Each month once, whatever runs met it, and only while it is not credited.
_UNPRICED = """
SELECT count(*) FROM (
    SELECT DISTINCT skipped.person_id, skipped.month
    FROM accounts_skippedmonth skipped
    WHERE skipped.area = ANY (%(areas)s) AND skipped.reason = ANY (%(reasons)s)
      AND (%(first)s::date IS NULL OR skipped.month >= %(first)s)
      AND NOT EXISTS (
          SELECT FROM accounts_credit credit
          WHERE credit.person_id = skipped.person_id AND credit.month = skipped.month
      )
) unpriced
"""


def touched(areas: Sequence[str], key: str, begins: date | None) -> list[Touch]:
    """Return how many months of members wait for a figure."""
    reasons = _WAITS_FOR.get(key)
    if reasons is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _UNPRICED,
            {
                "areas": list(areas),
                "reasons": list(reasons),
                "first": first_of(begins) if begins else None,
            },
        )
        (number,) = cursor.fetchone() or (0,)
    return [
        Touch(
            text=gettext("months of members without a price since then"),
            number=int(number),
            url=reverse("accounts:desk_runs"),
        )
    ]
