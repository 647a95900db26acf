"""Reads about families: who may pay for whom, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from policy.book import Book
from record.prepared import prepared
from record.statements import statement

from .models import Binding, StaysOut


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody whose account may be asked, with their area on the day."""

    person_id: int
    area: str
    own: bool


#: Who lets a person use their account on a day, oldest binding first, with their areas.
AUTHORIZERS = """
SELECT binding.authorizer_id AS person_id, enrolment.area, binding.id AS place
FROM families_binding binding
JOIN members_enrolment enrolment
    ON enrolment.person_id = binding.authorizer_id AND enrolment.begins_on <= %(payers_day)s
    AND (enrolment.ends_on IS NULL OR enrolment.ends_on > %(payers_day)s)
WHERE binding.member_id = %(payers_member)s AND binding.ended_on IS NULL
ORDER BY binding.id
"""


def payers_for(
    *,
    patient_id: int,
    patient_area: str,
    day: date,
    book: Book,
    own: bool = True,
    relatives: bool = True,
) -> list[Payer]:
    """Return who may pay for a person, in the order of the law.

    The caller has locked the person, so that no binding changes meanwhile.
    """
    found = statement(AUTHORIZERS).rows({"payers_member": patient_id, "payers_day": day})
    authorizers = [(person_id, area) for person_id, area, _ in found]
    return in_order(
        authorizers=authorizers,
        patient_id=patient_id,
        patient_area=patient_area,
        day=day,
        book=book,
        own=own,
        relatives=relatives,
    )


def in_order(
    *,
    authorizers: Sequence[tuple[int, str]],
    patient_id: int,
    patient_area: str,
    day: date,
    book: Book,
    own: bool = True,
    relatives: bool = True,
) -> list[Payer]:
    """Put a person and their authorizers (id and area, oldest binding first) in order (AH39-2.3.1).

    The own account; then authorizers of the person's area, oldest binding first; then the one
    from another area. Those whose scheme keeps no account neither share nor use (AH39-2.5b).
    """
    payers = [Payer(patient_id, patient_area, own=True)] if own else []
    if not relatives or book.rules(patient_area, day).sharing_excluded.value:
        return payers
    shared = [
        Payer(authorizer, area, own=False)
        for authorizer, area in authorizers
        if not book.rules(area, day).sharing_excluded.value
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


def stays_out_since(person_id: int) -> date | None:
    """Return since when a person does not want to be bound by anybody, or None."""
    return _stays_out.first(person_id)


@prepared
def _stays_out(person: int) -> QuerySet[StaysOut, date]:
    return StaysOut.objects.filter(person_id=person).values_list("since", flat=True)
