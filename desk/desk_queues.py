"""What waits at the desk itself: changes for a second person, and what the watch found."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext

from desk.changes.queries import decidable
from record.staffing import Queue, Staff

#: A change that waits longer is late.
LATE_AFTER = timedelta(days=5)


def queues(staff: Staff) -> list[Queue]:
    """Return the changes that wait for somebody's decision."""
    waiting = decidable(staff)
    found = waiting.aggregate(oldest=Min("proposed_on"))
    return [
        Queue(
            title=gettext("Changes to decide"),
            url=f"{reverse('desk:changes')}?state=mine",
            count=waiting.count(),
            oldest=found["oldest"],
            late=waiting.filter(proposed_on__lt=staff.day - LATE_AFTER).count(),
        )
    ]
