"""What worries at the desk in this room: messages that could not be sent."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext

from . import mailbox
from .models import Role
from .staffing import AUDITOR, Alarm, Staff


def alarms(staff: Staff) -> list[Alarm]:
    """Return how many messages are stuck, for administrators."""
    if not staff.is_any(Role.Kind.ADMINISTRATOR.value, AUDITOR):
        return []
    number = mailbox.stuck().count()
    if not number:
        return []
    text = gettext("%(number)d messages could not be sent") % {"number": number}
    return [Alarm(text, url=reverse("record:desk_messages"))]
