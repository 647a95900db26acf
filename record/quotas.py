"""How often somebody may ask for what costs much: files, figures, trials of rolls.

The count is kept in the cache, by hour and by user, or by network address where nobody signs in.
Where the cache is away nobody is counted, so a page does not fail for it; what one page may cost is
capped by itself (rows, months, time-outs).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

View = TypeVar("View", bound=Callable[..., Any])

#: What is counted → how often a user, or an address, may ask for it within an hour. Behind one
#: address can be a whole office.
QUOTAS = {"file": 60, "figures": 240, "trial": 40, "preview": 120, "genuine": 120}
_HOUR = 3600


def limited(name: str) -> Callable[[View], View]:
    """Give a view of `for_staff` a quota by user and hour; beyond it the answer is 429."""

    def guard(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_over(name, user_id=int(request.user.pk or 0)):
                answer = render(request, "desk/too_often.html", {"quota": QUOTAS[name]}, status=429)
                answer["Retry-After"] = str(_HOUR - timezone.now().minute * 60)
                return answer
            return cast("HttpResponse", view(request, *args, **kwargs))

        return cast("View", counted)

    return guard


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
