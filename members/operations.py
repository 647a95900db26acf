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
from record.operations import Actor, audit, operation

from . import bulk, identity, queries
from .models import Contribution, EarlierTotal, Enrolment, Person, Stay
from .months import retired_from
from .residence import (
    apply_for_residence,
    approve_residence,
    ask_about_residence,
    close_applications,
    end_registrations,
    end_residence,
    refuse_residence,
    withdraw_residence,
)

__all__ = [
    "NewPerson",
    "apply_for_residence",
    "approve_residence",
    "ask_about_residence",
    "change_place",
    "end_registrations",
    "end_residence",
    "enrol_many",
    "mark_left",
    "name_key",
    "pay_contributions",
    "record_stay",
    "refuse_residence",
    "retire",
    "withdraw_residence",
]


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
    end_registrations(person_id=person.pk, day=day, cause="left")
    close_applications(person_id=person.pk, day=day, cause="left")
