"""Rows of the clearing between areas: there is no statement 1 in the story."""

from __future__ import annotations

from typing import Any

from tests.permissions.rows_accounts import run
from tests.permissions.table import NEVER, Row, desk, desk_post, everybody
from tests.permissions.world import World

CLERK = "finance_clerk"


def none(world: World) -> list[Any]:
    return [1]


NOT_THERE = Row(get=NEVER, post=desk_post(CLERK, got=404), args=none)
#: Things that are not there: a page of one, and a button.
GONE = Row(get=desk(got=404, elsewhere=404, auditor=404), args=none)
BUTTON = Row(get=NEVER, post=desk_post(got=404), args=none)

ROWS = {
    "clearing:desk_matrix": Row(get=desk(CLERK)),
    "clearing:desk_close": Row(get=NEVER, post=desk_post(CLERK, got=404)),
    "clearing:desk_statement": Row(get=desk(CLERK, got=404, auditor=404), args=none),
    "clearing:desk_check": NOT_THERE,
    "clearing:desk_pay": NOT_THERE,
    "clearing:desk_received": NOT_THERE,
    # Nothing of these is in the story: what is there is tested with its room.
    "clearing:desk_reconciliation": Row(
        get=desk("case_officer", "finance_clerk", "reviewer"),
        post=desk_post("case_officer", "finance_clerk", got=400),
    ),
    "clearing:desk_day_file_template": Row(get=desk("case_officer", "finance_clerk", "reviewer")),
    "clearing:desk_day_file": GONE,
    "clearing:desk_case": GONE,
    "clearing:desk_case_propose": BUTTON,
    "clearing:desk_case_decide": BUTTON,
    "clearing:desk_case_answer": Row(get=NEVER, post=desk_post(got=404), args=lambda world: [1, 2]),
    "clearing:desk_paying": Row(get=desk("finance_clerk", "reviewer")),
    "clearing:desk_draw_up": Row(get=NEVER, post=desk_post(got=404)),
    "clearing:desk_paying_decide": BUTTON,
    "clearing:desk_institution": GONE,
    "clearing:desk_agree": BUTTON,
    "clearing:desk_deduct": BUTTON,
    "clearing:desk_account": BUTTON,
    "clearing:desk_bank": Row(get=desk("finance_clerk", "reviewer")),
    "clearing:desk_gather": Row(get=NEVER, post=desk_post(CLERK, got="/desk/bank/")),
    "clearing:desk_bank_make": Row(get=NEVER, post=desk_post(got=404)),
    # The run credits accounts: it leads back to its page, which says so.
    "clearing:desk_bank_run": Row(get=NEVER, post=desk_post(CLERK, got="/desk/runs/1/"), args=run),
    "clearing:desk_payment_account": BUTTON,
    "clearing:desk_bank_file": GONE,
    "clearing:desk_bank_release": BUTTON,
    "clearing:desk_bank_drop": BUTTON,
    "clearing:desk_bank_take": BUTTON,
    "clearing:desk_return_template": GONE,
    "clearing:desk_bank_return": BUTTON,
    "clearing:desk_trial_balance": Row(get=desk("finance_clerk", "reviewer")),
    "clearing:desk_funds": Row(get=desk("finance_clerk", "reviewer")),
    "clearing_api:reconciliations": Row(get=NEVER, post=everybody(401), is_interface=True),
    "clearing_api:reconciliation": Row(get=everybody(401), is_interface=True, args=none),
    "clearing_api:statements": Row(get=everybody(401), is_interface=True),
    "clearing_api:statement": Row(get=everybody(401), is_interface=True, args=none),
    "clearing_api:agreement": Row(get=NEVER, post=everybody(401), is_interface=True, args=none),
}
