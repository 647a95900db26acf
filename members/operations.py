"""Writes about persons: enrolment, contributions, retirement, stays, registrations elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from policy.refusals import refuse
from record.operations import Actor, audit, operation, tell

from . import bulk, identity, queries
from .models import Contribution, EarlierTotal, Enrolment, Person, Registration, Stay
from .months import retired_from


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to enrol. `id_number` in its normal form; amounts in yuan; dates as days."""

    name: str
    id_number: str
    born: date
    area: str
    begins_on: date
    scheme: str = Enrolment.Scheme.EMPLOYEE
    mode: str = Enrolment.Mode.COMBINED
    employment: str = Enrolment.Employment.EMPLOYED
    retired_on: date | None = None
    combined_years: Decimal = Decimal(0)
    pool_only_years: Decimal = Decimal(0)
    earlier_totals: tuple[tuple[int, Decimal], ...] = ()
    phone: str = ""
    bank_account: str = ""
    number: str = ""


@lru_cache(maxsize=100_000)
def name_key(name: str) -> str:
    """Return the key that sorts and finds a name by its sound: pinyin without tones."""
    return " ".join(lazy_pinyin(name, style=Style.NORMAL)).lower()


def enrol_many(*, people: Sequence[NewPerson], actor: Actor) -> list[Person]:
    """Enrol persons for the first time, in a few statements. Inside the caller's transaction.

    An ID number that is enrolled already breaks a unique constraint: callers look first.
    """
    persons = [
        Person(
            pk=pk,
            number=new.number or f"{secrets.randbelow(10**12):012d}",
            name=new.name,
            name_key=name_key(new.name),
            id_number_sealed=identity.seal(new.id_number),
            id_number_index=identity.index_of(new.id_number),
            born=new.born,
            phone=new.phone,
            bank_account_sealed=identity.seal(new.bank_account) if new.bank_account else None,
            retired_on=new.retired_on,
            combined_years=new.combined_years,
            pool_only_years=new.pool_only_years,
        )
        for pk, new in zip(bulk.next_ids(Person, len(people)), people, strict=True)
    ]
    bulk.copy_rows(persons)
    placed = list(zip(persons, people, strict=True))
    bulk.copy_values(
        Enrolment,
        ("person_id", "area", "scheme", "mode", "employment", "begins_on"),
        (
            (person.pk, new.area, new.scheme, new.mode, new.employment, new.begins_on)
            for person, new in placed
        ),
    )
    bulk.copy_values(
        EarlierTotal,
        ("person_id", "year", "amount"),
        (
            (person.pk, year, amount)
            for person, new in placed
            for year, amount in new.earlier_totals
        ),
    )
    audit(actor=actor, verb="members.enrol", data={"persons": [p.number for p in persons]})
    return persons


@operation
def pay_contributions(
    *, person_id: int, months: Sequence[date], base: Decimal, paid_on: date, actor: Actor
) -> list[Contribution]:
    """Record that these months (first days) are paid on a day: all of them or none (2.4).

    Refused: member_left, already_paid, not_due.
    """
    person = queries.lock_person(person_id)
    if queries.has_left(person, paid_on):
        raise refuse("member_left")
    paid = set(
        Contribution.objects.filter(person=person, month__in=months, paid_back_on=None).values_list(
            "month", flat=True
        )
    )
    if paid or len(set(months)) < len(months):
        raise refuse("already_paid", months=sorted(f"{month:%Y-%m}" for month in paid))
    begins = retired_from(person.retired_on)
    if begins is not None and any(month >= begins for month in months):
        raise refuse("not_due")
    contributions = Contribution.objects.bulk_create(
        [Contribution(person=person, month=month, base=base, paid_on=paid_on) for month in months],
        # A month that was paid back may be paid again: its row is taken up, its history stays.
        update_conflicts=True,
        unique_fields=["person", "month"],
        update_fields=["base", "paid_on", "paid_back_on"],
    )
    audit(
        actor=actor,
        verb="members.contribute",
        subject_id=person.pk,
        data={"months": [f"{month:%Y-%m}" for month in months], "base": str(base)},
    )
    return contributions


@operation
def retire(*, person_id: int, retired_on: date, day: date, actor: Actor) -> Person:
    """Record completed retirement formalities, where the contribution years are met (2.2)."""
    person = queries.lock_person(person_id)
    if queries.has_left(person, day):
        raise refuse("member_left")
    before = person.retired_on
    person.retired_on = retired_on
    person.save(update_fields=["retired_on"])
    audit(
        actor=actor,
        verb="members.retire",
        subject_id=person.pk,
        data={"before": str(before or ""), "after": str(retired_on)},
    )
    return person


@operation
def record_stay(
    *, person_id: int, kind: str, begins_on: date, ends_on: date | None, day: date, actor: Actor
) -> Stay:
    """Record a stay; the day of discharge is no longer part of it. Refused: member_left."""
    person = queries.lock_person(person_id)
    if queries.has_left(person, day):
        raise refuse("member_left")
    stay = Stay.objects.create(person=person, kind=kind, begins_on=begins_on, ends_on=ends_on)
    audit(
        actor=actor,
        verb="members.stay",
        subject_id=person.pk,
        data={"kind": kind, "from": str(begins_on), "to": str(ends_on or "")},
    )
    return stay


