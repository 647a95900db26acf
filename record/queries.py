"""Reads of this room: who may do what, and where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from .models import AuditRecord, Role
from .prepared import prepared


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


def scopes_held(*, kinds: Iterable[str], day: date) -> set[str]:
    """Return the areas and provinces for which anybody has one of these roles on a day."""
    return set(
        Role.objects.filter(
            user__is_active=True, kind__in=list(kinds), begins_on__lte=day, ends_on__gte=day
        ).values_list("scope", flat=True)
    )


def records_about(person_id: int, *, not_by: int, last: int) -> list[AuditRecord]:
    """Return what other users did last with a person's record or looked at, newest first."""
    return list(all_records_about(person_id, not_by=not_by)[:last])


def all_records_about(person_id: int, *, not_by: int) -> QuerySet[AuditRecord]:
    """Return all that other users did with a person's record or looked at, newest first."""
    return (
        AuditRecord.objects.filter(subject_id=person_id, actor__isnull=False)
        .exclude(actor_id=not_by)
        .select_related("actor")
        .order_by("-pk")
    )


def roles_on(*, user_id: int, day: date) -> list[tuple[str, str]]:
    """Return a user's roles in force on a day, each with its area or province."""
    return _roles(user_id, day)


@prepared
def _roles(user: int, day: date) -> QuerySet[Role, tuple[str, str]]:
    return Role.objects.filter(
        user_id=user, user__is_active=True, begins_on__lte=day, ends_on__gte=day
    ).values_list("kind", "scope")


def users_with_role(*, kinds: Iterable[str], area: str, day: date) -> list[int]:
    """Return the ids of the users who have one of these roles for an area on a day."""
    return sorted(
        set(
            Role.objects.filter(
                user__is_active=True,
                kind__in=list(kinds),
                scope__in={area, area[:2]},
                begins_on__lte=day,
                ends_on__gte=day,
            ).values_list("user_id", flat=True)
        )
    )
