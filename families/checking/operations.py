"""What is done about a check: the authorizer is asked and answers, staff close it.

A binding that staff find false ends by two persons (`families.staff_changes`), which closes its
check. An authorizer who says that it is wrong ends it at once: the account is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.db.models import QuerySet

from families.bindings import end_binding
from families.models import Binding, BindingCheck
from families.staff_changes import END_BINDING
from members import queries as members
from policy.refusals import refuse
from record.changes import NotAllowed
from record.models import Change, Role
from record.operations import Actor, audit, operation, tell
from record.queries import has_role

from .rules import CLOCK, TIP, check_rules

OFFICERS = frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value})
#: Names the lock that who opens checks holds (oversight: 7330).
_DRAW_LOCK = 7331
#: Why a binding ended whose authorizer answered that it is wrong.
DENIED = "denied"


def hold_drawing() -> None:
    """Let nobody else open checks before the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DRAW_LOCK])


@operation
def start(*, binding_id: int, told: str, by: AbstractBaseUser, day: date) -> BindingCheck:
    """Start a check because of what staff were told, such as a call or a list of the province.

    Refused: not_bound, not_enrolled, already_checked. Raises NotAllowed, ValueError without words.
    """
    if not told.strip():
        raise ValueError("say what you were told, and by whom")
    binding = Binding.objects.filter(pk=binding_id, ended_on=None).first()
    if binding is None:
        raise refuse("not_bound")
    members.lock_persons({binding.authorizer_id, binding.member_id})
    place = members.enrolment_on(binding.authorizer_id, day)
    if place is None:
        raise refuse("not_enrolled")
    hold_drawing()
    if binding.checks.filter(closed_on=None).exists():
        raise refuse("already_checked")
    check = BindingCheck(
        binding=binding,
        area=place.area,
        reasons=[{"rule": TIP, "figures": {"told": told.strip()}, "thresholds": {}}],
        drawn_on=day,
        due_on=day + timedelta(days=int(check_rules()[CLOCK].thresholds["days"])),
    )
    _check_role(by, check, day)
    check.save(force_insert=True)
    _record(check, actor=Actor.of(by), verb="start", told=told)
    return check


@operation
def ask(*, check_ids: Iterable[int], by: AbstractBaseUser, day: date) -> int:
    """Ask the authorizers whether their bindings are right; they get a message.

    Left out: what is closed, answered, or waits for an answer still, and bindings that have ended.
    Returns how many were asked. Raises NotAllowed where one lies outside the user's areas.
    """
    days = int(check_rules()[CLOCK].thresholds["answer_days"])
    checks = _locked(check_ids).filter(closed_on=None, answer="")
    asked = 0
    for check in checks:
        _check_role(by, check, day)
        waits = check.answer_by is not None and check.answer_by >= day
        if waits or check.binding.ended_on is not None:
            continue
        check.asked_on, check.answer_by = day, day + timedelta(days=days)
        check.save(update_fields=["asked_on", "answer_by"])
        tell(
            kind="binding_check",
            person_ids=[check.binding.authorizer_id],
            data={"check": check.pk},
        )
        _record(check, actor=Actor.of(by), verb="ask")
        asked += 1
    return asked


@operation
def answer(
    *, check_id: int, person_id: int, right: bool, note: str, day: date, actor: Actor
) -> BindingCheck:
    """Take the authorizer's answer. If the binding is wrong, it ends at once.

    Refused: not_waiting, where it is answered or closed already, or nobody has asked. Raises
    Binding.DoesNotExist where it is not about this person's account.
    """
    binding = Binding.objects.get(checks=check_id, authorizer_id=person_id)
    members.lock_persons({binding.authorizer_id, binding.member_id})
    check = _locked([check_id]).get()
    binding = check.binding
    if check.closed_on or check.answer or not check.asked_on:
        raise refuse("not_waiting")
    _answered(check, right=right, note=note, via=BindingCheck.Via.PORTAL, day=day)
    if not right and binding.ended_on is None:
        end_binding(binding, code=DENIED, day=day)
    _record(check, actor=actor, verb="answer", answer=check.answer)
    return check


@operation
def note_answer(
    *, check_id: int, right: bool, note: str, by: AbstractBaseUser, day: date
) -> BindingCheck:
    """Note what the authorizer has told staff; `note` says how. Nothing ends by it.

    Refused: not_waiting. Raises NotAllowed, and ValueError without a note.
    """
    if not note.strip():
        raise ValueError("say how and when the authorizer has answered")
    check = _locked([check_id]).get()
    _check_role(by, check, day)
    if check.closed_on or check.answer:
        raise refuse("not_waiting")
    _answered(check, right=right, note=note, via=BindingCheck.Via.STAFF, day=day)
    _record(check, actor=Actor.of(by), verb="note_answer", answer=check.answer)
    return check


@operation
def close(
    *, check_id: int, verdict: str, note: str, by: AbstractBaseUser, day: date
) -> BindingCheck:
    """Close a check with a conclusion and why, once.

    A binding that holds can be found true here; to end it as false needs two persons
    (`propose_end`). Refused: not_waiting, waits_for_second_person. Raises NotAllowed, ValueError.
    """
    check = _locked([check_id]).get()
    _check_role(by, check, day)
    ended = check.binding.ended_on is not None
    if verdict not in BindingCheck.Verdict.values or not note.strip():
        raise ValueError("give one of the conclusions, and why")
    if not ended and verdict != BindingCheck.Verdict.TRUE:
        raise ValueError("a binding that holds is ended by two persons")
    if check.closed_on:
        raise refuse("not_waiting")
    if waiting_end(check.binding_id) is not None:
        raise refuse("waits_for_second_person")
    _close(check, verdict=verdict, note=note, by_id=by.pk, day=day)
    _record(check, actor=Actor.of(by), verb="close", verdict=verdict, note=note)
    return check


def waiting_end(binding_id: int) -> Change | None:
    """Return the proposal to end a binding that waits for a second person, or None."""
    return Change.objects.filter(
        kind=END_BINDING, key=f"binding:{binding_id}", state=Change.State.WAITING
    ).first()


def _answered(check: BindingCheck, *, right: bool, note: str, via: str, day: date) -> None:
    check.answer = BindingCheck.Answer.RIGHT if right else BindingCheck.Answer.WRONG
    check.answered_on, check.answered_via, check.answer_note = day, via, note.strip()
    check.save(update_fields=["answer", "answered_on", "answered_via", "answer_note"])


def _close(check: BindingCheck, *, verdict: str, note: str, by_id: int, day: date) -> None:
    check.verdict, check.note = verdict, note.strip()
    check.closed_by_id, check.closed_on = by_id, day
    check.save(update_fields=["verdict", "note", "closed_by", "closed_on"])


def _locked(check_ids: Iterable[int]) -> QuerySet[BindingCheck]:
    return (
        BindingCheck.objects.filter(pk__in=list(check_ids))
        .select_for_update(of=("self",))
        .select_related("binding")
        .order_by("pk")
    )


def _check_role(by: AbstractBaseUser, check: BindingCheck, day: date) -> None:
    if not has_role(user_id=by.pk, kinds=OFFICERS, area=check.area, day=day):
        raise NotAllowed(f"this needs one of the roles {sorted(OFFICERS)} for {check.area}")


def _record(check: BindingCheck, *, actor: Actor, verb: str, **data: str) -> None:
    audit(
        actor=actor,
        verb=f"families.check.{verb}",
        area=check.area,
        subject_id=check.binding.authorizer_id,
        record=f"bindingcheck:{check.pk}",
        data=data,
    )
