"""Batches of all rooms, for the page of runs: what has run lately, how far it is, where to look.

A room whose batches are no runs of the accounts (imports, reconciliation) registers how to list
its own, in its `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from .staffing import Staff

#: So many of each kind are shown beside the runs; the page of the kind lists all.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch: what it was, when, how it stands; `done` of `expected`, with its own page."""

    title: str
    day: date
    state: str
    done: int
    expected: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class BatchKind:
    """A kind of batch: its title, the page that lists all, and the last few for somebody."""

    title: Any
    view: str
    recent: Callable[[Staff, int], list[Batch]]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Recent:
    """The last batches of a kind."""

    kind: BatchKind
    batches: list[Batch]


_KINDS: dict[str, BatchKind] = {}


def register_batches(kind: BatchKind) -> None:
    """Make a kind of batch known; each view once."""
    _KINDS[kind.view] = kind


def recent_batches(staff: Staff) -> list[Recent]:
    """Return the last batches of every kind that somebody may see."""
    return [
        Recent(kind, kind.recent(staff, SHOWN))
        for kind in _KINDS.values()
        if staff.is_any(*kind.roles, "auditor")
    ]
