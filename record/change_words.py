"""Changes in words: what a kind is called, and what one of them would do, fact by fact.

A room tells its kinds here (`register_words`), in its `AppConfig.ready`; a kind that nobody told of
is shown by its name, with its details masked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .models import Change
from .rolls import mask


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what a change would do."""

    label: Any
    value: Any
    note: Any = ""


Facts = Callable[[Change], list[Fact]]
_WORDS: dict[str, tuple[Any, Facts]] = {}


def register_words(kind: str, *, title: Any, facts: Facts) -> None:
    """Say what a kind of change is called, and how one of them is told."""
    _WORDS[kind] = (title, facts)


def title_of(kind: str) -> str:
    """Return what a kind of change is called."""
    found = _WORDS.get(kind)
    return str(found[0]) if found else kind


def facts_of(change: Change) -> list[Fact]:
    """Return what a change would do, fact by fact."""
    found = _WORDS.get(change.kind)
    if found is not None:
        return found[1](change)
    return [Fact(name, mask(str(value))) for name, value in change.payload.items()]
