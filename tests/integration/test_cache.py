"""Redis away: pages go on, strict limits refuse, and the queue costs no request its answer."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from redis.exceptions import RedisError

AWAY = "redis://127.0.0.1:9/0"


@pytest.fixture
def redis_away(settings: Any) -> None:
    """Both caches at an address where nobody answers."""
    settings.CACHES = {name: cache | {"LOCATION": AWAY} for name, cache in settings.CACHES.items()}


@pytest.mark.usefixtures("redis_away")
def test_the_patient_cache_remembers_by_itself() -> None:
    cache = caches["default"]
    cache.set("tries", 1)
    assert cache.incr("tries") == 2
    assert cache.get_many(["tries", "none"]) == {"tries": 2}
    assert cache.add("tries", 9) is False
    assert cache.get_or_set("other", "made") == "made"
    assert cache.delete("tries") is True
    assert cache.get("tries") is None
    assert "other" in cache
    cache.clear()
    assert cache.get("other", "gone") == "gone"


@pytest.mark.usefixtures("redis_away")
def test_a_dead_server_is_not_asked_each_time() -> None:
    cache = caches["default"]
    began = time.monotonic()
    for _ in range(2_000):
        cache.get("nothing")
    assert time.monotonic() - began < 2


@pytest.mark.usefixtures("redis_away")
def test_the_strict_cache_raises() -> None:
    with pytest.raises(RedisError):
        caches["limits"].add("bind", 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_away")
def test_the_portal_stays_ready_and_says_that_redis_is_away(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "redis": "away"})


@pytest.mark.django_db
def test_ready_and_alive(client: Client) -> None:
    assert client.get("/readyz").json() == {"database": "ok", "redis": "ok"}
    assert client.get("/healthz").content == b"ok\n"
    assert client.post("/healthz").status_code == 405


def test_a_database_that_is_away_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError, connection

    def away() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "away")
