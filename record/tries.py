"""Tries that were turned away because a day's were used up: somebody may be asking who is insured.

A room that counts tries (binding by name and ID number, asking for a code) tells it here, and the
desk's Today shows the day's number. Whom somebody asked about stands nowhere.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from .models import AuditRecord
from .operations import Actor, audit

log = logging.getLogger(__name__)

BINDING, SIGNING_UP = "families.bind.too_many", "members.link.too_many"
TURNED_AWAY = (BINDING, SIGNING_UP)
#: A day is told of for so long, so that a weekend's is read on Monday.
DAYS_TOLD = 4


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """How many tries were turned away on a day, and of how many users."""

    day: date
    tries: int
    users: int


def turn_away(
    *, actor: Actor, verb: str, counted_by: str, area: str = "", subject_id: int | None = None
) -> None:
    """Write down a try that was turned away, and warn whoever watches the log.

    `counted_by`: whose tries are used up, the user's or the address's. `area`: of who asked; empty
    where nobody knows it yet.
    """
    audit(actor=actor, verb=verb, area=area, subject_id=subject_id, data={"counted_by": counted_by})
    log.warning("%s, counted by %s: user %s", verb, counted_by, actor.user_id)


def turned_away(*, day: date, scopes: Q) -> list[TurnedAway]:
    """Return the days until this one on which tries were turned away, the latest first."""
    first = timezone.make_aware(datetime.combine(day - timedelta(days=DAYS_TOLD - 1), time.min))
    last = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    rows = (
        AuditRecord.objects.filter(scopes, verb__in=TURNED_AWAY, at__gte=first, at__lt=last)
        .annotate(on=TruncDate("at"))
        .values("on")
        .annotate(tries=Count("pk"), users=Count("actor_id", distinct=True))
        .order_by("-on")
    )
    return [TurnedAway(row["on"], row["tries"], row["users"]) for row in rows]
