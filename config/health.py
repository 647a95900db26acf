"""Two addresses for load balancers and systemd: is the process alive, can it serve?"""

from __future__ import annotations

from django.core.cache import caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; asks nothing of other machines."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where the database answers, else 503.

    Redis is told as information alone: settlements and pages go on without it.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = "ok"
    except DatabaseError:
        database = "away"
    try:
        caches["limits"].get("readyz")
        queue = "ok"
    except (RedisError, OSError):
        queue = "away"
    return JsonResponse(
        {"database": database, "redis": queue}, status=200 if database == "ok" else 503
    )
