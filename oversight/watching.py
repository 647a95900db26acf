"""Finds of the watch for staff: those of their areas, the bills behind one, and closing it."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from claims.models import Claim
from policy.refusals import refuse
from record.changes import NotAllowed
from record.looking import within
from record.models import Role
from record.operations import Actor, audit, operation
from record.queries import has_role

from .models import WatchConclusion, WatchHit

WATCHERS = frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value})


def hits_in(scopes: frozenset[str]) -> QuerySet[WatchHit]:
    """Return the finds of these areas and provinces, newest first."""
    return (
        WatchHit.objects.filter(within(("area",), scopes))
        .select_related("person", "institution", "conclusion")
        .order_by("-pk")
    )


def hit_for(scopes: frozenset[str], hit_id: int) -> WatchHit:
    """Return a find of these areas. Raises Http404."""
    return get_object_or_404(hits_in(scopes), pk=hit_id)


def claims_behind(hit: WatchHit) -> list[Claim]:
    """Return the bills behind a find, by the day of treatment."""
    return list(
        Claim.objects.filter(pk__in=hit.claim_ids)
        .select_related("institution", "patient")
        .defer("decision", "lines")
        .order_by("service_date", "settled_at", "pk")
    )


@operation
def close_hit(
    *, hit_id: int, verdict: str, note: str, by: AbstractBaseUser, day: date
) -> WatchConclusion:
    """Close a find with a conclusion, once. Refused: not_waiting. Raises NotAllowed, ValueError."""
    if verdict not in WatchConclusion.Verdict.values or not note.strip():
        raise ValueError("give one of the conclusions, and why")
    hit = WatchHit.objects.get(pk=hit_id)
    if not has_role(user_id=by.pk, kinds=WATCHERS, area=hit.area, day=day):
        raise NotAllowed(f"this needs one of the roles {sorted(WATCHERS)} for {hit.area}")
    conclusion, made = WatchConclusion.objects.get_or_create(
        hit=hit, defaults={"verdict": verdict, "note": note, "by_id": by.pk, "day": day}
    )
    if not made:
        raise refuse("not_waiting")
    audit(
        actor=Actor.of(by),
        verb="oversight.close_hit",
        area=hit.area,
        subject_id=hit.person_id,
        record=f"watchhit:{hit.pk}",
        data={"pattern": hit.pattern, "verdict": verdict, "note": note},
    )
    return conclusion
