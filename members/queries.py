"""Reads about persons: who they are, where they are insured, what held on a day."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from record.mailbox import unread_of_person
from record.prepared import prepared
from record.statements import statement

from . import identity
from .models import Enrolment, Person, User
from .months import first_of, months_after, retired_from


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a person is insured on a day."""

    area: str
    scheme: str
    mode: str
    employment: str


@dataclass(frozen=True, slots=True)
class CareFacts:
    """What a claim needs to know of its patient on the service date and on the settlement day."""

    service_place: Place | None
    settlement_area: str
    retired: bool
    left_on: date | None
    paid_months: frozenset[date]
    stays: frozenset[str]
    registered: bool


def lock_person(person_id: int) -> Person:
    """Lock a person for the rest of the transaction and return them as they are now.

    Whoever changes what a person's claims depend on (bindings, moves, departures, settlements)
    holds this lock. Several persons are locked by `lock_persons`, in id order.
    """
    return Person.objects.select_for_update(no_key=True).get(pk=person_id)


def hold_person(person_id: int) -> None:
    """Lock a person like `lock_person`, for who looks at them in a larger statement after it.

    Raises Person.DoesNotExist.
    """
    if statement(_HOLD).row({"person": person_id}) is None:
        raise Person.DoesNotExist(f"nobody has the id {person_id}")


_HOLD = "SELECT id FROM members_person WHERE id = %(person)s FOR NO KEY UPDATE"


def lock_persons(person_ids: set[int]) -> dict[int, Person]:
    """Lock these persons in id order and return them by id."""
    persons = Person.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk")
    return {person.pk: person for person in persons}


def has_left(person: Person, day: date) -> bool:
    """Say whether a person has left (4.5): paid out, or a death reported, on or before a day."""
    return person.left_on is not None and person.left_on <= day


def is_retired(person: Person, day: date) -> bool:
    """Say whether a person is retired on a day (2.2)."""
    begins = retired_from(person.retired_on)
    return begins is not None and begins <= day


def enrolment_on(person_id: int, day: date) -> Enrolment | None:
    """Return the enrolment in force on a day, or None."""
    return _enrolments_on.first([person_id], day)


def areas_on(person_ids: set[int], day: date) -> dict[int, str]:
    """Return the area of each of these persons on a day, by person id."""
    if not person_ids:
        return {}
    return {one.person_id: one.area for one in _enrolments_on(sorted(person_ids), day)}


@prepared
def _enrolments_on(persons: list[int], day: date) -> QuerySet[Enrolment]:
    return enrolled_on(day).filter(person_id__any_of=persons)


def enrolled_on(day: date) -> QuerySet[Enrolment]:
    """Return every enrolment in force on a day, for a larger query; at most one for a person."""
    begun = Enrolment.objects.filter(begins_on__lte=day)
    return begun.filter(Q(ends_on=None) | Q(ends_on__gt=day))


#: What a claim asks of the register of persons, in one row, for `care_values`.
CARE_FACTS = """
SELECT
    service.area, service.scheme, service.mode, service.employment,
    settlement.area AS settlement_area,
    person.retired_on, person.left_on,
    ARRAY(
        SELECT month FROM members_contribution
        WHERE person_id = person.id
          AND month BETWEEN %(care_first_month)s AND %(care_month)s
          AND paid_on <= %(care_service_date)s AND paid_back_on IS NULL
    ) AS paid_months,
    ARRAY(
        SELECT DISTINCT kind FROM members_stay
        WHERE person_id = person.id AND begins_on <= %(care_service_date)s
          AND (ends_on IS NULL OR ends_on > %(care_service_date)s)
    ) AS stays,
    EXISTS (
        SELECT FROM members_registration
        WHERE person_id = person.id AND area = %(care_area)s AND state = 'approved'
          AND begins_on <= %(care_service_date)s
          AND (ends_on IS NULL OR ends_on > %(care_service_date)s)
    ) AS registered
FROM members_person person
LEFT JOIN members_enrolment service
    ON service.person_id = person.id AND service.begins_on <= %(care_service_date)s
    AND (service.ends_on IS NULL OR service.ends_on > %(care_service_date)s)
LEFT JOIN members_enrolment settlement
    ON settlement.person_id = person.id AND settlement.begins_on <= %(care_day)s
    AND (settlement.ends_on IS NULL OR settlement.ends_on > %(care_day)s)
WHERE person.id = %(care_person)s
"""


