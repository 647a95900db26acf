"""What of this room waits for staff: applications to live elsewhere, paper bills."""

from __future__ import annotations

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext

from members.models import Registration
from record.staffing import Queue, Staff

from .desk import bills
from .desk.residence import OFFICERS
from .desk.residence_facts import latest_late_day, of_staff
from .models import PaperBill


def queues(staff: Staff) -> list[Queue]:
    """Return the queues of case officers and reviewers."""
    scopes = staff.scopes_as(*OFFICERS)
    return [_residence(staff, scopes), _bills(staff, scopes)] if scopes else []


def _residence(staff: Staff, scopes: frozenset[str]) -> Queue:
    found = of_staff(staff, scopes).filter(state=Registration.State.APPLIED).order_by()
    counted = found.aggregate(
        number=Count("pk"),
        oldest=Min("applied_on"),
        late=Count("pk", filter=Q(applied_on__lte=latest_late_day(staff.day))),
    )
    return Queue(
        title=gettext("Living elsewhere"),
        url=reverse("claims:desk_residence"),
        count=counted["number"],
        oldest=counted["oldest"],
        late=counted["late"],
    )


def _bills(staff: Staff, scopes: frozenset[str]) -> Queue:
    found = bills.of_staff(staff, scopes).filter(state=PaperBill.State.SENT).order_by()
    counted = found.aggregate(
        number=Count("pk"),
        oldest=Min("applied_on"),
        late=Count("pk", filter=Q(applied_on__lte=bills.latest_late_day(staff.day))),
    )
    return Queue(
        title=gettext("Paper bills"),
        url=reverse("claims:desk_bills"),
        count=counted["number"],
        oldest=counted["oldest"],
        late=counted["late"],
    )
