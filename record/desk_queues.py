"""What worries at the desk in this room: the chain, stuck messages, many looks, roles that end,
tries that were turned away.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from . import looks, mailbox, tries
from .looking import within
from .models import Role
from .sealing import worry
from .staffing import AUDITOR, Alarm, Staff

KEEPERS = (Role.Kind.ADMINISTRATOR.value, AUDITOR)
#: So long before its last day a role that ends is told of.
ENDS_WITHIN = timedelta(days=30)
#: Who has not signed in for so long may have left.
AWAY_FOR = timedelta(days=90)


def alarms(staff: Staff) -> list[Alarm]:
    """Return what administrators and auditors look after, in their areas."""
    if not staff.is_any(*KEEPERS):
        return []
    return [*_chain(), *_messages(), *_looks(staff), *_tries(staff), *_roles(staff)]


def _messages() -> list[Alarm]:
    number = mailbox.stuck().count()
    if not number:
        return []
    text = gettext("%(number)d messages could not be sent") % {"number": number}
    return [Alarm(text, url=reverse("record:desk_messages"))]


def _chain() -> list[Alarm]:
    match worry(timezone.now()):
        case "broken":
            text = gettext("The chain of the audit record does not fit its anchor")
            return [Alarm(text, reverse("admin:record_auditseal_changelist"), is_grave=True)]
        case "late":
            text = gettext("The audit record has not been sealed for a while")
            return [Alarm(text, reverse("admin:record_auditseal_changelist"))]
        case _:
            return []


def _looks(staff: Staff) -> list[Alarm]:
    within_them = within(("area",), staff.scopes_as(*KEEPERS)) | Q(area="")
    return [
        Alarm(
            gettext("%(name)s opened more than %(number)d records today")
            % {"name": alert.actor_name, "number": settings.STAFF_LOOKS_A_DAY},
            reverse("desk:looks"),
            is_grave=True,
        )
        for alert in looks.alerts_on(day=staff.day, scopes=within_them)
    ]


def _tries(staff: Staff) -> list[Alarm]:
    """Tries to bind or to sign up beyond a day's, by day: not who was asked about."""
    within_them = within(("area",), staff.scopes_as(*KEEPERS)) | Q(area="")
    return [
        Alarm(
            gettext(
                "%(day)s: %(tries)d tries to bind a relative or to sign up were turned away,"
                " of %(users)d users. Somebody may be trying out ID numbers"
            )
            % {"day": found.day.isoformat(), "tries": found.tries, "users": found.users},
            reverse("admin:record_auditrecord_changelist"),
            is_grave=found.day == staff.day,
        )
        for found in tries.turned_away(day=staff.day, scopes=within_them)
    ]


def _roles(staff: Staff) -> list[Alarm]:
    """Roles that end soon, and roles of users who have not been here for long or are closed."""
    roles = Role.objects.filter(
        within(("scope",), staff.scopes_as(*KEEPERS)),
        begins_on__lte=staff.day,
        ends_on__gte=staff.day,
    )
    away = timezone.now() - AWAY_FOR
    found = roles.aggregate(
        ending=Count("pk", filter=Q(ends_on__lte=staff.day + ENDS_WITHIN)),
        left=Count(
            "pk",
            filter=Q(user__is_active=False)
            | Q(user__last_login__lt=away)
            | Q(user__last_login=None, begins_on__lt=away.date()),
        ),
    )
    address = reverse("admin:record_role_changelist")
    return [
        Alarm(text % {"number": found[name]}, address)
        for name, text in (
            ("ending", gettext("%(number)d roles end within 30 days")),
            ("left", gettext("%(number)d roles of users who are closed or long away")),
        )
        if found[name]
    ]
