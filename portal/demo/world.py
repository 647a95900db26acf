"""What the parts of the demonstration share while it is being made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TypeVar

from claims.models import Institution
from families.models import Notice
from members.models import Person, User
from record.operations import Actor
from record.outcome import Refusal

from .areas import ANQING, HEFEI, WUHU
from .cast import Cast
from .people import Bond, Someone

T = TypeVar("T")

#: Rolls and runs: nobody at a keyboard.
IMPORT = Actor(name="import")
SYSTEM = Actor(name="beat")
#: The seed of everything that is left to chance.
SEED = 20220701


class DemoError(Exception):
    """The demonstration does not come out as it was planned: a fault of its plan or of the code."""


@dataclass(frozen=True, slots=True)
class Registered:
    """An institution of the register, with what its bills look like."""

    row: Institution
    kind: str
    area: str
    level: int
    usable: bool


@dataclass
class World:
    """One half of the demonstration: its people, and what has become of them so far.

    `persons` has the row of everybody who is enrolled, by their place in the whole plan; `share`
    is the half's part of all people.
    """

    half: int
    today: date
    scale: float
    say: Callable[[str], None]
    people: list[Someone]
    bonds: list[Bond]
    cast: Cast
    share: float
    staff: dict[str, User]
    notices: list[Notice]
    institutions: list[Registered]
    persons: dict[int, Person] = field(default_factory=dict)
    area_of: dict[int, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    by_place: dict[int, Someone] = field(init=False)

    def __post_init__(self) -> None:
        self.by_place = {person.place: person for person in self.people}

    @property
    def cast_here(self) -> tuple[Someone, ...]:
        """The persons of the sign-ins that belong to this half."""
        return tuple(one for one in self.cast.everybody() if one.place in self.by_place)

    def number_of(self, at_full_scale: int, *, least: int) -> int:
        """Return this half's part of a number, and not fewer than a few."""
        return max(least, round(at_full_scale * self.scale * self.share))

    def chance(self, topic: str) -> Random:
        """Return the dice of a topic: what one topic throws does not change another's."""
        return Random(f"{SEED}:{self.half}:{topic}")  # noqa: S311  (no secret)

    def pk(self, place: int) -> int:
        """Return the id of the enrolled person with a place. Raises DemoError before that."""
        if place not in self.persons:
            raise DemoError(f"person {place} is not enrolled yet")
        return self.persons[place].pk

    def is_here(self, person: Someone) -> bool:
        """Say whether a person is enrolled by now and has not left."""
        return person.place in self.persons and person.place not in self.gone

    def actor(self, name: str) -> Actor:
        """Return a member of staff as the one who does something."""
        return Actor.of(self.staff[name])

    def officer_of(self, area: str) -> Actor:
        """Return who does an area's case work, with a sign-in where there is one."""
        user = self.user_of(area)
        return Actor.of(user) if user else Actor(name=f"counter {area}")

    def user_of(self, area: str) -> User | None:
        """Return the sign-in of who does an area's case work, where there is one."""
        return self.staff.get({HEFEI: "zhou", WUHU: "sun", ANQING: "tao"}.get(area, ""))

    def accept(self, what: str, result: T | Refusal, *may_be: str) -> T | None:
        """Count what was done; a refusal that was not expected ends the load."""
        if isinstance(result, Refusal):
            if result.code not in may_be:
                raise DemoError(f"{what}: {result.code} {result.data}")
            self.done[f"{what}: {result.code}"] += 1
            return None
        self.done[what] += 1
        return result
