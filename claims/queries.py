"""Reads about claims that pages share."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet

from record.prepared import prepared

from .engine.facts import Used
from .models import Accumulator


def used_in(*, person_id: int, area: str, year: int) -> Used:
    """Return what a person has used in a year in an area."""
    row = _used.first(person_id, area, year)
    return Used(*row) if row else Used()


@prepared
def _used(person: int, area: str, year: int) -> QuerySet[Accumulator, tuple[Decimal, Decimal]]:
    found = Accumulator.objects.filter(person_id=person, area=area, year=year)
    return found.values_list("deductible", "pool")
