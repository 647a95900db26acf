"""How often somebody may ask for what costs much: files, figures, trials of rolls.

The count is kept in the cache, by hour and by user, or by network address where nobody signs in.
Where the cache is away nobody is counted, so a page does not fail for it; what one page may cost is
capped by itself (rows, months, time-outs).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

View = TypeVar("View", bound=Callable[..., Any])

#: What is counted → how often a user, or an address, may ask for it within an hour. Behind one
#: address can be a whole office.
QUOTAS = {
    "file": 60,
    "figures": 240,
    "trial": 40,
    "preview": 120,
    "genuine": 120,
    "movements": 20,
}
_HOUR = 3600


def limited(name: str) -> Callable[[View], View]:
    """Give a view of `for_staff` a quota by user and hour; beyond it the answer is 429."""

    def guard(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_over(name, user_id=int(request.user.pk or 0)):
                answer = render(request, "desk/too_often.html", {"quota": QUOTAS[name]}, status=429)
                answer["Retry-After"] = str(_seconds_to(_next_hour()))
                return answer
            return cast("HttpResponse", view(request, *args, **kwargs))

        return cast("View", counted)

    return guard


def enough_for_today(request: HttpRequest, *, had: int, back: str) -> HttpResponse:
    """Tell a member that they have had so many of these today; tomorrow there are more."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return _enough(request, had=had, back=back, again=midnight + timedelta(days=1))


def enough_for_this_hour(request: HttpRequest, name: str, *, back: str) -> HttpResponse:
    """Tell a member that this was asked as often as an hour allows, and when it works again."""
    return _enough(request, had=QUOTAS[name], back=back, again=_next_hour())


def _enough(request: HttpRequest, *, had: int, back: str, again: datetime) -> HttpResponse:
    is_tomorrow = again.date() != timezone.localdate()
    context = {"had": had, "again": None if is_tomorrow else again, "back": back}
    answer = render(request, "enough.html", context, status=429)
    answer["Retry-After"] = str(_seconds_to(again))
    return answer


def _next_hour() -> datetime:
    return timezone.localtime().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def _seconds_to(moment: datetime) -> int:
    return max(1, math.ceil((moment - timezone.now()).total_seconds()))


def is_over(name: str, *, user_id: int = 0, address: str = "") -> bool:
    """Count one more and say whether that is more than the hour allows."""
    cache = caches["default"]
    who = hashlib.sha256(address.encode()).hexdigest()[:32] if address else user_id
    key = f"quota:{name}:{who}:{timezone.now():%Y%m%d%H}"
    cache.add(key, 0, _HOUR)
    try:
        number = cache.incr(key)
    except ValueError:
        return False
    return int(number or 0) > QUOTAS[name]
