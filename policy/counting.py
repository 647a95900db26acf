"""Counting refusals where they go out: the answer itself leaves no row.

The edges call this after the operation has rolled back: the interface for each refused message, a
page for each refused form. What is counted are codes, days and areas, never persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection
from django.db.models import Sum

from .models import RefusalCount

_COUNT = """
INSERT INTO policy_refusalcount AS counted (day, code, area, place, door, number)
VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (day, code, area, place, door) DO UPDATE SET number = counted.number + 1
"""


def count_refusal(*, code: str, day: date, door: str, area: str = "", place: str = "") -> None:
    """Count one refusal: `area` by whose rules, `place` where it was asked, if they are known."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [day, code, area, place, door])


def refused_since(*, code: str, areas: Sequence[str], first: date | None) -> int:
    """Return how often a code was the answer in these areas since a day."""
    counts = RefusalCount.objects.filter(code=code, area__in=areas)
    if first is not None:
        counts = counts.filter(day__gte=first)
    return int(counts.aggregate(number=Sum("number"))["number"] or 0)
