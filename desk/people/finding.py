"""Finding somebody by member number, ID number, phone, name or its sound, within one's areas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from members import identity
from members.looking import insured_in
from members.models import Enrolment, Person
from members.naming import called, sounding
from record.operations import audit, operation
from record.staffing import Staff

#: So many are shown; whoever has more hits types more.
SHOWN = 20

_ID = re.compile(r"[0-9]{17}[0-9X]")
_PHONE = re.compile(r"[0-9]{11}")
_SOUND = re.compile(r"[a-z][a-z ']*")


@dataclass(frozen=True, slots=True)
class Found:
    """A person as a list of hits shows them: enough to know them by, and no more."""

    number: str
    name: str
    id_number: str
    born_in: int
    area: str
    left: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """Who was found; `more`: that there are others."""

    people: tuple[Found, ...]
    more: bool


def kind_of(wanted: str) -> str:
    """Say as what a search is read: id, phone, number, sound or name; empty for too little."""
    text = "".join(wanted.split()).upper()
    if _ID.fullmatch(text):
        return "id"
    if _PHONE.fullmatch(text):
        return "phone"
    if text.isdigit():
        return "number"
    if _SOUND.fullmatch(wanted.strip().lower()):
        return "sound" if len(text) >= 2 else ""
    return "name" if text else ""


@operation
def find(*, wanted: str, staff: Staff) -> Hits:
    """Find who is insured in the areas of who asks. That a search was made is recorded."""
    kind = kind_of(wanted)
    rows = _matching(kind, wanted).filter(insured_in("pk", staff.scopes))
    found = list(rows.order_by("name_key", "pk")[: SHOWN + 1]) if kind else []
    audit(
        actor=staff.actor,
        verb="look.search",
        data={"by": kind or "nothing", "found": min(len(found), SHOWN), "more": len(found) > SHOWN},
    )
    places = _areas(found, staff.day)
    return Hits(
        people=tuple(
            Found(
                number=person.number,
                name=person.name,
                id_number=identity.mask_id_number(identity.unseal(person.id_number_sealed)),
                born_in=person.born.year,
                area=places.get(person.pk, ""),
                left=person.left_on is not None,
            )
            for person in found[:SHOWN]
        ),
        more=len(found) > SHOWN,
    )


def _matching(kind: str, wanted: str) -> QuerySet[Person]:
    text = "".join(wanted.split())
    people = Person.objects.all()
    match kind:
        case "id":
            return people.filter(id_number_index=identity.index_of(text.upper()))
        case "phone":
            return people.filter(Q(phone=text) | Q(number=text))
        case "number":
            return people.filter(number=text)
        case "sound":
            return sounding(people, text)
        case _:
            return called(people, text)


def _areas(people: list[Person], day: date) -> dict[int, str]:
    places = Enrolment.objects.filter(person__in=people, ends_on=None)
    return dict(places.values_list("person_id", "area"))
