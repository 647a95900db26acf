"""What waits at the desk in this room: premiums for their collectors, bindings to check."""

from __future__ import annotations

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext

from record.looking import within
from record.models import Role
from record.staffing import Queue, Staff

from . import collecting
from .checking.operations import OFFICERS
from .checking.queries import waiting_in

CLERK = Role.Kind.FINANCE_CLERK.value


def queues(staff: Staff) -> list[Queue]:
    """Return what waits for somebody in this room."""
    return [*_premiums(staff), *_checks(staff)]


def _checks(staff: Staff) -> list[Queue]:
    scopes = staff.scopes_as(*OFFICERS)
    if not scopes:
        return []
    waiting = waiting_in(scopes, staff.day)
    return [
        Queue(
            title=gettext("After-check of bindings"),
            url=reverse("families:desk_checks"),
            count=waiting.count,
            oldest=waiting.oldest,
            late=waiting.late,
        )
    ]


def _premiums(staff: Staff) -> list[Queue]:
    scopes = staff.scopes_as(CLERK)
    if not scopes:
        return []
    waiting = collecting.waiting().filter(within(("area",), scopes))
    return [
        Queue(
            title=gettext("Premiums to hand over"),
            url=reverse("families:desk_premiums"),
            count=waiting.count(),
            oldest=waiting.aggregate(oldest=Min("paid_on"))["oldest"],
        )
    ]
