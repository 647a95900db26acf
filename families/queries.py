"""Reads about families: who may pay for whom, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from members import queries as members
from policy.book import Book

from .models import Binding


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody whose account may be asked, with their area on the day."""

    person_id: int
    area: str
    own: bool


def payers_for(
    *, patient_id: int, patient_area: str, day: date, book: Book, own: bool = True,
    relatives: bool = True,
) -> list[Payer]:
    """Return who may pay for a person, in the order of the law (AH39-2.3.1).

    The own account; then authorizers of the person's area, oldest binding first; then the one
    from another area. Those whose scheme keeps no account neither share nor use (AH39-2.5b).
    The caller has locked the person, so that no binding changes meanwhile.
    """
    payers = [Payer(patient_id, patient_area, own=True)] if own else []
    if not relatives or book.rules(patient_area, day).sharing_excluded.value:
        return payers
    authorizers = list(
        Binding.objects.filter(member_id=patient_id, ended_on=None)
        .order_by("pk")
        .values_list("authorizer_id", flat=True)
    )
    areas = members.areas_on(set(authorizers), day)
    shared = [
        Payer(authorizer, areas[authorizer], own=False)
        for authorizer in authorizers
        if not book.rules(areas[authorizer], day).sharing_excluded.value
    ]
    local = [payer for payer in shared if payer.area == patient_area]
    cross_area = [payer for payer in shared if payer.area != patient_area]
    return payers + local + cross_area


def active_bindings_of(person_id: int) -> list[Binding]:
    """Return a person's active bindings on either side, oldest first."""
    return list(
        Binding.objects.filter(
            Q(authorizer_id=person_id) | Q(member_id=person_id), ended_on=None
        ).order_by("pk")
    )
