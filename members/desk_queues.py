"""What tickets have for Today: those that wait for an answer at the reader's levels."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from record.models import Role
from record.staffing import Queue, Staff

from . import ticket_queries
from .models import Ticket
from .tickets import OFFICERS


def queues(staff: Staff) -> list[Queue]:
    """Return the open tickets of the reader's areas, those of one's own levels."""
    found = []
    for kinds, levels, title in (
        ([Role.Kind.CASE_OFFICER.value], [Ticket.Level.COUNTY], gettext("Questions, county")),
        ([Role.Kind.REVIEWER.value], [Ticket.Level.CITY], gettext("Questions, city")),
        (OFFICERS, [Ticket.Level.PROVINCE], gettext("Questions, province")),
    ):
        scopes = staff.scopes_as(*kinds)
        if levels == [Ticket.Level.PROVINCE]:
            scopes = frozenset(scope for scope in scopes if len(scope) == 2)
        if not scopes:
            continue
        waiting = ticket_queries.waiting_in(scopes, levels=list(levels), day=staff.day)
        query = urlencode({"state": Ticket.State.OPEN, "level": levels[0]})
        found.append(
            Queue(
                title=title,
                url=f"{reverse('members:desk_tickets')}?{query}",
                count=waiting.count,
                oldest=waiting.oldest,
                late=waiting.late,
            )
        )
    return found
