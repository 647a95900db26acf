"""Changes that need two persons: one proposes, another decides, and only then it is done.

A room registers what its kinds of change do (`register`), in its `AppConfig.ready`. The same
person is refused here, and again by the constraint `change_decided_by_another_person`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser

from . import queries
from .models import Change
from .operations import Actor, audit, operation, tell
from .outcome import Refusal, Refused

#: The user that proposes what comes out of data alone. No person can have this name, which no
#: sign-up form allows, and it cannot sign in: it is not active and has no password.
SYSTEM_USERNAME = "(system)"


class NotAllowed(Exception):
    """The user may not do this: no such role there, or it is their own proposal."""


class TooEarly(NotAllowed):
    """The change is one that must lie for some days, so that who is concerned can object."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: what approving it does, and which roles may propose and decide it.

    `apply(change, actor, day)` runs inside the approval's transaction. It may raise `Refused`: then
    the approval is refused with that code and everything stays as it was. `let_go` runs likewise
    when a change is refused or taken back, and sets free what waited for it. `days_to_wait`: how
    long a change lies before anybody may approve it. `is_theirs(change, user_id, day)`: which of
    those who have the role may decide this one, where not all.
    """

    name: str
    apply: Callable[[Change, Actor, date], None]
    proposers: frozenset[str]
    deciders: frozenset[str]
    days_to_wait: int = 0
    let_go: Callable[[Change, Actor, date], None] | None = None
    is_theirs: Callable[[Change, int, date], bool] | None = None


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of change known. A name is registered once."""
    if kind.name in _KINDS and _KINDS[kind.name] != kind:
        raise ValueError(f"the kind of change {kind.name!r} is registered already")
    _KINDS[kind.name] = kind


def kind_names() -> list[str]:
    """Return the names of all registered kinds."""
    return sorted(_KINDS)


def kind_of(name: str) -> Kind:
    """Return the registered kind. Raises KeyError for an unknown one."""
    return _KINDS[name]


@operation
def propose(
    *,
    kind: str,
    key: str,
    area: str,
    payload: Mapping[str, Any],
    reason: str,
    by: AbstractBaseUser,
    day: date,
    subject_id: int | None = None,
) -> Change:
    """Propose a change. Nothing happens to what it touches until another person approves.

    Refused with `waits_for_second_person` while another change of this kind waits for `key`.
    Raises NotAllowed where the user has no role for it in the area.
    """
    _check_role(by, _KINDS[kind].proposers, area, day)
    return proposed(
        kind=kind,
        key=key,
        area=area,
        payload=payload,
        reason=reason,
        by=by,
        day=day,
        subject_id=subject_id,
    )


def proposed(
    *,
    kind: str,
    key: str,
    area: str,
    payload: Mapping[str, Any],
    reason: str,
    by: AbstractBaseUser,
    day: date,
    subject_id: int | None = None,
) -> Change:
    """Write a proposal whose proposer was checked, or is the system, in the caller's transaction.

    Raises Refused (`waits_for_second_person`) like `propose`.
    """
    if Change.objects.filter(kind=kind, key=key, state=Change.State.WAITING).exists():
        raise Refused(Refusal("waits_for_second_person"))
    change = Change.objects.create(
        kind=kind,
        key=key,
        area=area,
        subject_id=subject_id,
        payload=dict(payload),
        reason=reason,
        proposed_by_id=by.pk,
        proposed_on=day,
    )
    audit(
        actor=Actor.of(by),
        verb=f"change.{kind}.propose",
        area=area,
        subject_id=subject_id,
        record=f"change:{change.pk}",
        data={"key": key, "payload": dict(payload), "reason": reason},
    )
    return change


def area_of_change(change_id: str) -> str:
    """Return the area whose staff may look at the papers of a change, or ""."""
    return Change.objects.filter(pk=change_id).values_list("area", flat=True).first() or ""


def may_propose(*, kind: str, area: str, by: AbstractBaseUser, day: date) -> bool:
    """Say whether a user has a role to propose a kind of change in an area."""
    return queries.has_role(user_id=by.pk, kinds=_KINDS[kind].proposers, area=area, day=day)


def system_user() -> AbstractBaseUser:
    """Return the user that stands for the system; nobody signs in as it."""
    user, _ = get_user_model().objects.get_or_create(
        username=SYSTEM_USERNAME, defaults={"is_active": False, "password": make_password(None)}
    )
    return user


def is_of_the_system(change: Change) -> bool:
    """Say whether the system proposed a change, so that a person has to take it over first."""
    return change.proposed_by.get_username() == SYSTEM_USERNAME


@operation
def take_over(*, change_id: int, by: AbstractBaseUser, day: date) -> Change:
    """Make the system's proposal one's own, so that two persons stand behind what comes of it.

    The system's is withdrawn and the same is proposed anew. Raises NotAllowed for users without
    the role, and for a proposal that a person made.
    """
    change = _waiting(change_id)
    if not is_of_the_system(change):
        raise NotAllowed("a person proposed this; another one decides")
    _check_role(by, _KINDS[change.kind].proposers, change.area, day)
    _withdraw(change, by_id=by.pk, day=day)
    return proposed(
        kind=change.kind,
        key=change.key,
        area=change.area,
        payload=change.payload,
        reason=change.reason,
        by=by,
        day=day,
        subject_id=change.subject_id,
    )


