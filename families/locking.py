"""Locking a person together with everybody that they are bound to.

A binding changes only under the locks of both its persons, and a settlement holds its patient's.
So under the locks taken here nobody's payers change.
"""

from __future__ import annotations

from members import queries as members
from members.models import Person

from .models import Binding
from .queries import active_bindings_of


class BindingsInMotion(Exception):
    """The bindings kept changing while they were to be locked: try again."""


def lock_family(person_id: int) -> tuple[dict[int, Person], list[Binding]]:
    """Lock a person and all their counterparts in id order; return persons and bindings.

    Somebody may bind between the look and the lock: then the lock is widened and the look is
    repeated. Raises BindingsInMotion after a few rounds.
    """
    wanted = _persons_of(person_id, active_bindings_of(person_id))
    for _ in range(5):
        persons = members.lock_persons(wanted)
        bindings = active_bindings_of(person_id)
        found = _persons_of(person_id, bindings)
        if found <= wanted:
            return persons, bindings
        wanted |= found
    raise BindingsInMotion


def _persons_of(person_id: int, bindings: list[Binding]) -> set[int]:
    return {person_id}.union(*({b.authorizer_id, b.member_id} for b in bindings))
