"""What of this room waits for whom on the desk."""

from __future__ import annotations

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext

from record.looking import within
from record.models import Change, Role
from record.staffing import Alarm, Queue, Staff

from . import bankfiles, cases, matrix, payments
from .deductions import DEDUCT
from .models import Case, InstitutionStatement
from .periods import closable

CLERK = Role.Kind.FINANCE_CLERK.value
OFFICER = Role.Kind.CASE_OFFICER.value
REVIEWER = Role.Kind.REVIEWER.value
OPEN = (Case.State.OPEN, Case.State.PROPOSED)


def queues(staff: Staff) -> list[Queue]:
    """Return what waits for who asks, each kind for the roles that can do something about it."""
    found: list[Queue] = []
    if scopes := staff.scopes_as(CLERK):
        found += [_clearing(staff, scopes), _questions(scopes)]
    if scopes := staff.scopes_as(CLERK, OFFICER):
        found += [_cases(staff, scopes), _tasks(staff, scopes)]
    if scopes := staff.scopes_as(CLERK, REVIEWER):
        found.append(_second_person(staff, scopes))
    return found


def _clearing(staff: Staff, scopes: frozenset[str]) -> Queue:
    waiting = matrix.waiting_for(scopes, staff.day)
    return Queue(
        title=gettext("Clearing to sign or pay"),
        url=reverse("clearing:desk_matrix"),
        count=len(waiting),
        oldest=min((one.drawn_up_on for one in waiting), default=None),
    )


def _questions(scopes: frozenset[str]) -> Queue:
    rows = InstitutionStatement.objects.filter(within(("area",), scopes), state="questioned")
    return Queue(
        title=gettext("Statements that institutions question"),
        url=reverse("clearing:desk_paying"),
        count=rows.count(),
        oldest=rows.aggregate(oldest=Min("drawn_up_on"))["oldest"],
    )


def _cases(staff: Staff, scopes: frozenset[str]) -> Queue:
    rows = cases.cases_led_by(scopes).filter(state=Case.State.OPEN)
    return Queue(
        title=gettext("Differences with institutions"),
        url=reverse("clearing:desk_reconciliation"),
        count=rows.count(),
        oldest=rows.aggregate(oldest=Min("opened_on"))["oldest"],
        late=rows.filter(due_on__lt=staff.day).count(),
    )


def _tasks(staff: Staff, scopes: frozenset[str]) -> Queue:
    rows = cases.tasks_of(scopes).filter(answer="", case__state__in=OPEN)
    return Queue(
        title=gettext("Other areas ask you"),
        url=reverse("clearing:desk_reconciliation"),
        count=rows.count(),
        oldest=rows.aggregate(oldest=Min("case__opened_on"))["oldest"],
        late=rows.filter(due_on__lt=staff.day).count(),
    )


def _second_person(staff: Staff, scopes: frozenset[str]) -> Queue:
    rows = (
        Change.objects.filter(
            kind__in=[
                bankfiles.RELEASE_FILE,
                cases.CONCLUDE_CASE,
                DEDUCT,
                payments.INSTITUTION_ACCOUNT,
                payments.PAYMENT_ACCOUNT,
            ],
            state=Change.State.WAITING,
        )
        .filter(within(("area",), scopes))
        .exclude(proposed_by_id=staff.user.pk)
    )
    return Queue(
        title=gettext("Payments and cases to decide"),
        url=reverse("clearing:desk_bank"),
        count=rows.count(),
        oldest=rows.aggregate(oldest=Min("proposed_on"))["oldest"],
    )


def alarms(staff: Staff) -> list[Alarm]:
    """Return the periods that should have been closed."""
    if not any(len(scope) == 2 for scope in staff.scopes_as(CLERK)):
        return []
    due = closable(staff.day)
    if not due:
        return []
    return [
        Alarm(
            text=gettext("%(count)s periods of clearing are over and not closed.")
            % {"count": len(due)},
            url=reverse("clearing:desk_matrix"),
        )
    ]
