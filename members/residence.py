"""Writes about registrations elsewhere: applying, deciding, correcting, ending (AH49-2.1b).

Every write leaves a step that stays (`RegistrationStep`). Persons are locked first, then the
registration, so that a move or a departure and a decision never wait for each other. A decision may
say how many steps its maker has seen: it is refused where there is another one by now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from policy.queries import current_book
from policy.refusals import refuse
from record import changes, papers
from record.operations import Actor, audit, operation, tell

from . import queries
from .models import Person, Registration, RegistrationStep

State = Registration.State
Step = RegistrationStep.Kind
OPEN = frozenset({State.APPLIED, State.ASKED})
#: The kind of thing under which papers of a registration are kept.
PAPERS = "registration"
BACK_DATED = "residence_back_dated"


@operation
def apply_for_residence(
    *,
    person_id: int,
    area: str,
    kind: str,
    day: date,
    actor: Actor,
    since: date | None = None,
    wished_from: date | None = None,
    note: str = "",
    draft: str = "",
) -> Registration:
    """Apply for a remote-residence registration; the papers of a draft are handed in with it.

    Refused: member_left, not_enrolled, residence_at_home, residence_kind_not_allowed,
    already_applied.
    """
    person = queries.lock_person(person_id)
    _check_application(person, area=area, kind=kind, day=day)
    registration = Registration.objects.create(
        person=person, area=area, kind=kind, applied_on=day, since=since, wished_from=wished_from
    )
    handed = _hand_in(registration, draft, actor)
    _step(registration, Step.APPLY, day, actor, note, papers=handed)
    return registration


@operation
def correct_residence(
    *,
    registration_id: int,
    area: str,
    kind: str,
    since: date | None,
    wished_from: date | None,
    note: str,
    draft: str,
    day: date,
    actor: Actor,
) -> Registration:
    """Correct an application that is not decided, or add what was asked for; then it waits again.

    Refused as `apply_for_residence`, and with not_waiting.
    """
    registration = _lock_open(registration_id, day)
    _check_application(registration.person, area=area, kind=kind, day=day, but_for=registration.pk)
    before = _facts(registration)
    registration.area, registration.kind = area, kind
    registration.since, registration.wished_from = since, wished_from
    registration.state = State.APPLIED
    registration.save()
    after = _facts(registration)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    handed = _hand_in(registration, draft, actor)
    _supersede(registration, actor, day)
    _step(registration, Step.CORRECT, day, actor, note, papers=handed, changed=changed)
    return registration


@operation
def approve_residence(
    *,
    registration_id: int,
    begins_on: date,
    day: date,
    actor: Actor,
    note: str = "",
    seen: int | None = None,
) -> Registration:
    """Approve an application, in force from a day. An older one for the same area ends there.

    Refused: not_waiting, changed_meanwhile, back_dated_needs_two (see `back_dating`).
    """
    if begins_on < day:
        raise refuse("back_dated_needs_two")
    return approve(
        registration_id=registration_id,
        begins_on=begins_on,
        day=day,
        actor=actor,
        note=note,
        seen=seen,
    )


def approve(
    *,
    registration_id: int,
    begins_on: date,
    day: date,
    actor: Actor,
    note: str,
    seen: int | None,
) -> Registration:
    """Approve whatever the day, in the caller's transaction. Raises Refused."""
    registration = _lock_open(registration_id, day, seen, by=actor)
    older = _in_force(registration.person_id, begins_on).filter(area=registration.area)
    _end(older, begins_on, day, actor, Step.LAPSE, cause="newer")
    registration.state = State.APPROVED
    registration.begins_on = begins_on
    return _decide(registration, Step.APPROVE, day, actor, note, begins_on=begins_on.isoformat())


@operation
def ask_about_residence(
    *, registration_id: int, note: str, day: date, actor: Actor, seen: int | None = None
) -> Registration:
    """Ask the applicant for something; the application stays open."""
    registration = _lock_open(registration_id, day, seen, by=actor)
    registration.state = State.ASKED
    return _decide(registration, Step.ASK, day, actor, note)


