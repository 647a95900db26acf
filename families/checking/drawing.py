"""Drawing bindings for the after-check: by lot each month, by plain rules each night."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F, OuterRef, Subquery

from families.models import Binding, BindingCheck, CheckDraw
from members import queries as members
from members.models import Enrolment
from members.months import first_of, months_after
from record.operations import Actor, audit

from .operations import hold_drawing
from .rules import CLOCK, FLAGS, SAMPLE, check_rules, statement_of

#: How many days back a rule looks at new bindings: what came in late is found too.
LOOK_BACK = 35
#: Complete months whose sample is drawn if it was not yet: a beat that was away makes up for it.
SAMPLED_MONTHS = 3


def _chance() -> str:
    return secrets.token_hex(16)


def draw_checks(
    *,
    day: date,
    actor: Actor,
    look_back: int = LOOK_BACK,
    chance: Callable[[], str] = _chance,
) -> Counter[str]:
    """Draw what is due; return how many checks each rule opened. Nothing is ended or stopped.

    A binding under check is not drawn again, and none twice by the same rule. `chance` gives the
    random text of a sample.
    """
    with transaction.atomic():
        hold_drawing()
        _follow_moves()
        over = _close_what_is_over(day)
        reasons: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for name in FLAGS:
            for binding_id, figures in _flagged(name, day, look_back):
                reasons[binding_id].append(_reason(name, figures))
        for binding_id in _sampled(day, chance):
            reasons[binding_id].append(_reason(SAMPLE, {}))
        opened = _open(reasons, day)
        audit(
            actor=actor,
            verb="families.check.draw",
            data={"day": day.isoformat(), "opened": dict(opened), "closed": over},
        )
    return opened


def lot(*, seed: str, binding_ids: Iterable[int], share: Decimal) -> list[int]:
    """Return which bindings a random text draws: the smallest hashes, rounded up, at least one."""
    ordered = sorted(
        binding_ids, key=lambda pk: hashlib.sha256(f"{seed}:{pk}".encode()).hexdigest()
    )
    number = (share * len(ordered)).to_integral_value(rounding=ROUND_CEILING)
    return sorted(ordered[: int(number)])


def _reason(name: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    thresholds = dict(check_rules()[name].thresholds)
    return {"rule": name, "figures": dict(figures), "thresholds": thresholds}


def _flagged(name: str, day: date, look_back: int) -> list[tuple[int, dict[str, Any]]]:
    parameters = {**check_rules()[name].parameters(), "anchor": day - timedelta(days=look_back)}
    with connection.cursor() as cursor:
        cursor.execute(statement_of(name), parameters)
        rows = cursor.fetchall()
    return [(binding_id, _plain(figures)) for binding_id, figures in rows]


def _plain(figures: Any) -> dict[str, Any]:
    counted = json.loads(figures, parse_float=Decimal) if isinstance(figures, str) else figures
    return {
        key: str(value) if isinstance(value, Decimal | float) else value
        for key, value in counted.items()
    }


def _sampled(day: date, chance: Callable[[], str]) -> list[int]:
    """Draw the samples that are due, and keep how each was drawn."""
    share = Decimal(str(check_rules()[SAMPLE].thresholds["share"]))
    chosen: list[int] = []
    for back in range(SAMPLED_MONTHS, 0, -1):
        month = months_after(first_of(day), -back)
        by_area = _bound_in(month, day)
        known = set(CheckDraw.objects.filter(month=month).values_list("area", flat=True))
        for area in sorted(set(by_area) - known):
            seed = chance()
            drawn = lot(seed=seed, binding_ids=by_area[area], share=share)
            CheckDraw.objects.create(
                area=area,
                month=month,
                share=share,
                seed=seed,
                bindings=len(by_area[area]),
                drawn=len(drawn),
                day=day,
            )
            chosen += drawn
    return chosen


def _bound_in(month: date, day: date) -> dict[str, list[int]]:
    """Return a month's bindings that still hold, by the area of the authorizer today."""
    bound = Binding.objects.filter(
        bound_on__gte=month, bound_on__lt=months_after(month, 1), ended_on=None
    )
    place = Enrolment.objects.filter(person=OuterRef("authorizer"), ends_on=None)
    found: dict[str, list[int]] = defaultdict(list)
    for binding_id, area in bound.annotate(place=Subquery(place.values("area")[:1])).values_list(
        "pk", "place"
    ):
        if area:
            found[area].append(binding_id)
    return found


def _open(reasons: Mapping[int, list[dict[str, Any]]], day: date) -> Counter[str]:
    """Open a check for each binding that is not under check, for rules that are new to it."""
    known: dict[int, set[str]] = defaultdict(set)
    under_check = set()
    for check in BindingCheck.objects.filter(binding_id__in=list(reasons)):
        known[check.binding_id].update(check.rules)
        if check.closed_on is None:
            under_check.add(check.binding_id)
    wanted = {
        binding_id: [reason for reason in given if reason["rule"] not in known[binding_id]]
        for binding_id, given in reasons.items()
        if binding_id not in under_check
    }
    authorizers = dict(
        Binding.objects.filter(pk__in=[pk for pk, given in wanted.items() if given]).values_list(
            "pk", "authorizer_id"
        )
    )
    areas = members.areas_on(set(authorizers.values()), day)
    due = day + timedelta(days=int(check_rules()[CLOCK].thresholds["days"]))
    made = BindingCheck.objects.bulk_create(
        (
            BindingCheck(
                binding_id=binding_id,
                area=areas[authorizer_id],
                reasons=wanted[binding_id],
                drawn_on=day,
                due_on=due,
            )
            for binding_id, authorizer_id in sorted(authorizers.items())
            if authorizer_id in areas
        ),
        batch_size=1_000,
    )
    return Counter(rule for check in made for rule in check.rules)


def _follow_moves() -> None:
    """Hand open checks to the area in which the authorizer is insured now."""
    place = Enrolment.objects.filter(person=OuterRef("binding__authorizer"), ends_on=None)
    moved = (
        BindingCheck.objects.filter(closed_on=None)
        .annotate(place=Subquery(place.values("area")[:1]))
        .exclude(place=None)
        .exclude(place=F("area"))
    )
    for check in moved:
        check.area = check.place
        check.save(update_fields=["area"])


def _close_what_is_over(day: date) -> list[int]:
    """Close what was drawn by lot alone and has ended by itself; what was flagged is for staff.

    Returns which checks were closed.
    """
    closed = []
    over = BindingCheck.objects.filter(
        closed_on=None,
        answer="",
        binding__ended_on__isnull=False,
        reasons__contains=[{"rule": SAMPLE}],
    )
    for check in over.select_for_update(of=("self",)):
        if check.rules == [SAMPLE]:
            check.verdict, check.closed_on = BindingCheck.Verdict.ENDED, day
            check.save(update_fields=["verdict", "closed_on"])
            closed.append(check.pk)
    return closed
