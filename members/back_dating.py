"""Approving a registration elsewhere from a day that is over: one proposes, a reviewer decides."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser

from record import changes
from record.models import Change, Role
from record.operations import Actor
from record.outcome import Refusal

from . import queries
from .models import Registration
from .residence import BACK_DATED, approve, key_of


def propose_back_dated(
    *, registration_id: int, begins_on: date, note: str, seen: int, by: AbstractBaseUser, day: date
) -> Change | Refusal:
    """Propose an approval from a day that is over, of an application as its proposer saw it.

    Refused: waits_for_second_person. Raises NotAllowed.
    """
    registration = Registration.objects.get(pk=registration_id)
    return changes.propose(
        kind=BACK_DATED,
        key=key_of(registration_id),
        area=queries.area_of_registration(str(registration_id)),
        payload={
            "registration": registration_id,
            "begins_on": begins_on.isoformat(),
            "note": note,
            "seen": seen,
        },
        reason=note or "—",
        by=by,
        day=day,
        subject_id=registration.person_id,
    )


def _apply(change: Change, actor: Actor, day: date) -> None:
    told = change.payload
    approve(
        registration_id=told["registration"],
        begins_on=date.fromisoformat(told["begins_on"]),
        day=day,
        actor=actor,
        note=told["note"],
        seen=told["seen"],
    )


BACK_DATED_CHANGE = changes.Kind(
    name=BACK_DATED,
    apply=_apply,
    proposers=frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value}),
    deciders=frozenset({Role.Kind.REVIEWER.value}),
)
