"""Rows of the desk's own pages: the person is mei, of Hefei; the change is about a neighbour."""

from __future__ import annotations

from typing import Any

from record.models import Change
from tests.permissions.table import NEVER, Row, desk, desk_post
from tests.permissions.world import World

PEOPLE = ("case_officer", "reviewer", "finance_clerk")
PROPOSERS = ("case_officer", "finance_clerk")


def mei(world: World) -> list[Any]:
    return [world.home.person("mei").number]


def payout(world: World) -> list[Any]:
    return [*mei(world), "payout"]


def change(world: World) -> list[Any]:
    return [Change.objects.filter(kind="payout").order_by("pk")[0].pk]


#: Who has to do with payouts.
DECIDING = ("case_officer", "finance_clerk", "reviewer")

ROWS = {
    "desk:today": Row(get=desk()),
    # The auditor searches and says what for, as everybody does: that changes nothing.
    "desk:people": Row(get=desk(*PEOPLE), post=desk(*PEOPLE)),
    "desk:person_purpose": Row(
        get=desk(*PEOPLE, elsewhere=404),
        # Without saying why.
        post=desk(*PEOPLE, got=400, elsewhere=404, auditor=400),
        args=mei,
    ),
    # Nobody has said what for, so the page asks.
    "desk:person": Row(get=desk(*PEOPLE, got="ASKS", elsewhere=404, auditor="ASKS"), args=mei),
    "desk:person_whole_number": Row(
        get=NEVER,
        post=desk_post("case_officer", "reviewer", got="ASKS", elsewhere=404),
        args=mei,
    ),
    "desk:propose": Row(
        get=desk(*PROPOSERS, got="ASKS", elsewhere=404, auditor="ASKS"),
        post=desk_post(*PROPOSERS, got="ASKS", elsewhere=404),
        args=payout,
    ),
    "desk:looks": Row(get=desk("administrator")),
    "desk:changes": Row(get=desk()),
    "desk:change": Row(
        get=desk(*DECIDING, elsewhere=404),
        args=change,
    ),
    # The payees of this one have no account: there is nothing to compare.
    "desk:change_accounts": Row(
        get=NEVER, post=desk_post(*DECIDING, got=404, elsewhere=404), args=change
    ),
    "desk:change_decide": Row(
        get=NEVER,
        post=desk_post(*DECIDING, got="/desk/changes/1/", elsewhere=404),
        args=change,
    ),
}
