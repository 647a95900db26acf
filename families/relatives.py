"""Reads about a person's relatives: whom their account pays for, and whose pays for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.shortcuts import get_object_or_404

from members import identity
from members import queries as members
from members.models import Person

from .kinship import kin
from .models import Binding


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
    """A person's bindings: given (I pay), received (they pay), and those that have ended."""

    given: tuple[Relative, ...]
    received: tuple[Relative, ...]
    ended: tuple[Relative, ...]


#: So many ended bindings are shown.
_ENDED_SHOWN = 20


def family_of(person: Person, *, day: date, history: bool = True) -> Family:
    """Return a person's bindings on either side: oldest first, the ended ones newest first."""
    mine = Binding.objects.filter(Q(authorizer=person) | Q(member=person)).select_related(
        "authorizer", "member"
    )
    active = list(mine.filter(ended_on=None).order_by("pk"))
    past = mine.exclude(ended_on=None).order_by("-ended_on", "-pk")[:_ENDED_SHOWN]
    ended = list(past) if history else []
    others = {binding.authorizer_id for binding in active} | {b.member_id for b in active}
    areas = members.areas_on(others - {person.pk}, day)
    return Family(
        given=tuple(_relative(b, person, areas) for b in active if b.authorizer_id == person.pk),
        received=tuple(_relative(b, person, areas) for b in active if b.member_id == person.pk),
        ended=tuple(_relative(binding, person, areas) for binding in ended),
    )


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


def binding_for(person: Person, binding_id: int) -> Relative:
    """Return an active binding of this person, on either side of it. Raises Http404."""
    binding = get_object_or_404(
        Binding.objects.select_related("authorizer", "member").filter(
            Q(authorizer=person) | Q(member=person), ended_on=None
        ),
        pk=binding_id,
    )
    return _relative(binding, person, {})


def bindings_towards(member_id: int, authorizer_ids: Iterable[int]) -> dict[int, Binding]:
    """Return the newest binding by which each of these authorizers paid for a member."""
    found = Binding.objects.filter(
        member_id=member_id, authorizer_id__in=list(authorizer_ids)
    ).order_by("pk")
    return {binding.authorizer_id: binding for binding in found}
