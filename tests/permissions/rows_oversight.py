"""Rows of the watch and the figures: there is no hit in the story."""

from __future__ import annotations

from typing import Any

from tests.permissions.table import Row, desk, desk_post
from tests.permissions.world import World

WATCHERS = ("case_officer", "reviewer")


def nothing(world: World) -> list[Any]:
    return [0]


ROWS = {
    "oversight:desk_watch": Row(get=desk(*WATCHERS)),
    "oversight:desk_watch_rules": Row(get=desk(*WATCHERS)),
    "oversight:desk_hit": Row(
        get=desk(*WATCHERS, got=404, elsewhere=404, auditor=404),
        post=desk_post(*WATCHERS, got=404),
        args=nothing,
    ),
    "oversight:desk_figures": Row(
        get=desk("administrator", "finance_clerk", "policy_clerk", "reviewer")
    ),
    "oversight:desk_figures_table": Row(
        get=desk(got=404, elsewhere=404, auditor=404), args=lambda world: ["nothing", "csv"]
    ),
}
