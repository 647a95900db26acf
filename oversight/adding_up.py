"""The months' figures, added up from settled bills and credits when something has changed.

A page of figures reads these sums alone, so it costs the same however many bills there are.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from accounts.models import Run
from claims.models import Claim
from members.months import first_of, months_after
from policy.queries import current_book

from .models import CareFigure, CreditFigure, FiguresMonth

#: Where an age group of the figures begins; for statistics alone, no rule rests on them.
AGES = (0, 18, 35, 45, 60, 70)
#: Names the lock of who adds a month up (the watch: 7330).
_ADD_LOCK = 7331


def bring_up_to_date(*, today: date) -> list[date]:
    """Work out the months without figures, this one and the last, and those changed since.

    Returns the months that were worked out.
    """
    months = [month for month in _months(today) if _is_stale(month, today)]
    for month in months:
        add_month_up(month)
    return months


@transaction.atomic
def add_month_up(month: date) -> None:
    """Work one month's figures out anew, in one transaction."""
    book = current_book()
    home = [
        {"area": area, "at": area if at == "own" else at}
        for area in book.areas
        for at in book.rules(area, month).home_areas.value
    ]
    given: dict[str, Any] = {
        "month": month,
        "next_month": months_after(month, 1),
        "ages": list(AGES),
        "home": json.dumps(home),
    }
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADD_LOCK])
        CareFigure.objects.filter(month=month).delete()
        CreditFigure.objects.filter(month=month).delete()
        for name in ("care_month", "credit_month"):
            cursor.execute(_statement(name), given)
    FiguresMonth.objects.update_or_create(month=month, defaults={"made_at": now})


def _months(today: date) -> list[date]:
    """Return every month in which something was settled or credited, up to this one."""
    earliest = [
        first
        for first in (
            Claim.objects.aggregate(first=Min("settled_on"))["first"],
            Run.objects.aggregate(first=Min("day"))["first"],
        )
        if first is not None
    ]
    if not earliest:
        return []
    month, months = first_of(min(earliest)), []
    while month <= first_of(today):
        months.append(month)
        month = months_after(month, 1)
    return months


def _is_stale(month: date, today: date) -> bool:
    made_at = _made().get(month)
    if made_at is None or month >= months_after(first_of(today), -1):
        return True
    changed = Claim.objects.filter(
        settled_on__gte=month,
        settled_on__lt=months_after(month, 1),
        undone_on__gte=timezone.localdate(made_at),
    )
    return changed.exists()


def _made() -> dict[date, datetime]:
    return dict(FiguresMonth.objects.values_list("month", "made_at"))


def through() -> datetime | None:
    """Return when figures were worked out last, or None."""
    last: datetime | None = FiguresMonth.objects.aggregate(last=Max("made_at"))["last"]
    return last


@cache
def _statement(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
