"""Reconciliation among the runs: day by day, how many institutions' files are in and compared."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from record.batches import Batch, BatchKind
from record.looking import within
from record.models import Role
from record.staffing import Staff

from .models import Case, DayFile

#: An institution that has sent a file in these days before is expected to send the day's.
SENDS_REGULARLY = timedelta(days=30)


def recent_days(staff: Staff, most: int) -> list[Batch]:
    """Return the last days of which files are in: files compared, of those that are expected."""
    files = DayFile.objects.filter(within(("institution__area",), staff.scopes))
    days = (
        files.order_by()
        .values("day")
        .annotate(compared=Count("institution", distinct=True, filter=Q(compared_on__isnull=False)))
        .order_by("-day")[:most]
    )
    found = []
    for row in days:
        day = row["day"]
        expected = (
            files.filter(day__gt=day - SENDS_REGULARLY, day__lte=day)
            .order_by()
            .aggregate(number=Count("institution", distinct=True))["number"]
        )
        cases = Case.objects.filter(within(("area",), staff.scopes), day=day, closed_on=None)
        number = cases.count()
        found.append(
            Batch(
                title=gettext("Day files"),
                day=day,
                state=ngettext("%(n)d difference open", "%(n)d differences open", number)
                % {"n": number}
                if number
                else gettext("nothing open"),
                done=row["compared"],
                expected=expected,
                url=reverse("clearing:desk_reconciliation"),
            )
        )
    return found


RECONCILIATION = BatchKind(
    title=gettext_lazy("Reconciliation"),
    view="clearing:desk_reconciliation",
    recent=recent_days,
    roles=frozenset(
        {
            Role.Kind.FINANCE_CLERK.value,
            Role.Kind.CASE_OFFICER.value,
            Role.Kind.REVIEWER.value,
        }
    ),
)
