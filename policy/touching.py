"""What a figure would touch, asked of the rooms above: bills refused for it, months unpriced.

A room registers how it answers in its `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Touch:
    """One thing that a figure would touch: a sentence with its number, and where to look."""

    text: str
    number: int
    url: str = ""


#: Areas, key of the figure, its first day (None: from the beginning) → what is touched there.
Ask = Callable[[Sequence[str], str, date | None], list[Touch]]

_ASKED: list[Ask] = []


def register_touch(ask: Ask) -> None:
    """Make a room known that is touched by figures; once each."""
    if ask not in _ASKED:
        _ASKED.append(ask)


def touched(areas: Sequence[str], key: str, begins: date | None) -> list[Touch]:
    """Return what a figure would touch, of every room; what is nil is said too."""
    return [touch for ask in _ASKED for touch in ask(areas, key, begins)]
