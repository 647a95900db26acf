"""A Redis cache that a page survives when Redis does not.

No money depends on the cache. While Redis is away each process keeps its own small cache in
memory, so that pages go on and rate limits still count within the process; what must fail closed
uses the cache named `limits`, which raises instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)

SECONDS_BEFORE_ASKING_AGAIN = 5.0


class PatientRedisCache(RedisCache):
    """`RedisCache`, with the process's own memory in its place while Redis is away."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache("while-redis-is-away", params | {"OPTIONS": {}})
        self._asks_again_at = 0.0

    def _either(self, name: str, *args: Any, **kwargs: Any) -> Any:
        # Waiting for a dead server on each of a page's look-ups would make the page slow, so
        # after a failure the server is left alone for some seconds.
        if time.monotonic() >= self._asks_again_at:
            ask: Callable[..., Any] = getattr(super(), name)
            try:
                return ask(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._asks_again_at = time.monotonic() + SECONDS_BEFORE_ASKING_AGAIN
                logger.warning("cache.redis_away", error=type(error).__name__)
        return getattr(self._memory, name)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._either("add", *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._either("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._either("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._either("touch", *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._either("delete", *args, **kwargs))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return dict(self._either("get_many", *args, **kwargs))

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._either("has_key", *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return int(self._either("incr", *args, **kwargs))

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        return list(self._either("set_many", *args, **kwargs))

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._either("delete_many", *args, **kwargs)

    def clear(self) -> None:
        self._either("clear")
