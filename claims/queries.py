"""Reads about claims that pages share."""

from __future__ import annotations

from .engine.facts import Used
from .models import Accumulator


def used_in(*, person_id: int, area: str, year: int) -> Used:
    """Return what a person has used in a year in an area."""
    row = Accumulator.objects.filter(person_id=person_id, area=area, year=year).values_list(
        "deductible", "pool"
    )
    return next((Used(deductible, pool) for deductible, pool in row), Used())