@operation
def apply_for_residence(
    *, person_id: int, area: str, kind: str, day: date, actor: Actor
) -> Registration:
    """Apply for a remote-residence registration (AH49-2.1b).

    Refused: member_left, already_applied.
    """
    person = queries.lock_person(person_id)
    if queries.has_left(person, day):
        raise refuse("member_left")
    waiting = [Registration.State.APPLIED, Registration.State.ASKED]
    if Registration.objects.filter(person=person, area=area, state__in=waiting).exists():
        raise refuse("already_applied")
    registration = Registration.objects.create(person=person, area=area, kind=kind, applied_on=day)
    _audit_registration(registration, "apply", actor)
    return registration


@operation
def approve_residence(
    *,
    registration_id: int,
    begins_on: date,
    day: date,
    actor: Actor,
    note: str = "",
) -> Registration:
    """Approve an application, in force from a day. An older one for the same area ends there."""
    registration = _lock_open(registration_id, day)
    Registration.objects.filter(
        person_id=registration.person_id,
        area=registration.area,
        state=Registration.State.APPROVED,
        ends_on=None,
    ).update(ends_on=begins_on)
    registration.state = Registration.State.APPROVED
    registration.begins_on = begins_on
    return _decide(registration, "approve", day, actor, note)


@operation
def ask_about_residence(
    *, registration_id: int, note: str, day: date, actor: Actor
) -> Registration:
    """Ask the applicant for something; the application stays open."""
    registration = _lock_open(registration_id, day)
    registration.state = Registration.State.ASKED
    return _decide(registration, "ask", day, actor, note)


@operation
def refuse_residence(*, registration_id: int, note: str, day: date, actor: Actor) -> Registration:
    """Refuse an application, with a reason that the member reads."""
    registration = _lock_open(registration_id, day)
    registration.state = Registration.State.REFUSED
    return _decide(registration, "refuse", day, actor, note)


@operation
def withdraw_residence(*, registration_id: int, day: date, actor: Actor) -> Registration:
    """Take an open application back."""
    registration = _lock_open(registration_id, day)
    registration.state = Registration.State.WITHDRAWN
    return _decide(registration, "withdraw", day, actor, "")


@operation
def end_residence(*, person_id: int, area: str, day: date, actor: Actor) -> int:
    """End a person's registrations for an area: the day of ending is no longer covered.

    Refused: member_left, not_registered. Returns how many ended.
    """
    person = queries.lock_person(person_id)
    if queries.has_left(person, day):
        raise refuse("member_left")
    ended = end_registrations(person_id=person_id, day=day, area=area)
    if not ended:
        raise refuse("not_registered")
    audit(
        actor=actor,
        verb="members.residence.end",
        area=area,
        subject_id=person_id,
    )
    return ended


def end_registrations(*, person_id: int, day: date, area: str = "") -> int:
    """End the registrations in force of a locked person; of one area, or of all."""
    found = Registration.objects.filter(
        person_id=person_id, state=Registration.State.APPROVED, ends_on=None
    )
    if area:
        found = found.filter(area=area)
    return found.update(ends_on=day)


def change_place(*, person: Person, area: str, day: date) -> Enrolment:
    """Move a locked person's enrolment to another area from a day on, all else the same."""
    old = Enrolment.objects.get(person=person, ends_on=None)
    old.ends_on = day
    old.save(update_fields=["ends_on"])
    return Enrolment.objects.create(
        person=person,
        area=area,
        scheme=old.scheme,
        mode=old.mode,
        employment=old.employment,
        begins_on=day,
    )


def mark_left(*, person: Person, reason: str, day: date) -> None:
    """Record that a locked person has left from a day on; what is open of theirs ends."""
    person.left_on, person.departure = day, reason
    person.save(update_fields=["left_on", "departure"])
    end_registrations(person_id=person.pk, day=day)
    Registration.objects.filter(
        person=person, state__in=[Registration.State.APPLIED, Registration.State.ASKED]
    ).update(state=Registration.State.WITHDRAWN, decided_on=day)


def _lock_open(registration_id: int, day: date) -> Registration:
    registration = Registration.objects.select_for_update().get(pk=registration_id)
    person = queries.lock_person(registration.person_id)
    if queries.has_left(person, day):
        raise refuse("member_left")
    if registration.state not in {Registration.State.APPLIED, Registration.State.ASKED}:
        raise refuse("not_waiting")
    return registration


def _decide(
    registration: Registration, verb: str, day: date, actor: Actor, note: str
) -> Registration:
    registration.decided_on, registration.decided_by_id = day, actor.user_id
    registration.note = note
    registration.save()
    _audit_registration(registration, verb, actor)
    tell(
        kind=f"residence_{verb}",
        person_ids=[registration.person_id],
        data={"area": registration.area},
    )
    return registration


def _audit_registration(registration: Registration, verb: str, actor: Actor) -> None:
    audit(
        actor=actor,
        verb=f"members.residence.{verb}",
        area=registration.area,
        subject_id=registration.person_id,
        record=f"registration:{registration.pk}",
        data={"kind": registration.kind, "note": registration.note},
    )