@operation
def refuse_residence(
    *, registration_id: int, note: str, day: date, actor: Actor, seen: int | None = None
) -> Registration:
    """Refuse an application, with a reason that the member reads."""
    registration = _lock_open(registration_id, day, seen, by=actor)
    registration.state = State.REFUSED
    return _decide(registration, Step.REFUSE, day, actor, note)


@operation
def withdraw_residence(*, registration_id: int, day: date, actor: Actor) -> Registration:
    """Take an open application back."""
    registration = _lock_open(registration_id, day)
    registration.state = State.WITHDRAWN
    return _decide(registration, Step.WITHDRAW, day, actor, "")


@operation
def end_residence(*, person_id: int, area: str, day: date, actor: Actor) -> int:
    """End a person's registrations for an area: the day of ending is no longer covered.

    Refused: member_left, not_registered. Returns how many ended.
    """
    person = queries.lock_person(person_id)
    if queries.has_left(person, day):
        raise refuse("member_left")
    ended = _end(
        _in_force(person_id, day).filter(area=area), day, day, actor, Step.END, cause="asked"
    )
    if not ended:
        raise refuse("not_registered")
    return ended


@operation
def end_registration(
    *, registration_id: int, ends_on: date, day: date, actor: Actor, note: str = ""
) -> Registration:
    """End one registration from a day on, today or later; that day is no longer covered.

    Refused: member_left, not_registered, end_in_past.
    """
    registration = _lock(registration_id)
    if queries.has_left(registration.person, day):
        raise refuse("member_left")
    if ends_on < day:
        raise refuse("end_in_past")
    found = _in_force(registration.person_id, ends_on).filter(pk=registration.pk)
    if not _end(found, ends_on, day, actor, Step.END, cause="asked", note=note):
        raise refuse("not_registered")
    if actor.user_id != registration.person.user_id:
        tell(
            kind="residence_end",
            person_ids=[registration.person_id],
            data={"area": registration.area},
        )
    registration.refresh_from_db()
    return registration


@operation
def resume_residence(*, registration_id: int, day: date, actor: Actor) -> Registration:
    """Take the end of a registration back, as long as its day is not over.

    Refused: member_left, end_stays.
    """
    registration = _lock(registration_id)
    if queries.has_left(registration.person, day):
        raise refuse("member_left")
    last = registration.steps.last()
    if (
        last is None
        or last.kind != Step.END
        or registration.ends_on is None
        or registration.ends_on < day
        or _in_force(registration.person_id, day)
        .filter(area=registration.area)
        .exclude(pk=registration.pk)
        .exists()
    ):
        raise refuse("end_stays")
    registration.ends_on = None
    registration.save(update_fields=["ends_on"])
    _step(registration, Step.RESUME, day, actor, "")
    return registration


def end_registrations(*, person_id: int, day: date, cause: str = "move") -> int:
    """End all registrations in force of a locked person, as a move or a departure does."""
    return _end(_in_force(person_id, day), day, day, _SYSTEM, Step.LAPSE, cause=cause)


def close_applications(*, person_id: int, day: date, cause: str) -> None:
    """Take back the open applications of a locked person, as a departure does."""
    waiting = Registration.objects.select_for_update().filter(person_id=person_id, state__in=OPEN)
    for registration in waiting:
        registration.state, registration.decided_on = State.WITHDRAWN, day
        registration.save(update_fields=["state", "decided_on"])
        _supersede(registration, _SYSTEM, day)
        _step(registration, Step.LAPSE, day, _SYSTEM, "", cause=cause)


_SYSTEM = Actor(name="system")


