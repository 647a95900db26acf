"""Tying a user to the insured person that they are.

Nobody learns here whether an ID number is insured, alive, tied already, or has a phone on record:
the same rows are written and the same answer is given, whatever was found.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from policy.book import NATIONAL
from policy.keys import COMES_OF_AGE_AT
from policy.queries import current_book
from record.changes import NotAllowed
from record.models import Message, Role
from record.operations import Actor, audit, operation, tell
from record.queries import has_role
from record.tries import SIGNING_UP, turn_away

from . import identity, queries
from .identity_providers import PHONE_CODE, IdentityProvider, code_hash
from .models import Enrolment, LinkCode, Person, User

#: The kind of message that carries a code.
CODE_MESSAGE = "link_code"
CODE_DIGITS = 6
CODE_LIVES = timedelta(minutes=10)
TRIES_A_CODE = 5
#: Codes asked for in a day, by one user and from one network address.
ASKS_A_DAY = 5
ASKS_A_DAY_FROM_AN_ADDRESS = 20


class Outcome(Enum):
    """What came of asking for a code, or of giving one."""

    SENT = "sent"
    TOO_MANY = "too_many"
    LINKED = "linked"
    NOT_LINKED = "not_linked"


@operation
def start_linking(
    *, user_id: int, id_number: str, name: str, now: datetime, address: str = ""
) -> Outcome:
    """Send a code to the phone on record of the person with this ID number and name.

    `id_number` in its normal form. SENT says only that the try was counted: nothing is sent where
    no such person is found, they have left, are under age, are tied to a user already, or have no
    phone on record, and nobody can tell. TOO_MANY after ASKS_A_DAY.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = LinkCode.objects.filter(asked_at__gte=midnight)
    address_hash = identity.index_of(f"address:{address}") if address else None
    from_address = today.filter(address_hash=address_hash, used_at=None).count() if address else 0
    of_user = today.filter(user=user).count() >= ASKS_A_DAY
    if of_user or from_address >= ASKS_A_DAY_FROM_AN_ADDRESS:
        which = "user" if of_user else "address"
        turn_away(actor=_actor(user), verb=SIGNING_UP, counted_by=which)
        return Outcome.TOO_MANY
    found = queries.person_named(id_number=id_number, name=name)
    acts_alone = _acts_alone(found, now)  # asked for nobody too, so that the work is the same
    may_link = found is not None and acts_alone and _is_free(found, now) and bool(found.phone)
    person = found if may_link else None
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    row = LinkCode.objects.create(
        user=user,
        person=person,
        address_hash=address_hash,
        code_hash=code_hash(user_id=user.pk, code=code),
        asked_at=now,
        expires_at=now + CODE_LIVES,
        tries_left=TRIES_A_CODE,
    )
    # A message to nobody is written where nobody is to be told: the work is the same. The code is
    # sealed, so that a copy of the database holds none that could be used.
    Message.objects.create(
        person=person, kind=CODE_MESSAGE, data={"code_sealed": identity.seal(code).hex()}
    )
    audit(actor=_actor(user), verb="members.link.ask", record=f"link:{row.pk}")
    return Outcome.SENT


@operation
def finish_linking(
    *, user_id: int, answer: str, now: datetime, provider: IdentityProvider = PHONE_CODE
) -> Outcome:
    """Tie a user to the person that a provider vouches for. LINKED or NOT_LINKED, never why."""
    user = User.objects.select_for_update().get(pk=user_id)
    if queries.person_of(user) is not None:
        return Outcome.LINKED
    person_id = provider.person_for(user=user, answer=answer, now=now)
    if person_id is None:
        audit(actor=_actor(user), verb="members.link.fail")
        return Outcome.NOT_LINKED
    person = queries.lock_person(person_id)
    if not (_is_free(person, now) and _acts_alone(person, now)):
        return Outcome.NOT_LINKED
    _link(user, person, actor=_actor(user), how=provider.name)
    return Outcome.LINKED


@operation
def link_in_person(*, user_id: int, person_id: int, by: AbstractBaseUser, now: datetime) -> Outcome:
    """Tie a user to a person whose papers a case officer of the person's area has seen.

    Raises NotAllowed without that role, and where an officer would tie themselves.
    """
    day = timezone.localdate(now)
    place = queries.enrolment_on(person_id, day)
    area = place.area if place else ""
    if by.pk == user_id or not has_role(
        user_id=by.pk, kinds={Role.Kind.CASE_OFFICER.value}, area=area, day=day
    ):
        raise NotAllowed("a case officer of the person's area ties users to persons, not their own")
    user = User.objects.select_for_update().get(pk=user_id)
    person = queries.lock_person(person_id)
    if queries.person_of(user) is not None or not _is_free(person, now):
        return Outcome.NOT_LINKED
    _link(user, person, actor=Actor.of(by), how="in_person")
    return Outcome.LINKED


def opened_code(data: Mapping[str, Any]) -> str:
    """Open the sealed code of a message, for the channel that sends it."""
    return identity.unseal(bytes.fromhex(data["code_sealed"]))


def _is_free(person: Person, now: datetime) -> bool:
    return person.user_id is None and not queries.has_left(person, timezone.localdate(now))


def _acts_alone(person: Person | None, now: datetime) -> bool:
    """Say whether a person may sign in for themselves: of age, or insured by their own work.

    Parents act for a minor. Who lives on their own work before that counts as of age (Civil Code,
    article 18); a counter ties others whose papers it has seen.
    """
    day = timezone.localdate(now)
    place = queries.enrolment_on(person.pk if person else 0, day)
    age = current_book().value(NATIONAL, COMES_OF_AGE_AT.name, day)
    if person is None or age is None:
        return False
    at_work = place is not None and place.scheme == Enrolment.Scheme.EMPLOYEE
    return at_work or not queries.is_minor(person, years=age.value, day=day)


def _link(user: User, person: Person, *, actor: Actor, how: str) -> None:
    person.user = user
    person.save(update_fields=["user"])
    audit(
        actor=actor,
        verb="members.link",
        subject_id=person.pk,
        data={"user": user.get_username(), "how": how},
    )
    tell(kind="linked", person_ids=[person.pk])


def _actor(user: User) -> Actor:
    return Actor.of(user)
