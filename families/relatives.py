"""Reads about a person's relatives: whom their account pays for, and whose pays for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from members import identity
from members import queries as members
from members.models import Person
from record.prepared import prepared

from .kinship import kin
from .models import Binding

#: So many of those that ended last stand on the family page; all are in the history.
ENDED_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Relative:
    """The other person of a binding, as the reader sees them.

    `kin`: what they are to the reader. `area`: where they are insured today, or "". `gives`: the
    reader's account pays for them; else theirs pays for the reader.
    """

    binding: Binding
    person: Person
    kin: str
    id_number: str
    area: str
    gives: bool


@dataclass(frozen=True, slots=True)
class Family:
    """A person's active bindings: given (I pay) and received (they pay), oldest first."""

    given: tuple[Relative, ...]
    received: tuple[Relative, ...]


def family_of(person: Person, *, day: date) -> Family:
    """Return a person's active bindings on either side, oldest first."""
    active: list[Any] = _active(person.pk, day)
    areas = {binding.authorizer_id: binding.authorizer_area or "" for binding in active}
    areas |= {binding.member_id: binding.member_area or "" for binding in active}
    return Family(
        given=tuple(_relative(b, person, areas) for b in active if b.authorizer_id == person.pk),
        received=tuple(_relative(b, person, areas) for b in active if b.member_id == person.pk),
    )


@prepared
def _active(person: int, day: date) -> QuerySet[Any]:
    """A person's active bindings, with the areas of both on the day."""
    here = members.enrolled_on(day)
    found: QuerySet[Any] = (
        _bindings_of(person)
        .filter(ended_on=None)
        .annotate(
            authorizer_area=Subquery(here.filter(person=OuterRef("authorizer")).values("area")[:1]),
            member_area=Subquery(here.filter(person=OuterRef("member")).values("area")[:1]),
        )
        .order_by("pk")
    )
    return found


def bindings_of(person: Person) -> QuerySet[Binding]:
    """Return every binding of a person's on either side, newest first, with both persons."""
    return _bindings_of(person.pk)


def _bindings_of(person: int) -> QuerySet[Binding]:
    sides = Q(authorizer_id=person) | Q(member_id=person)
    return Binding.objects.filter(sides).select_related("authorizer", "member").order_by("-pk")


def ended_of(person: Person) -> list[Relative]:
    """Return the few bindings of a person's that ended last, newest first."""
    return as_relatives(_ended(person.pk), person)


@prepared
def _ended(person: int) -> QuerySet[Binding]:
    ended = _bindings_of(person).exclude(ended_on=None)
    return ended.order_by("-ended_on", "-pk")[:ENDED_SHOWN]


def as_relatives(bindings: Iterable[Binding], reader: Person) -> list[Relative]:
    """Return these bindings of a reader's as they see them, without areas."""
    return [_relative(binding, reader, {}) for binding in bindings]


def _relative(binding: Binding, reader: Person, areas: dict[int, str]) -> Relative:
    gives = binding.authorizer_id == reader.pk
    other = binding.member if gives else binding.authorizer
    id_number = identity.unseal(other.id_number_sealed)
    return Relative(
        binding=binding,
        person=other,
        kin=kin(binding.relation, id_number=id_number, inverse=not gives),
        id_number=id_number,
        area=areas.get(other.pk, ""),
        gives=gives,
    )


def binding_for(person: Person, binding_id: int, *, active: bool = False) -> Relative:
    """Return a binding of this person, on either side of it. Raises Http404.

    `active`: only one that has not ended.
    """
    mine = bindings_of(person).select_related("authorizer", "member", "consent__notice")
    if active:
        mine = mine.filter(ended_on=None)
    return _relative(get_object_or_404(mine, pk=binding_id), person, {})


def bindings_towards(member_id: int, authorizer_ids: Iterable[int]) -> dict[int, Binding]:
    """Return the newest binding by which each of these authorizers paid for a member."""
    found = _towards(member_id, list(authorizer_ids))
    return {binding.authorizer_id: binding for binding in found}


@prepared
def _towards(member: int, authorizers: list[int]) -> QuerySet[Binding]:
    return Binding.objects.filter(member_id=member, authorizer_id__any_of=authorizers).order_by(
        "pk"
    )
