"""Looks at a person's record: each with its purpose, told to the person, and counted.

Who looks at many records on one day may have a reason. Whoever watches over them is told all the
same, once, at the look that is one too many; and each morning who looked most (`looks_report`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Max, Q
from django.utils import timezone

from . import queries
from .models import AuditRecord, Role
from .operations import Actor, audit, operation, tell

LOOK, UNMASK, SEARCH, MANY = "look", "look.unmask", "look.search", "look.many"
ACCOUNT = "look.account"
#: Looks at a number as a whole.
WHOLE = (UNMASK, ACCOUNT)
#: Who is told of many looks.
WATCHERS = frozenset({Role.Kind.AUDITOR.value, Role.Kind.ADMINISTRATOR.value})


@dataclass(frozen=True, slots=True)
class Looker:
    """How often a user looked on a day, at how many persons, and how often unmasked."""

    user_id: int
    name: str
    looks: int
    persons: int
    unmasked: int
    last_at: datetime

    @property
    def is_many(self) -> bool:
        """Say whether it is more than a day usually has."""
        return self.looks > settings.STAFF_LOOKS_A_DAY


@operation
def look(*, actor: Actor, subject_id: int, record: str, purpose: str, area: str, day: date) -> int:
    """Record a look at a person's record; return how many the user had on this day."""
    audit(actor=actor, verb=LOOK, area=area, subject_id=subject_id, record=record, purpose=purpose)
    number = looks_on(user_id=actor.user_id or 0, day=day)
    if number > settings.STAFF_LOOKS_A_DAY and not _is_told(actor=actor, day=day):
        _alert(actor=actor, area=area, day=day, number=number)
    return number


@operation
def unmask(
    *, actor: Actor, subject_id: int | None, record: str, reason: str, area: str, verb: str = UNMASK
) -> None:
    """Record that somebody saw a number whole, and why. Raises ValueError without a reason.

    `verb`: UNMASK for an ID number, ACCOUNT for a bank account, which may be an institution's.
    """
    if not reason.strip():
        raise ValueError("nobody sees a number whole without a reason")
    audit(
        actor=actor,
        verb=verb,
        area=area,
        subject_id=subject_id,
        record=record,
        purpose=reason.strip()[:200],
    )


def looks_on(*, user_id: int, day: date) -> int:
    """Return how many looks a user had on a day."""
    return AuditRecord.objects.filter(
        actor_id=user_id, verb=LOOK, at__range=_span(day), subject__isnull=False
    ).count()


def lookers(*, day: date, scopes: Q) -> list[Looker]:
    """Return who looked at records on a day, whoever looked most first.

    `scopes`: the condition on the records, that the reader may see them.
    """
    rows = (
        AuditRecord.objects.filter(scopes, verb__in=[LOOK, *WHOLE], at__range=_span(day))
        .filter(actor__isnull=False)
        .values("actor_id")
        .annotate(
            name=Max("actor_name"),
            looks=Count("pk", filter=Q(verb=LOOK)),
            persons=Count("subject_id", distinct=True),
            unmasked=Count("pk", filter=Q(verb__in=WHOLE)),
            last_at=Max("at"),
        )
        .order_by("-looks", "name")
    )
    return [
        Looker(
            user_id=row["actor_id"],
            name=row["name"],
            looks=row["looks"],
            persons=row["persons"],
            unmasked=row["unmasked"],
            last_at=row["last_at"],
        )
        for row in rows
    ]


def alerts_on(*, day: date, scopes: Q) -> list[AuditRecord]:
    """Return the alerts of a day: who had looked at too many records."""
    return list(AuditRecord.objects.filter(scopes, verb=MANY, at__range=_span(day)))


def _is_told(*, actor: Actor, day: date) -> bool:
    """Say whether those who watch were told of this user today: two looks at once may both see."""
    return AuditRecord.objects.filter(
        actor_id=actor.user_id, verb=MANY, at__range=_span(day)
    ).exists()


def _alert(*, actor: Actor, area: str, day: date, number: int) -> None:
    audit(actor=actor, verb=MANY, area=area, data={"looks": number, "day": day.isoformat()})
    watchers = queries.users_with_role(kinds=WATCHERS, area=area, day=day)
    tell(
        kind="many_looks",
        user_ids=[user_id for user_id in watchers if user_id != actor.user_id],
        data={"user": actor.name, "looks": number},
    )


def _span(day: date) -> tuple[datetime, datetime]:
    """A day in Shanghai, from its first moment to its last."""
    first = timezone.make_aware(datetime.combine(day, time.min))
    return first, first + timedelta(days=1) - timedelta(microseconds=1)
