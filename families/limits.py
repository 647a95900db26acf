"""How often somebody may try to bind a stranger, counted by the network address they come from.

A user's own failed tries are counted by the audit record, in the database. An address is counted
in the cache named `limits`, which raises where Redis is away: then nobody is bound (threat 38).
"""

from __future__ import annotations

import hashlib
from datetime import date

from django.core.cache import caches
from redis.exceptions import RedisError

TRIES_A_DAY_FROM_AN_ADDRESS = 20
_KEPT = 2 * 24 * 3600


class LimitsAway(Exception):
    """Tries cannot be counted at the moment, so none is made."""


def take_a_try(*, address: str, day: date) -> bool:
    """Count a try from an address. False where the day's tries are used up. Raises LimitsAway."""
    try:
        tries = caches["limits"]
        tries.add(_key(address, day), 0, timeout=_KEPT)
        return tries.incr(_key(address, day)) <= TRIES_A_DAY_FROM_AN_ADDRESS
    except (RedisError, OSError, ValueError) as error:
        raise LimitsAway from error


def give_back_a_try(*, address: str, day: date) -> None:
    """Take a try back that was none: it did not fail on what is about the other person."""
    try:
        caches["limits"].decr(_key(address, day))
    except (RedisError, OSError, ValueError) as error:
        raise LimitsAway from error


def _key(address: str, day: date) -> str:
    return f"bind:{day}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"