def _check_application(
    person: Person, *, area: str, kind: str, day: date, but_for: int | None = None
) -> None:
    if queries.has_left(person, day):
        raise refuse("member_left")
    place = queries.enrolment_on(person.pk, day)
    if place is None:
        raise refuse("not_enrolled")
    rules = current_book().rules(place.area, day)
    if area in rules.home_areas.value:
        raise refuse("residence_at_home")
    if kind not in rules.residence_kinds.value:
        raise refuse("residence_kind_not_allowed")
    waiting = Registration.objects.filter(person=person, area=area, state__in=OPEN)
    if but_for is not None:
        waiting = waiting.exclude(pk=but_for)
    if waiting.exists():
        raise refuse("already_applied")


def _lock(registration_id: int) -> Registration:
    """Lock a registration under its person's lock. Raises DoesNotExist."""
    person_id = Registration.objects.values_list("person_id", flat=True).get(pk=registration_id)
    person = queries.lock_person(person_id)
    registration = Registration.objects.select_for_update().get(pk=registration_id)
    registration.person = person
    return registration


def _lock_open(
    registration_id: int, day: date, seen: int | None = None, by: Actor | None = None
) -> Registration:
    """Lock an open application; `by`: who decides, which is never the applicant."""
    registration = _lock(registration_id)
    if by is not None and by.user_id is not None and by.user_id == registration.person.user_id:
        raise changes.NotAllowed("nobody decides on their own application")
    if queries.has_left(registration.person, day):
        raise refuse("member_left")
    if registration.state not in OPEN:
        raise refuse("not_waiting")
    if seen is not None and registration.steps.count() != seen:
        raise refuse("changed_meanwhile")
    return registration


def _in_force(person_id: int, day: date) -> QuerySet[Registration]:
    """Return the registrations that would still hold on a day."""
    return Registration.objects.filter(person_id=person_id, state=State.APPROVED).filter(
        Q(ends_on=None) | Q(ends_on__gt=day)
    )


def _end(
    found: Iterable[Registration],
    ends_on: date,
    day: date,
    actor: Actor,
    step: Step,
    *,
    cause: str,
    note: str = "",
) -> int:
    ended = 0
    for registration in found:
        registration.ends_on = ends_on
        registration.save(update_fields=["ends_on"])
        _step(registration, step, day, actor, note, cause=cause, ends_on=ends_on.isoformat())
        ended += 1
    return ended


def _decide(
    registration: Registration, step: Step, day: date, actor: Actor, note: str, **data: Any
) -> Registration:
    registration.decided_on, registration.decided_by_id = day, actor.user_id
    registration.note = note
    registration.save()
    _supersede(registration, actor, day)
    _step(registration, step, day, actor, note, **data)
    tell(
        kind=f"residence_{step.value}",
        person_ids=[registration.person_id],
        data={"area": registration.area},
    )
    return registration


def _step(
    registration: Registration, step: Step, day: date, actor: Actor, note: str, **data: Any
) -> None:
    RegistrationStep.objects.create(
        registration=registration,
        kind=step,
        day=day,
        by_id=actor.user_id,
        by_name=actor.name,
        note=note,
        data=data,
    )
    audit(
        actor=actor,
        verb=f"members.residence.{step.value}",
        area=registration.area,
        subject_id=registration.person_id,
        record=f"registration:{registration.pk}",
        data={"kind": registration.kind, "note": note, **data},
    )


def _hand_in(registration: Registration, draft: str, actor: Actor) -> int:
    if not draft:
        return 0
    handed = papers.hand_in(
        draft=draft,
        kind=PAPERS,
        thing=registration.pk,
        subject_id=registration.person_id,
        actor=actor,
    )
    return len(handed)


def _supersede(registration: Registration, actor: Actor, day: date) -> None:
    changes.supersede(kind=BACK_DATED, key=key_of(registration.pk), actor=actor, day=day)


def key_of(registration_id: int) -> str:
    """Return what a waiting change about a registration is found by."""
    return f"registration:{registration_id}"


def _facts(registration: Registration) -> dict[str, str]:
    return {
        "area": registration.area,
        "kind": registration.kind,
        "since": str(registration.since or ""),
        "wished_from": str(registration.wished_from or ""),
    }
