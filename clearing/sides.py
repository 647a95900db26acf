"""Who speaks for an area in clearing: its own finance clerks.

A clerk of the whole province stands in for an area that has none of its own, so that a small area's
statement does not lie; never where it has one, and never for both sides of a statement.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from record import queries
from record.models import Role

CLERKS = frozenset({Role.Kind.FINANCE_CLERK.value})
_AREA_DIGITS = 6


def areas_with_clerks(day: date) -> frozenset[str]:
    """Return the areas that have a finance clerk of their own on a day."""
    scopes = queries.scopes_held(kinds=CLERKS, day=day)
    return frozenset(scope for scope in scopes if len(scope) == _AREA_DIGITS)


def stand_for(scopes: Collection[str], area: str, *, with_clerks: Collection[str]) -> bool:
    """Say whether a clerk of these scopes speaks for an area. `with_clerks`: which have own."""
    return area in scopes or (area[:2] in scopes and area not in with_clerks)


def speaks_for(area: str, *, user_id: int, day: date) -> bool:
    """Say whether a user speaks for an area in clearing."""
    scopes = queries.scopes_of(user_id=user_id, kinds=CLERKS, day=day)
    return stand_for(scopes, area, with_clerks=areas_with_clerks(day))
