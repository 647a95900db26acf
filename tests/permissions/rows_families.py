"""Rows of the families: the binding is lin's, for mei."""

from __future__ import annotations

from typing import Any

from tests.permissions.table import NEVER, Row, desk, desk_post, only, own
from tests.permissions.world import World

CLERK = "finance_clerk"
CHECKERS = ("case_officer", "reviewer")
ADD = "/family/add/"


def binding(world: World) -> list[Any]:
    return [world.home.bindings["lin-mei"].pk]


def check(world: World) -> list[Any]:
    return [world.home.checks["mei"].pk]


def one(world: World) -> list[Any]:
    return [1]


def nothing(world: World) -> list[Any]:
    return [0]


ROWS = {
    "families:family": Row(get=own()),
    "families:add": Row(get=own(), post=own(got=400)),
    # What shows only something on the way leads back to the beginning.
    "families:add_order": Row(get=own(got=ADD)),
    "families:add_notice": Row(get=own(got=ADD), post=own(got=ADD)),
    "families:history": Row(get=own()),
    "families:staying_out": Row(get=own(), post=own(got="/family/")),
    "families:payment_code": Row(get=own()),
    "families:premiums": Row(get=own()),
    "families:premium_pay": Row(get=own(), post=own(), args=lambda world: ["me", "large_amount"]),
    # Whose receipt it is: tests/integration/test_pages_premiums.py.
    "families:premium": Row(get=only(), args=one),
    "families:premium_cancel": Row(get=only(), post=only(), args=one),
    "families:desk_premiums": Row(get=desk(CLERK)),
    # Without an area: all files of the clerk's own areas.
    "families:desk_premiums_hand_over": Row(
        get=NEVER, post=desk_post(CLERK, got="/desk/premiums/")
    ),
    "families:desk_premiums_answer": Row(get=NEVER, post=desk_post(CLERK, got=400)),
    "families:desk_premiums_file": Row(get=desk(CLERK, got=404, auditor=404), args=nothing),
    # Mei is asked about her account for lin, and nobody else.
    "families:check": Row(get=only("member"), post=only("member", got=400), args=check),
    "families:desk_checks": Row(get=desk(*CHECKERS)),
    # Nothing is ticked: nobody is asked.
    "families:desk_checks_ask": Row(
        get=NEVER, post=desk_post(*CHECKERS, got="/desk/binding-checks/")
    ),
    # Lin's account for mei is under no open check: the form is shown, and refused when empty.
    "families:desk_check_start": Row(
        get=desk(*CHECKERS, elsewhere=404),
        post=desk_post(*CHECKERS, got=400, elsewhere=404),
        args=binding,
    ),
    "families:desk_check_rules": Row(get=desk(*CHECKERS)),
    "families:desk_check": Row(
        get=desk(*CHECKERS, elsewhere=404),
        # Without a button.
        post=desk_post(*CHECKERS, got=404),
        args=check,
    ),
    "families:bound": Row(get=only("member", "authorizer"), args=binding),
    "families:end": Row(
        get=only("member", "authorizer"),
        post=only("member", "authorizer", got="/family/"),
        args=binding,
    ),
}
