"""What waits at the desk in this room: premiums for their collectors."""

from __future__ import annotations

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext

from record.looking import within
from record.models import Role
from record.staffing import AUDITOR, Queue, Staff

from . import collecting

CLERK = Role.Kind.FINANCE_CLERK.value


def queues(staff: Staff) -> list[Queue]:
    """Return the premiums that wait to be handed over, for finance clerks."""
    scopes = staff.scopes_as(CLERK, AUDITOR)
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
