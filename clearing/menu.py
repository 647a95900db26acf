"""This room's places in the desk's menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from record.models import Role
from record.staffing import Entry, Group

CLERK = Role.Kind.FINANCE_CLERK.value
REVIEWER = Role.Kind.REVIEWER.value

ENTRIES = (
    Entry(
        title=_("Clearing between areas"),
        view="clearing:desk_matrix",
        kinds=(CLERK,),
        group=Group.MONEY,
        order=20,
        under=("clearing:desk_statement",),
    ),
)
