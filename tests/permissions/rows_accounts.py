"""Rows of the accounts: the run is one of Hefei, the bank file one of the provincial scheme."""

from __future__ import annotations

from typing import Any

from accounts.models import BankFile, Run
from tests.household import HEFEI
from tests.permissions.table import NEVER, Answers, Row, desk, desk_post, only, own
from tests.permissions.world import World

CLERKS = ("finance_clerk", "reviewer")


def run(world: World) -> list[Any]:
    return [Run.objects.filter(area=HEFEI).order_by("pk")[0].pk]


def skipped(world: World) -> list[Any]:
    return [*run(world), "no_such_reason"]


def file_run(world: World) -> list[Any]:
    return [BankFile.objects.order_by("pk")[0].run_id]


def button(answers: Answers, args: Any = run) -> Row:
    """A button of a page: it is posted and never shown."""
    return Row(get=NEVER, post=answers, args=args)


#: It leads back to the page of the run.
BACK = desk_post(*CLERKS, got="/desk/runs/1/")
NOT_THERE = desk_post("finance_clerk", got=404)

ROWS = {
    "accounts:movements": Row(get=own()),
    "accounts:file": Row(get=own()),
    "accounts:statement": Row(get=NEVER, post=only()),
    "accounts:interest": Row(get=own()),
    "accounts:desk_runs": Row(get=desk(*CLERKS)),
    "accounts:desk_run_start": Row(get=desk(*CLERKS), post=desk_post(*CLERKS, got=400)),
    "accounts:desk_run": Row(get=desk(*CLERKS), args=run),
    "accounts:desk_run_progress": Row(get=desk(*CLERKS), args=run),
    "accounts:desk_run_errors": Row(get=desk(*CLERKS), args=run),
    "accounts:desk_run_skipped": Row(get=desk(*CLERKS, got=404, auditor=404), args=skipped),
    "accounts:desk_run_count": button(BACK),
    "accounts:desk_run_post": button(BACK),
    "accounts:desk_run_put_aside": button(BACK),
    "accounts:desk_run_stop": button(desk_post(*CLERKS, got=200)),
    "accounts:desk_run_go_on": button(BACK),
    "accounts:desk_bank_file_missing": button(NOT_THERE, file_run),
}
