"""The watch at work: each rule is one statement over the bills that stand; finds are kept once."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from record.operations import Actor, audit

from .models import WatchHit
from .patterns import Pattern, patterns

#: How many days back a rule begins a find anew: a month, so that what came in late is found too.
LOOK_BACK = 35
#: Bills that a find about an institution names; the largest come first.
MOST_CLAIMS = 50
#: Names the lock that one watch holds at a time (accounts: 7310 to 7312; policy: 7320).
_WATCH_LOCK = 7330

_CLAIMS = (Path(__file__).parent / "sql" / "claims.sql").read_text(encoding="utf-8")


def find_hits(*, day: date, actor: Actor, look_back: int = LOOK_BACK) -> Counter[str]:
    """Look at the bills of the last weeks by every rule; return how many new finds each made.

    What was found before is not found again. Nothing is blocked by it. `look_back`: days.
    """
    found: Counter[str] = Counter()
    for pattern in patterns().values():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WATCH_LOCK])
            hits = [_hit(pattern, row, day) for row in _rows(pattern, day, look_back)]
            known = set(
                WatchHit.objects.filter(
                    pattern=pattern.name, key__in=[hit.key for hit in hits]
                ).values_list("key", flat=True)
            )
            new = [hit for hit in hits if hit.key not in known]
            WatchHit.objects.bulk_create(new, batch_size=1_000)
            found[pattern.name] = len(new)
    audit(actor=actor, verb="oversight.watch", data={"day": day.isoformat(), "found": dict(found)})
    return found


def _rows(pattern: Pattern, day: date, look_back: int) -> list[tuple[Any, ...]]:
    thresholds = pattern.parameters()
    anchor = day - timedelta(days=look_back)
    reach = thresholds.get("before_days", 0) + thresholds.get("days", 1) + 7
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIMS + pattern.sql,
            {
                **thresholds,
                "anchor": anchor,
                "first": anchor - timedelta(days=reach),
                "last": day,
                "most": MOST_CLAIMS,
            },
        )
        return list(cursor.fetchall())


def _hit(pattern: Pattern, row: tuple[Any, ...], day: date) -> WatchHit:
    area, person_id, institution_id, key, claim_ids, figures = row
    counted = json.loads(figures, parse_float=Decimal) if isinstance(figures, str) else figures
    return WatchHit(
        pattern=pattern.name,
        key=key,
        area=area,
        person_id=person_id,
        institution_id=institution_id,
        claim_ids=claim_ids,
        figures={
            name: str(value) if isinstance(value, Decimal | float) else value
            for name, value in counted.items()
            if value is not None
        },
        thresholds=dict(pattern.thresholds),
        day=day,
    )
