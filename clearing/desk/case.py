"""One case of reconciliation: both records, what others say, the conclusion by two persons."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from clearing import cases
from clearing.models import Case, CaseTask
from record import changes
from record.deciding import carry_out
from record.looks import look
from record.models import Change, Role
from record.outcome import Refusal
from record.staffing import Staff, for_staff

from .reconciliation import READERS, SENDERS

DECIDERS = (Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value)


def _found(staff: Staff, number: int) -> Case:
    try:
        return cases.case_for(staff.scopes, number)
    except Case.DoesNotExist:
        raise Http404("no case of these areas") from None


@require_safe
@for_staff(*READERS)
def show(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Show a case. Who is only asked sees the amounts and nobody's name."""
    case = _found(staff, number)
    leads = staff.covers(case.area)
    change = cases.waiting_conclusion(case)
    tasks = [
        {
            "task": task,
            "mine": not task.answer
            and case.state in {Case.State.OPEN, Case.State.PROPOSED}
            and any(staff.may(kind, task.area) for kind in SENDERS),
        }
        for task in case.tasks.select_related("answered_by")
        if leads or staff.covers(task.area)
    ]
    if leads and case.claim is not None:
        look(
            actor=staff.actor,
            day=staff.day,
            area=case.area,
            subject_id=case.claim.patient_id,
            record=f"case:{case.pk}",
            purpose=gettext("to compare the books with a hospital"),
        )
    context = {
        "case": case,
        "leads": leads,
        "rows": _rows(case, leads=leads),
        "tasks": tasks,
        "change": change,
        "actions": [(action, str(Case.Action(action).label)) for action in cases.actions_for(case)],
        "may_propose": change is None
        and case.state in {Case.State.OPEN, Case.State.PROPOSED}
        and any(staff.may(kind, case.area) for kind in SENDERS),
        "may_decide": change is not None
        and change.proposed_by_id != staff.user.pk
        and any(staff.may(kind, case.area) for kind in DECIDERS),
        "proposed_action": str(Case.Action(change.payload["action"]).label) if change else "",
        "today": staff.day,
    }
    return render(request, "desk/clearing_case.html", context)


def _rows(case: Case, *, leads: bool) -> list[dict[str, Any]]:
    """Return both records field by field, and where they differ; who is asked sees amounts."""
    names = {"day": gettext("Day")}
    if leads:
        names |= {"visit": gettext("Visit number"), "bill": gettext("Bill number")}
    names |= {
        "gross": gettext("Total"),
        "pool": gettext("Pooled fund"),
        "own": gettext("Own account"),
        "shared": gettext("Shared accounts"),
        "cash": gettext("Cash"),
    }
    ours, theirs = case.ours or {}, case.theirs or {}
    return [
        {
            "name": name,
            "ours": ours.get(field, "—"),
            "theirs": theirs.get(field, "—"),
            "differs": bool(ours and theirs) and ours.get(field) != theirs.get(field),
            "sum": field in {"gross", "pool", "own", "shared", "cash"},
        }
        for field, name in names.items()
    ]


@require_POST
@for_staff(*SENDERS)
def propose(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Propose how a case is concluded."""
    case = _found(staff, number)
    carry_out(
        request,
        lambda: cases.propose_conclusion(
            case_id=case.pk,
            action=request.POST.get("action", ""),
            reason=request.POST.get("reason", ""),
            by=staff.user,
            day=staff.day,
        ),
        gettext("Proposed. A second person decides."),
    )
    return redirect("clearing:desk_case", number)


@require_POST
@for_staff(*DECIDERS)
def decide(request: HttpRequest, staff: Staff, number: int) -> HttpResponse:
    """Approve a proposed conclusion, or refuse it with a reason."""
    case = _found(staff, number)
    change = cases.waiting_conclusion(case)
    if change is None:
        raise Http404("nothing waits for a decision")
    note = request.POST.get("note", "")

    def decided() -> Change | Refusal:
        if "refuse" in request.POST:
            return cases.refuse_conclusion(
                change_id=change.pk, by=staff.user, day=staff.day, note=note
            )
        return changes.approve(change_id=change.pk, by=staff.user, day=staff.day, note=note)

    carry_out(request, decided, gettext("Decided."))
    return redirect("clearing:desk_case", number)


@require_POST
@for_staff(*SENDERS)
def answer(request: HttpRequest, staff: Staff, number: int, task: int) -> HttpResponse:
    """Answer for one's own area."""
    case = _found(staff, number)
    if not CaseTask.objects.filter(pk=task, case=case).exists():
        raise Http404("no such task")
    carry_out(
        request,
        lambda: cases.answer_task(
            task_id=task,
            answer=request.POST.get("answer", ""),
            note=request.POST.get("note", ""),
            by=staff.user,
            day=staff.day,
        ),
        gettext("Answered. The area of care sees it."),
    )
    return redirect("clearing:desk_case", number)
