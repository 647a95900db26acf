"""What of this room waits for whom on the desk."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext

from record.models import Role
from record.staffing import Queue, Staff

from . import matrix

CLERK = Role.Kind.FINANCE_CLERK.value


def queues(staff: Staff) -> list[Queue]:
    """Return what waits for a clerk of finance."""
    found: list[Queue] = []
    scopes = staff.scopes_as(CLERK)
    if scopes:
        waiting = matrix.waiting_for(scopes)
        found.append(
            Queue(
                title=gettext("Clearing to sign or pay"),
                url=reverse("clearing:desk_matrix"),
                count=len(waiting),
                oldest=min((one.drawn_up_on for one in waiting), default=None),
            )
        )
    return found
