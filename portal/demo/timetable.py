"""The timetable: what happens on which day, done in the order of days."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from itertools import count

#: Something that happens on a day.
Act = Callable[[date], None]


class Rank(IntEnum):
    """What comes first on a day."""

    YEAR_CLOSED = 0
    LIFE = 1
    FAMILY = 2
    VISIT = 3
    UNDOING = 4
    ROLL = 5
    RUN = 6


@dataclass
class Timetable:
    """Acts by day and rank; acts may put further ones in, on their own day or a later one."""

    _acts: list[tuple[date, Rank, int, Act]] = field(default_factory=list)
    _sequence: count[int] = field(default_factory=count)

    def add(self, day: date, rank: Rank, act: Act) -> None:
        """Put an act on a day."""
        heapq.heappush(self._acts, (day, rank, next(self._sequence), act))

    def run_through(self, last: date) -> None:
        """Do everything up to and including a day."""
        while self._acts and self._acts[0][0] <= last:
            day, _, _, act = heapq.heappop(self._acts)
            act(day)
