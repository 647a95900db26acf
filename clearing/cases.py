"""Concluding a case of reconciliation: one person proposes, another approves."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from claims import operations as claims
from claims.models import Claim
from record import changes, queries
from record.changes import NotAllowed
from record.looking import within
from record.models import Change, Role
from record.operations import Actor, audit, operation
from record.outcome import Refusal, Refused

from .faults import CannotBeDone
from .models import Case, CaseTask

CONCLUDE_CASE = "conclude_case"
CLERKS = frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.CASE_OFFICER.value})
DECIDERS = frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value})

State, Action, Difference = Case.State, Case.Action, Case.Difference

#: Difference → what may be done about it, what is proposed first.
ACTIONS: dict[str, tuple[str, ...]] = {
    Difference.ONLY_PORTAL: (Action.REVERSE, Action.RESEND, Action.ACCEPT),
    Difference.ONLY_INSTITUTION: (Action.RESEND, Action.ACCEPT),
    Difference.AMOUNT: (Action.REVERSE, Action.RESEND, Action.ACCEPT),
    Difference.DOUBLED: (Action.ACCEPT, Action.RESEND),
    Difference.WRONG_DAY: (Action.ACCEPT, Action.RESEND),
}


def cases_led_by(scopes: frozenset[str]) -> QuerySet[Case]:
    """Return the cases of the institutions in these areas, which lead them."""
    return Case.objects.filter(within(("area",), scopes))


def tasks_of(scopes: frozenset[str]) -> QuerySet[CaseTask]:
    """Return what the areas of these scopes are asked about cases of others."""
    return CaseTask.objects.filter(within(("area",), scopes)).select_related(
        "case", "case__institution"
    )


def case_for(scopes: frozenset[str], number: int) -> Case:
    """Return a case that an area of these scopes leads or is asked about. Raises DoesNotExist."""
    asked = CaseTask.objects.filter(within(("area",), scopes)).values("case_id")
    return (
        Case.objects.filter(Q(within(("area",), scopes)) | Q(pk__in=asked))
        .select_related("institution", "claim")
        .get(pk=number)
    )


def actions_for(case: Case) -> list[str]:
    """Return what may be done about a case, what is proposed first."""
    actions = list(ACTIONS[case.difference])
    can_undo = case.claim is not None and case.claim.state == Claim.State.SETTLED
    return [str(action) for action in actions if action != Action.REVERSE or can_undo]


@operation
def answer_task(
    *, task_id: int, answer: str, note: str, by: AbstractBaseUser, day: date
) -> CaseTask:
    """Say for an area whether it agrees. Raises NotAllowed, CannotBeDone."""
    task = CaseTask.objects.select_for_update(of=("self",)).select_related("case").get(pk=task_id)
    if not queries.has_role(user_id=by.pk, kinds=CLERKS, area=task.area, day=day):
        raise NotAllowed(f"this needs staff of {task.area}")
    if task.answer or task.case.state not in {State.OPEN, State.PROPOSED}:
        raise CannotBeDone("answered_already", gettext("This was answered, or the case is closed."))
    if answer not in {CaseTask.Answer.AGREED, CaseTask.Answer.OBJECTED}:
        raise CannotBeDone("no_answer", gettext("Say whether your area agrees."))
    if answer == CaseTask.Answer.OBJECTED and not note.strip():
        raise CannotBeDone("note_missing", gettext("Say in a sentence why your area objects."))
    task.answer, task.note = answer, note.strip()
    task.answered_by_id, task.answered_on = by.pk, day
    task.save(update_fields=["answer", "note", "answered_by", "answered_on"])
    audit(
        actor=Actor.of(by),
        verb="reconciliation.answer",
        area=task.area,
        record=f"case:{task.case_id}",
        data={"answer": answer},
    )
    return task


@operation
def propose_conclusion(
    *, case_id: int, action: str, reason: str, by: AbstractBaseUser, day: date
) -> Change:
    """Propose how a case is concluded; nothing moves until another person approves.

    Refused: waits_for_second_person. Raises NotAllowed, CannotBeDone.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("claim").get(pk=case_id)
    if not queries.has_role(user_id=by.pk, kinds=CLERKS, area=case.area, day=day):
        raise NotAllowed("the area of care leads the case")
    if case.state not in {State.OPEN, State.PROPOSED}:
        raise CannotBeDone("case_closed", gettext("The case is closed."))
    if action not in actions_for(case):
        raise CannotBeDone("no_such_action", gettext("This cannot be done about this case."))
    if not reason.strip():
        raise CannotBeDone("reason_missing", gettext("Say in a sentence why."))
    change = changes.proposed(
        kind=CONCLUDE_CASE,
        key=f"case:{case.pk}",
        area=case.area,
        payload={"case": case.pk, "action": action, "amount": str(case.amount)},
        reason=reason.strip(),
        by=by,
        day=day,
    )
    case.state = State.PROPOSED
    case.save(update_fields=["state"])
    return change


@operation
def refuse_conclusion(*, change_id: int, by: AbstractBaseUser, day: date, note: str) -> Change:
    """Refuse a proposed conclusion: the case is open again. Raises NotAllowed."""
    change = changes.refuse_change(change_id=change_id, by=by, day=day, note=note)
    if isinstance(change, Refusal):
        raise Refused(change)
    return change


def _open_again(change: Change, actor: Actor, day: date) -> None:
    """Open a case again whose proposed conclusion was refused or taken back."""
    Case.objects.filter(pk=change.payload["case"], state=State.PROPOSED).update(state=State.OPEN)


def waiting_conclusion(case: Case) -> Change | None:
    """Return what was proposed about a case and waits for its second person."""
    return Change.objects.filter(
        kind=CONCLUDE_CASE, key=f"case:{case.pk}", state=Change.State.WAITING
    ).first()


def _apply_conclusion(change: Change, actor: Actor, day: date) -> None:
    """Conclude a case: the other areas were heard, or their time is over."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("claim")
        .get(pk=change.payload["case"])
    )
    if case.state not in {State.OPEN, State.PROPOSED}:
        raise CannotBeDone("case_closed", gettext("The case is closed."))
    waited_for = case.tasks.filter(answer="", due_on__gte=day).values_list("area", flat=True)
    if waited_for:
        raise CannotBeDone(
            "tasks_open",
            gettext("Other areas have still time to answer: %(areas)s.")
            % {"areas": ", ".join(waited_for)},
        )
    action = change.payload["action"]
    if action == Action.REVERSE:
        if case.claim is None:
            raise CannotBeDone("no_such_action", gettext("This cannot be done about this case."))
        undo = claims.reverse if case.claim.settled_on == day else claims.refund
        undone = undo(number=case.claim.number, day=day, actor=actor)
        if isinstance(undone, Refusal):
            raise Refused(undone)
    case.state, case.action, case.reason = State.CONCLUDED, action, change.reason
    case.closed_on = day
    case.save(update_fields=["state", "action", "reason", "closed_on"])
    audit(
        actor=actor,
        verb=f"reconciliation.{action}",
        area=case.area,
        record=f"case:{case.pk}",
        data={"difference": case.difference, "amount": str(case.amount)},
    )


CONCLUDE_CASE_CHANGE = changes.Kind(
    name=CONCLUDE_CASE,
    apply=_apply_conclusion,
    proposers=CLERKS,
    deciders=DECIDERS,
    let_go=_open_again,
)
