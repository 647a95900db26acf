"""The table's words: what a role gets from an address, by method.

A room's rows stand in `rows_<room>.py` as `ROWS`: view → `Row`. What a role gets is a status, or
the path that it is led to. Every address of the portal must have a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions.world import MEMBERS, OTHERS, OUTSIDE, ROLES, STAFF, World

Got = int | str
Answers = Mapping[str, Got]

LOGIN, LINK, HOME = "/login/login/", "/link/", "/home/"


def _nothing(world: World) -> list[Any]:
    return []


def everybody(got: Got) -> dict[str, Got]:
    """The same for all."""
    return dict.fromkeys(ROLES, got)


#: A page that only shows refuses every method but GET and HEAD, before it asks who it is.
NEVER: Answers = everybody(405)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What each role gets.

    `args`: what the address takes, from the world; `data`: what is posted (an empty form, where
    nothing is said); `query`: what stands behind the address.
    """

    get: Answers
    post: Answers = field(default_factory=lambda: NEVER)
    args: Callable[[World], list[Any]] = _nothing
    data: Callable[[World], dict[str, Any]] = lambda world: {}
    query: str = ""
    #: Posts are made with a token of the interface, so they need no token of a form.
    is_interface: bool = False
    #: Who is asked, where the same view was asked by everybody for another thing.
    roles: tuple[str, ...] = ROLES
    post_roles: tuple[str, ...] = ROLES


# --- members' pages -----------------------------------------------------------------------------

_NOT_MEMBERS = {**dict.fromkeys([*STAFF, *OTHERS], LINK), **dict.fromkeys(OUTSIDE, LOGIN)}


def own(*, got: Got = 200, but: Answers | None = None) -> dict[str, Got]:
    """A member's own page; `but` says for whom it is otherwise: `{"stranger": 404}`."""
    return {**dict.fromkeys(MEMBERS, got), **_NOT_MEMBERS, **(but or {})}


def only(*roles: str, got: Got = 200) -> dict[str, Got]:
    """A page about something of these members: the others do not find it."""
    return own(got=404, but=dict.fromkeys(roles, got))


def signed_in(got: Got = 200) -> dict[str, Got]:
    """A page for whoever is signed in."""
    return {**everybody(got), **dict.fromkeys(OUTSIDE, LOGIN)}


# --- the desk -----------------------------------------------------------------------------------

_KIND = {role: kind.value for role, (kind, _) in STAFF.items()}


def desk(*kinds: str, got: Got = 200, elsewhere: Got = 200, auditor: Got = 200) -> dict[str, Got]:
    """A page of the desk for staff with a role of these kinds (none: of any), and the auditor.

    `elsewhere`: what the officer of another area gets who has such a role there: the same page on
    a list, 404 on the page of a thing in Hefei.
    """
    opened = {role: got for role, kind in _KIND.items() if not kinds or kind in kinds}
    if "other_officer" in opened:
        opened["other_officer"] = elsewhere
    return {**everybody(404), **dict.fromkeys(OUTSIDE, LOGIN), **opened, "auditor": auditor}


def desk_post(*kinds: str, got: Got, elsewhere: Got | None = None) -> dict[str, Got]:
    """What a post at the desk gets: the auditor is forbidden it (403)."""
    other = got if elsewhere is None else elsewhere
    return desk(*kinds, got=got, elsewhere=other, auditor=403)


# --- all rows, all addresses --------------------------------------------------------------------


def gathered() -> dict[str, dict[str, Row]]:
    """Return the rows of every room, by the name of its file."""
    found = {}
    for file in sorted(Path(__file__).parent.glob("rows_*.py")):
        found[file.stem.removeprefix("rows_")] = import_module(
            f"tests.permissions.{file.stem}"
        ).ROWS
    return found


def addresses() -> Iterator[str]:
    """Every address of the portal: its view's name, or its pattern where it has none."""

    def walk(
        patterns: list[URLPattern | URLResolver], namespace: str, prefix: str
    ) -> Iterator[str]:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = ":".join(part for part in (namespace, pattern.namespace) if part)
                yield from walk(pattern.url_patterns, inner, path)
            elif pattern.name:
                yield f"{namespace}:{pattern.name}" if namespace else pattern.name
            else:
                yield path

    yield from walk(get_resolver().url_patterns, "", "")
