"""Rows of the interface for institutions: nobody without a token, whoever is signed in to a page.

What a token may do is tested with the interface: tests/integration/test_api*.py.
"""

from __future__ import annotations

from typing import Any

from tests.permissions.table import NEVER, Row, everybody
from tests.permissions.world import World


def number(world: World) -> list[Any]:
    return [world.home.claims["big"].number]


REFUSED = everybody(401)


def posted(**more: Any) -> Row:
    return Row(get=NEVER, post=REFUSED, is_interface=True, **more)


ROWS = {
    "api:token": Row(get=NEVER, post=everybody(400), is_interface=True),
    "api:lookups": posted(),
    "api:quotes": posted(),
    "api:claims": Row(get=REFUSED, post=REFUSED, is_interface=True),
    "api:claim": Row(get=REFUSED, post=NEVER, is_interface=True, args=number),
    "api:refund": posted(args=number),
    "api:reversal": posted(args=number),
    "api:reversals": posted(),
    "api:nothing": Row(
        get=everybody(404), post=everybody(404), is_interface=True, args=lambda world: ["nothing"]
    ),
    "api:docs": Row(get=everybody(200)),
    "api:openapi": Row(get=everybody(200)),
}
