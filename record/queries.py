"""Reads of this room: who may do what, and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .models import Role


def has_role(*, user_id: int, kinds: Iterable[str], area: str, day: date) -> bool:
    """Say whether a user has one of these roles for an area (or its province) on a day."""
    return Role.objects.filter(
        user_id=user_id,
        user__is_active=True,
        kind__in=list(kinds),
        scope__in={area, area[:2]},
        begins_on__lte=day,
        ends_on__gte=day,
    ).exists()


def scopes_of(*, user_id: int, kinds: Iterable[str], day: date) -> set[str]:
    """Return the areas and provinces for which a user has one of these roles on a day."""
    return set(
        Role.objects.filter(
            user_id=user_id,
            user__is_active=True,
            kind__in=list(kinds),
            begins_on__lte=day,
            ends_on__gte=day,
        ).values_list("scope", flat=True)
    )
