"""Writes of this room, and the frame that every operation of the portal stands in."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import OperationalError, connection, transaction

from .models import AuditRecord, Message
from .outcome import Refusal, Refused

P = ParamSpec("P")
T = TypeVar("T")

#: PostgreSQL's serialization failure and deadlock: the whole transaction may be tried again.
_TRY_AGAIN = {"40001", "40P01"}
_TRIES = 4


#: As long as a name is kept with what was done.
_LONGEST_NAME = 120


def name_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """Return the name that a user goes by, or the one of the sign-in where there is no other."""
    name = user.get_full_name() if isinstance(user, AbstractUser) else ""
    return (name or user.get_username())[:_LONGEST_NAME]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a user, or the system under a name such as `beat` or `import`."""

    name: str
    user_id: int | None = None

    @classmethod
    def of(cls, user: AbstractBaseUser | AnonymousUser) -> Actor:
        """Return a signed-in user as who does something, under the name that people know."""
        return cls(name=name_of(user), user_id=user.pk)


SYSTEM = Actor(name="system")


def operation(function: Callable[P, T]) -> Callable[P, T | Refusal]:
    """Make a function one operation: one transaction, all or nothing.

    `Refused` rolls back and comes out as its `Refusal`. A deadlock or a serialization failure is
    tried again, but only where no transaction is around it, for else it is not ours to repeat.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T | Refusal:
        inner = connection.in_atomic_block
        for attempt in range(1, _TRIES + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except Refused as refused:
                return refused.refusal
            except OperationalError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if inner or state not in _TRY_AGAIN or attempt == _TRIES:
                    raise
                time.sleep(0.01 * attempt)
        raise AssertionError("unreachable")

    return run


def audit(
    *,
    actor: Actor,
    verb: str,
    area: str = "",
    subject_id: int | None = None,
    record: str = "",
    purpose: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write one audit record, in the transaction of what it tells of."""
    audit_record(
        actor=actor,
        verb=verb,
        area=area,
        subject_id=subject_id,
        record=record,
        purpose=purpose,
        data=data,
    ).save(force_insert=True)


def audit_record(
    *,
    actor: Actor,
    verb: str,
    area: str = "",
    subject_id: int | None = None,
    record: str = "",
    purpose: str = "",
    data: Mapping[str, Any] | None = None,
) -> AuditRecord:
    """Return an audit record that is not written yet: it goes into a statement with others."""
    return AuditRecord(
        actor_id=actor.user_id,
        actor_name=actor.name,
        verb=verb,
        area=area,
        subject_id=subject_id,
        object=record,
        purpose=purpose,
        data=dict(data or {}),
    )


def tell(
    *,
    kind: str,
    person_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (),
    data: Mapping[str, Any] | None = None,
) -> None:
    """Put a message to these persons and users into the outbox, in the same transaction."""
    Message.objects.bulk_create(
        [Message(person_id=person_id, kind=kind, data=dict(data or {})) for person_id in person_ids]
        + [Message(user_id=user_id, kind=kind, data=dict(data or {})) for user_id in user_ids]
    )
