"""Rows of what members see first, and of rolls at the desk: the roll is one that zhou uploaded."""

from __future__ import annotations

from typing import Any

from record.models import RollDraft
from tests.permissions.table import NEVER, Row, desk, desk_post, everybody, own, signed_in
from tests.permissions.world import World

#: Who takes a roll of contributions in.
CLERKS = ("case_officer", "finance_clerk")


def kind(world: World) -> list[Any]:
    return ["contributions"]


def template(world: World) -> list[Any]:
    return ["contributions", "csv"]


def roll(world: World) -> list[Any]:
    return ["contributions", RollDraft.objects.get().key]


def nothing(world: World) -> list[Any]:
    return [0]


#: Whose roll it is not does not find it.
NOT_THEIRS = Row(get=desk(*CLERKS, got=404, elsewhere=404, auditor=404), args=roll)
NOT_POSTED = Row(get=NEVER, post=desk_post(*CLERKS, got=404), args=roll)

#: Where the password is asked for once more.
AGAIN = "/login/reauthenticate/"

ROWS = {
    "portal:start": Row(get=everybody(200)),
    "portal:calculator": Row(get=everybody(200)),
    "portal:rules": Row(get=everybody(200)),
    "portal:help": Row(get=everybody(200)),
    "portal:verify": Row(get=everybody(200), post=everybody(400)),
    # Only after a recent sign-in: tests/integration/test_pages_export.py.
    "portal:my_data": Row(get=own(got=AGAIN), post=own(got=AGAIN)),
    "portal:looks": Row(get=own()),
    "portal:messages": Row(get=signed_in(), post=signed_in("/messages/")),
    # Whose message it is: tests/integration/test_pages_messages.py.
    "portal:message": Row(get=signed_in(404), post=signed_in(405), args=nothing),
    "portal:message_copies": Row(get=signed_in(), post=signed_in(400)),
    "portal:home": Row(get=own()),
    "portal:me": Row(get=signed_in()),
    "portal:display": Row(get=everybody(200), post=everybody(400)),
    "portal:desk_imports": Row(get=desk(*CLERKS)),
    "portal:desk_roll_upload": Row(get=desk(*CLERKS), post=desk_post(*CLERKS, got=400), args=kind),
    "portal:desk_roll_template": Row(get=desk(*CLERKS), args=template),
    "portal:desk_roll": NOT_THEIRS,
    "portal:desk_roll_errors": NOT_THEIRS,
    "portal:desk_roll_accept": NOT_POSTED,
    "portal:desk_roll_drop": NOT_POSTED,
    "portal:desk_import_undo": Row(
        get=desk(*CLERKS, got=404, elsewhere=404, auditor=404),
        post=desk_post(*CLERKS, got=404),
        args=nothing,
    ),
}
