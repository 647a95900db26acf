"""Who may show whose payment code: one's own, and that of a child who is not of age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils import timezone

from members import payment_codes
from members import queries as members
from members.models import Person
from members.payment_codes import ShownCode
from policy.queries import current_book
from policy.refusals import refuse
from record.changes import NotAllowed
from record.operations import Actor, operation

from .models import Binding


def minor_children_of(person: Person, *, day: date) -> list[Person]:
    """Return the children of a person who are not of age on a day, oldest first.

    A relation is on record where one of the two pays for the other, whoever of them stated it.
    """
    bound = Binding.objects.filter(
        Q(authorizer=person, relation=Binding.Relation.CHILD)
        | Q(member=person, relation=Binding.Relation.PARENT),
        ended_on=None,
    ).select_related("authorizer", "member")
    others = {b.pk: b.member if b.authorizer_id == person.pk else b.authorizer for b in bound}
    children = {child.pk: child for child in others.values()}
    areas = members.areas_on(set(children), day)
    book = current_book()
    return sorted(
        (
            child
            for child in children.values()
            if child.pk in areas
            and not members.has_left(child, day)
            and members.is_minor(
                child,
                years=book.rules(areas[child.pk], day).comes_of_age_at.value,
                day=day,
            )
        ),
        key=lambda child: (child.born, child.pk),
    )


def shown_by(person: Person, *, day: date) -> list[Person]:
    """Return those whose payment code a person may show: their own first, then their children's."""
    children = [] if members.has_left(person, day) else minor_children_of(person, day=day)
    return [person, *children]


@dataclass(frozen=True, slots=True)
class Shown:
    """A code on a page: whose it is, and of whom else the reader may show one."""

    code: ShownCode
    whose: Person
    people: list[Person]


@operation
def show_code(*, by: AbstractBaseUser, person_id: int, now: datetime) -> ShownCode:
    """Show a payment code to a user: their own, or that of their child who is not of age.

    Raises NotAllowed for anybody else's. Refused: member_left, too_many_codes.
    """
    return _show(by=by, person_id=person_id, now=now).code


@operation
def show_code_among(*, by: AbstractBaseUser, person_id: int, now: datetime) -> Shown:
    """Show a payment code as `show_code` does, and say of whom else the user may show one."""
    return _show(by=by, person_id=person_id, now=now)


def _show(*, by: AbstractBaseUser, person_id: int, now: datetime) -> Shown:
    shower = Person.objects.filter(user_id=by.pk).first()
    if shower is None:
        raise NotAllowed("this sign-in belongs to no insured person")
    if person_id == shower.pk and members.has_left(shower, timezone.localdate(now)):
        raise refuse("member_left")
    people = shown_by(shower, day=timezone.localdate(now))
    whose = next((one for one in people if one.pk == person_id), None)
    if whose is None:
        raise NotAllowed("a payment code is shown to its owner, and to the parent of a minor")
    code = payment_codes.issue_code(
        person=whose,
        shown_by=by,
        now=now,
        actor=Actor.of(by),
    )
    return Shown(code, whose, people)
