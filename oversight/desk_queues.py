"""What the watch has for Today: finds that nobody has closed."""

from __future__ import annotations

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext

from record.staffing import Queue, Staff

from .watching import WATCHERS, hits_in


def queues(staff: Staff) -> list[Queue]:
    """Return the open finds of the areas of who watches."""
    scopes = staff.scopes_as(*WATCHERS)
    if not scopes:
        return []
    open_hits = hits_in(scopes).filter(conclusion=None).order_by()
    found = open_hits.aggregate(number=Count("pk"), oldest=Min("found_at"))
    return [
        Queue(
            title=gettext("Finds of the watch"),
            url=reverse("oversight:desk_watch"),
            count=found["number"],
            oldest=found["oldest"],
        )
    ]
