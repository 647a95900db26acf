"""This room's places in the desk's menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from record.models import Role
from record.staffing import Entry, Group

CLERK = Role.Kind.FINANCE_CLERK.value
OFFICER = Role.Kind.CASE_OFFICER.value
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
    Entry(
        title=_("Reconciliation"),
        view="clearing:desk_reconciliation",
        kinds=(CLERK, OFFICER, REVIEWER),
        group=Group.MONEY,
        order=30,
        under=("clearing:desk_case", "clearing:desk_day_file"),
    ),
    Entry(
        title=_("Paying institutions"),
        view="clearing:desk_paying",
        kinds=(CLERK, REVIEWER),
        group=Group.MONEY,
        order=40,
        under=("clearing:desk_institution",),
    ),
    Entry(
        title=_("Bank files"),
        view="clearing:desk_bank",
        kinds=(CLERK, REVIEWER),
        group=Group.MONEY,
        order=50,
        under=("clearing:desk_bank_file", "clearing:desk_bank_return"),
    ),
    Entry(
        title=_("Trial balance"),
        view="clearing:desk_trial_balance",
        kinds=(CLERK, REVIEWER),
        group=Group.MONEY,
        order=60,
    ),
    Entry(
        title=_("Funds"),
        view="clearing:desk_funds",
        kinds=(CLERK, REVIEWER),
        group=Group.MONEY,
        order=70,
    ),
)
