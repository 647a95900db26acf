"""The rules by which bindings are drawn for the after-check, and its clock: data, read once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from policy.plain_rules import PlainRule, read_plain_rules

_ROOM = Path(__file__).parents[1]
#: The lot; and the clock, which draws nothing.
SAMPLE, CLOCK = "sample", "clock"
#: What somebody of the staff has heard, and wants to be checked.
TIP = "tip"
#: What flags a binding, in the order in which staff read it.
FLAGS = ("objection", "ages", "many_kin", "many_soon", "drained_soon")


@lru_cache(maxsize=1)
def check_rules() -> Mapping[str, PlainRule]:
    """Return the rules by name. Raises PlainRulesError."""
    return read_plain_rules(_ROOM / "checks.yaml", names=(CLOCK, SAMPLE, *FLAGS))


@lru_cache(maxsize=16)
def statement_of(name: str) -> str:
    """Return the statement that finds a flag's bindings, each with what it counted."""
    return (_ROOM / "sql" / f"check_{name}.sql").read_text(encoding="utf-8")
