"""A death that was reported by mistake is taken back, by two persons, before anything is paid out.

The account pays again, and what was listed to recover is closed. Bindings and registrations that
ended stay ended: others may have taken their places meanwhile, and whoever binds anew takes a new
place in time (rules 5).
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser

from accounts.models import LedgerAccount
from members import queries as members
from members.models import Person
from policy.refusals import refusal, refuse
from record import changes
from record.models import Change, Role
from record.operations import Actor, audit, tell
from record.outcome import Refusal

from .departures import PAYOUT
from .models import RecoveryItem

UNDO_DEATH = "undo_death"
#: What closes the items to recover, in the record.
_NOTE = "the report of death was taken back"


def may_be_undone(person: Person) -> bool:
    """Say whether a death is reported of which nothing was paid out yet."""
    return person.departure == Person.Departure.DEATH and person.paid_out_on is None


def propose_undo_death(
    *, person_id: int, evidence: str, by: AbstractBaseUser, day: date
) -> Change | Refusal:
    """Propose to take a report of death back. `evidence`: how the person was seen alive.

    Refused: no_death_reported, not_enrolled, waits_for_second_person. Raises NotAllowed.
    """
    person = members.person(person_id)
    if not may_be_undone(person):
        return refusal("no_death_reported")
    place = members.enrolment_on(person_id, day)
    if place is None:
        return refusal("not_enrolled")
    return changes.propose(
        kind=UNDO_DEATH,
        key=f"person:{person_id}",
        area=place.area,
        payload={"died_on": str(person.left_on)},
        reason=evidence,
        by=by,
        day=day,
        subject_id=person_id,
    )


def _apply(change: Change, actor: Actor, day: date) -> None:
    assert change.subject_id is not None, "a report of death is of a person"
    person = members.lock_person(change.subject_id)
    if not may_be_undone(person) or str(person.left_on) != change.payload["died_on"]:
        raise refuse("no_death_reported")
    person.left_on, person.departure = None, ""
    person.save(update_fields=["left_on", "departure"])
    LedgerAccount.objects.filter(person=person).update(frozen_on=None)
    closed = RecoveryItem.objects.filter(person=person, closed_on=None).update(
        closed_on=day, note=_NOTE
    )
    changes.supersede(kind=PAYOUT, key=f"person:{person.pk}", actor=actor, day=day)
    tell(kind="death_undone", person_ids=[person.pk], data={"change": change.pk})
    audit(
        actor=actor,
        verb="families.death.undo",
        area=change.area,
        subject_id=person.pk,
        record=f"change:{change.pk}",
        data={"died_on": change.payload["died_on"], "recovery_closed": closed},
    )


UNDO_DEATH_CHANGE = changes.Kind(
    name=UNDO_DEATH,
    apply=_apply,
    proposers=frozenset({Role.Kind.CASE_OFFICER.value}),
    deciders=frozenset({Role.Kind.REVIEWER.value}),
)