def supersede(*, kind: str, key: str, actor: Actor, day: date) -> None:
    """Withdraw what waits for a key because its facts have changed. In the caller's transaction."""
    waiting = Change.objects.select_for_update(of=("self",)).filter(
        kind=kind, key=key, state=Change.State.WAITING
    )
    for change in waiting:
        _withdraw(change, by_id=actor.user_id or system_user().pk, day=day)
        _record_decision(change, actor, "supersede", "")


@operation
def approve(*, change_id: int, by: AbstractBaseUser, day: date, note: str = "") -> Change:
    """Approve a waiting change and carry it out, in one transaction.

    Raises NotAllowed for the proposer and for users without the role. A refusal of the law that
    comes up while it is carried out leaves the change waiting and everything as it was.
    """
    change = _waiting(change_id)
    _check_decider(change, by, day)
    if is_of_the_system(change):
        raise NotAllowed("a clerk takes the system's proposal over first, and another one decides")
    days = _KINDS[change.kind].days_to_wait
    if day < change.proposed_on + timedelta(days=days):
        raise TooEarly(f"this can be approved {days} days after it was proposed")
    change.state, change.decided_by_id, change.decided_on = Change.State.APPROVED, by.pk, day
    change.decision_note = note
    change.save(update_fields=["state", "decided_by", "decided_on", "decision_note"])
    actor = Actor.of(by)
    _KINDS[change.kind].apply(change, actor, day)
    _record_decision(change, actor, "approve", note)
    return change


@operation
def refuse_change(*, change_id: int, by: AbstractBaseUser, day: date, note: str) -> Change:
    """Refuse a waiting change with a reason. Raises NotAllowed like `approve`."""
    change = _waiting(change_id)
    _check_decider(change, by, day)
    change.state, change.decided_by_id, change.decided_on = Change.State.REFUSED, by.pk, day
    change.decision_note = note
    change.save(update_fields=["state", "decided_by", "decided_on", "decision_note"])
    _let_go(change, Actor.of(by), day)
    _record_decision(change, Actor.of(by), "refuse", note)
    return change


@operation
def withdraw(*, change_id: int, by: AbstractBaseUser, day: date) -> Change:
    """Take one's own waiting proposal back. Raises NotAllowed for anybody else."""
    change = _waiting(change_id)
    if change.proposed_by_id != by.pk:
        raise NotAllowed("only its proposer can withdraw a change")
    _withdraw(change, by_id=by.pk, day=day)
    _let_go(change, Actor.of(by), day)
    _record_decision(change, Actor.of(by), "withdraw", "")
    return change


def _let_go(change: Change, actor: Actor, day: date) -> None:
    let_go = _KINDS[change.kind].let_go
    if let_go is not None:
        let_go(change, actor, day)


def _withdraw(change: Change, *, by_id: int, day: date) -> None:
    change.state, change.decided_by_id, change.decided_on = Change.State.WITHDRAWN, by_id, day
    change.save(update_fields=["state", "decided_by", "decided_on"])


def _waiting(change_id: int) -> Change:
    change = Change.objects.select_for_update().filter(pk=change_id).first()
    if change is None or change.state != Change.State.WAITING:
        raise Refused(Refusal("not_waiting"))
    return change


def _check_decider(change: Change, by: AbstractBaseUser, day: date) -> None:
    if change.proposed_by_id == by.pk:
        raise NotAllowed("nobody decides on their own proposal")
    kind = _KINDS[change.kind]
    _check_role(by, kind.deciders, change.area, day)
    if kind.is_theirs is not None and not kind.is_theirs(change, by.pk, day):
        raise NotAllowed("others who have this role decide on this one")


def _check_role(by: AbstractBaseUser, kinds: frozenset[str], area: str, day: date) -> None:
    if not queries.has_role(user_id=by.pk, kinds=kinds, area=area, day=day):
        raise NotAllowed(f"this needs one of the roles {sorted(kinds)} for {area}")


def _is_about_its_proposer(change: Change) -> bool:
    """Say whether a member asked for it themselves: its room tells them, in a member's words."""
    return change.subject is not None and change.subject.user_id == change.proposed_by_id


def _record_decision(change: Change, actor: Actor, verb: str, note: str) -> None:
    audit(
        actor=actor,
        verb=f"change.{change.kind}.{verb}",
        area=change.area,
        subject_id=change.subject_id,
        record=f"change:{change.pk}",
        data={"key": change.key, "note": note},
    )
    if is_of_the_system(change) or _is_about_its_proposer(change):
        return
    tell(
        kind=f"change_{verb}",
        user_ids=[change.proposed_by_id],
        data={"change": change.pk, "key": change.key},
    )
