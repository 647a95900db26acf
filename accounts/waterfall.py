"""Who pays the member's part of a bill, or a premium, in order (AH39-2.3.1): pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Purse:
    """An account that may be asked: whose it is, and what it holds on the day."""

    person_id: int
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """What one account pays."""

    person_id: int
    amount: Decimal


def waterfall(amount: Decimal, purses: Sequence[Purse]) -> tuple[Part, ...]:
    """Spread an amount over the purses in their order: each pays what it can, none pays nil.

    The parts together are not more than the amount; what is left over is cash.
    """
    parts = []
    for purse in purses:
        part = min(amount, purse.balance)
        if part > ZERO:
            parts.append(Part(purse.person_id, part))
            amount -= part
    return tuple(parts)