#: How many months before the service date are looked at; which of them count, the policy says.
_MONTHS_LOOKED_AT = 12


def care_values(*, person_id: int, service_date: date, day: date, care_area: str) -> dict[str, Any]:
    """Return the values of `CARE_FACTS` for care on a service date, settled on `day`."""
    month = first_of(service_date)
    return {
        "care_person": person_id,
        "care_service_date": service_date,
        "care_day": day,
        "care_area": care_area,
        "care_month": month,
        "care_first_month": months_after(month, -_MONTHS_LOOKED_AT),
    }


def care_facts_of(row: Mapping[str, Any], service_date: date) -> CareFacts:
    """Read a row of `CARE_FACTS`."""
    begins = retired_from(row["retired_on"])
    area = row["area"]
    return CareFacts(
        service_place=(
            Place(area, row["scheme"], row["mode"], row["employment"]) if area else None
        ),
        settlement_area=row["settlement_area"] or area or "",
        retired=begins is not None and begins <= service_date,
        left_on=row["left_on"],
        paid_months=frozenset(row["paid_months"]),
        stays=frozenset(row["stays"]),
        registered=row["registered"],
    )


def person(person_id: int) -> Person:
    """Return a person by id. Raises Person.DoesNotExist."""
    return Person.objects.get(pk=person_id)


def person_of(user: User | AnonymousUser) -> Person | None:
    """Return the insured person that a user is tied to, or None."""
    return Person.objects.filter(user_id=user.pk).first() if user.pk else None


def person_and_unread(user: User | AnonymousUser) -> Person | None:
    """Return the person that a user is tied to, or None; `unread` counts their messages."""
    if not user.pk:
        return None
    return _person_and_unread.first(user.pk)


@prepared
def _person_and_unread(user: int) -> QuerySet[Person]:
    return Person.objects.filter(user_id=user).annotate(unread=unread_of_person())


def person_named(*, id_number: str, name: str) -> Person | None:
    """Return the person with this ID number (normal form) if this is their name, else None."""
    person = Person.objects.filter(id_number_index=identity.index_of(id_number)).first()
    return person if person is not None and _plain(person.name) == _plain(name) else None


def _plain(name: str) -> str:
    """A name as people type it differently: without blanks, one kind of dot, one kind of width."""
    text = unicodedata.normalize("NFKC", name).translate(_DOTS)
    return "".join(text.split()).casefold()


_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･.", "·"))


def is_minor(person: Person, *, years: int, day: date) -> bool:
    """Say whether somebody is under so many years old on a day (policy `comes_of_age_at`)."""
    # Somebody born on 29 February comes of age with 1 March.
    born = person.born
    return (born.year + years, born.month, born.day) > (day.year, day.month, day.day)


def enrolments_of(person_id: int) -> list[Enrolment]:
    """Return where and how a person has been insured, newest first."""
    return list(Enrolment.objects.filter(person_id=person_id).order_by("-begins_on", "-pk"))


def present_area(person_id: int) -> str:
    """Return the area that a person is insured in at present, or ""."""
    found = Enrolment.objects.filter(person_id=person_id, ends_on=None)
    return found.values_list("area", flat=True).first() or ""


def present_area_of(person_id: str) -> str:
    """Return the same for an id as an address or a paper has it."""
    return present_area(int(person_id))


def area_of_registration(registration_id: str) -> str:
    """Return the area that decides on a registration elsewhere: where its person is insured now."""
    found = Enrolment.objects.filter(person__registrations__pk=registration_id, ends_on=None)
    return found.values_list("area", flat=True).first() or ""
