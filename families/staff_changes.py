"""What staff do to a family only by two persons: a move, and ending a binding found false."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser

from members import queries as members
from policy.queries import current_book
from policy.refusals import refusal, refuse
from record import changes
from record.models import Change, Role
from record.operations import Actor, audit
from record.outcome import Refusal, Refused

from .bindings import end_binding
from .locking import lock_family
from .models import Binding, BindingCheck
from .moves import move

MOVE, END_BINDING = "move", "end_binding"
FOUND_FALSE = "found_false"

_PROPOSERS = frozenset({Role.Kind.CASE_OFFICER.value})
_DECIDERS = frozenset({Role.Kind.REVIEWER.value})


def propose_move(
    *, person_id: int, area: str, reason: str, by: AbstractBaseUser, day: date
) -> Change | Refusal:
    """Propose to move a person to another area, as of the day on which it is approved.

    Refused: member_left, not_enrolled, same_area, provincial_direct_excluded,
    waits_for_second_person. Raises NotAllowed, and ValueError for an area that there is not.
    """
    book = current_book()
    if area not in book.areas:
        raise ValueError(f"there is no area {area}")
    person = members.person(person_id)
    if members.has_left(person, day):
        return refusal("member_left")
    place = members.enrolment_on(person_id, day)
    if place is None or place.ends_on is not None:
        return refusal("not_enrolled")
    if place.area == area:
        return refusal("same_area")
    if book.rules(area, day).account_use.value == "disbursed":
        return refusal("provincial_direct_excluded")
    return changes.propose(
        kind=MOVE,
        key=f"person:{person_id}",
        area=place.area,
        payload={"from": place.area, "to": area},
        reason=reason,
        by=by,
        day=day,
        subject_id=person_id,
    )


def propose_end(
    *, binding_id: int, reason: str, by: AbstractBaseUser, day: date
) -> Change | Refusal:
    """Propose to end a binding because the relation was found not to be true.

    It belongs to the area of the authorizer, whose money it is. Refused: not_bound,
    waits_for_second_person. Raises NotAllowed.
    """
    binding = Binding.objects.filter(pk=binding_id, ended_on=None).first()
    if binding is None:
        return refusal("not_bound")
    place = members.enrolment_on(binding.authorizer_id, day)
    if place is None:
        return refusal("not_enrolled")
    return changes.propose(
        kind=END_BINDING,
        key=f"binding:{binding_id}",
        area=place.area,
        payload={
            "binding": binding_id,
            "authorizer": binding.authorizer_id,
            "member": binding.member_id,
            "relation": binding.relation,
        },
        reason=reason,
        by=by,
        day=day,
        subject_id=binding.authorizer_id,
    )


def _apply_move(change: Change, actor: Actor, day: date) -> None:
    assert change.subject_id is not None, "a move is of a person"
    done = move(person_id=change.subject_id, area=change.payload["to"], day=day, actor=actor)
    if isinstance(done, Refusal):
        raise Refused(done)


def _apply_end(change: Change, actor: Actor, day: date) -> None:
    _, bindings = lock_family(change.payload["authorizer"])
    binding = next((one for one in bindings if one.pk == change.payload["binding"]), None)
    if binding is None:
        # One of the two ended it meanwhile.
        raise refuse("not_bound")
    end_binding(binding, code=FOUND_FALSE, day=day)
    # What was under check is found out.
    BindingCheck.objects.filter(binding=binding, closed_on=None).update(
        verdict=BindingCheck.Verdict.FALSE,
        note=change.reason,
        closed_by_id=actor.user_id,
        closed_on=day,
    )
    audit(
        actor=actor,
        verb="families.end_false_binding",
        area=change.area,
        subject_id=binding.authorizer_id,
        record=f"binding:{binding.pk}",
        data={"member": binding.member_id},
    )


MOVE_CHANGE = changes.Kind(name=MOVE, apply=_apply_move, proposers=_PROPOSERS, deciders=_DECIDERS)
END_CHANGE = changes.Kind(
    name=END_BINDING, apply=_apply_end, proposers=_PROPOSERS, deciders=_DECIDERS
)
