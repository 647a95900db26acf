"""Binding somebody by name and ID number, without learning anything about them.

What is about oneself (full, no account, not open yet) is said plainly. Whatever is about the other
person (unknown, not insured, elsewhere, bound elsewhere, gone) has one answer, and costs one of a
few tries a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils import timezone

from members import queries as members
from members.models import Person, User
from policy.queries import current_book
from policy.refusals import refusal
from record.models import AuditRecord
from record.operations import Actor, audit
from record.outcome import Refusal
from record.tries import BINDING, turn_away

from . import limits
from .bindings import bind, gives_account
from .models import Binding, Notice

TRIES_A_DAY = 5
_FAILED = "families.bind.fail"

#: Refusals of `bind` that are about oneself or about what one has typed.
_OWN = frozenset(
    [
        "self_binding",
        "consent_missing",
        "relation_not_allowed",
        "sharing_not_open",
        "no_account",
        "already_bound",
        "family_full",
    ]
)


class Answer(Enum):
    """What is said where nothing may be said about the other person."""

    NOT_POSSIBLE = "not_possible"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom somebody wants to bind. `id_number` in its normal form."""

    relation: str
    name: str
    id_number: str


def own_refusal(person: Person, *, now: datetime) -> Refusal | None:
    """Return why a person can bind nobody at all, or None."""
    day = timezone.localdate(now)
    book = current_book()
    place = members.enrolment_on(person.pk, day)
    if members.has_left(person, day):
        return refusal("member_left")
    if place is None:
        return refusal("not_enrolled")
    rules = book.rules(place.area, day)
    seats = Binding.objects.filter(authorizer=person, ended_on=None).count()
    checks = {
        "provincial_direct_excluded": rules.sharing_excluded.value,
        "no_account": not gives_account(book, person, place, day),
        "sharing_not_open": not rules.sharing_open.value,
        "family_full": rules.family_seats is not None and seats >= rules.family_seats.value,
    }
    return next((refusal(code) for code, applies in checks.items() if applies), None)


def bind_named(
    *,
    person: Person,
    user: User,
    asked: Asked,
    notice: Notice | None,
    now: datetime,
    address: str,
) -> Binding | Refusal | Answer:
    """Bind the person with this name and ID number to one's own account.

    A `Refusal` is about oneself; an `Answer` says no more than that it did not work. `address`:
    the network address that the try comes from. Raises LimitsAway, and then nothing is bound.
    """
    actor = Actor.of(user)
    own = own_refusal(person, now=now)
    if own is not None:
        return own
    day = timezone.localdate(now)
    if not limits.take_a_try(address=address, day=day):
        return _too_many(person, actor, "address", now)
    answer = _try(person=person, user=user, actor=actor, asked=asked, notice=notice, now=now)
    if answer is Answer.TOO_MANY:
        return _too_many(person, actor, "user", now)
    if not isinstance(answer, Answer):
        limits.give_back_a_try(address=address, day=day)
    return answer


def _too_many(person: Person, actor: Actor, which: str, now: datetime) -> Answer:
    """Write down that the tries are used up: the desk of the person's own area reads the number."""
    place = members.enrolment_on(person.pk, timezone.localdate(now))
    turn_away(
        actor=actor,
        verb=BINDING,
        counted_by=which,
        area=place.area if place else "",
        subject_id=person.pk,
    )
    return Answer.TOO_MANY


def _try(
    *,
    person: Person,
    user: User,
    actor: Actor,
    asked: Asked,
    notice: Notice | None,
    now: datetime,
) -> Binding | Refusal | Answer:
    with transaction.atomic():
        # One try after the other, so that nobody gets more of them by being quick.
        User.objects.select_for_update().get(pk=user.pk)
        if _failed_today(person, now) >= TRIES_A_DAY:
            return Answer.TOO_MANY
        found = members.person_named(id_number=asked.id_number, name=asked.name)
        # Where nobody is found, a binding to oneself is tried: it is refused after the same looks.
        bound = bind(
            authorizer_id=person.pk,
            member_id=found.pk if found else person.pk,
            relation=asked.relation,
            notice=notice,
            day=timezone.localdate(now),
            actor=actor,
        )
        if isinstance(bound, Binding):
            return bound
        if found is not None and bound.code in _OWN:
            return bound
        audit(actor=actor, verb=_FAILED, subject_id=person.pk)
        return Answer.NOT_POSSIBLE


def _failed_today(person: Person, now: datetime) -> int:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return AuditRecord.objects.filter(subject=person, verb=_FAILED, at__gte=midnight).count()
