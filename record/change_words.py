"""Changes in words: what a kind is called, and what one of them would do, fact by fact.

A room tells its kinds here (`register_words`), in its `AppConfig.ready`; a kind that nobody told of
is shown by its name, with its details masked. What a change about no person is about, a room tells
of a whole list at once (`register_about`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class About:
    """What a change is about, where that is no person: in words, and where it is to be seen."""

    text: str
    url: str = ""


Facts = Callable[[Change], list[Fact]]
#: `abouts(changes)`: changes of one kind → what each is about, by the change's number.
Abouts = Callable[[Sequence[Change]], Mapping[int, About]]
_ABOUTS: dict[str, Abouts] = {}
_WORDS: dict[str, tuple[Any, Facts]] = {}


def register_words(kind: str, *, title: Any, facts: Facts) -> None:
    """Say what a kind of change is called, and how one of them is told."""
    _WORDS[kind] = (title, facts)


def register_about(kind: str, abouts: Abouts) -> None:
    """Say what changes of a kind are about, a list of them at a time."""
    _ABOUTS[kind] = abouts


def abouts_of(changes: Sequence[Change]) -> dict[int, About]:
    """Return what each change is about, by its number; of those about a person, the person."""
    found: dict[int, About] = {}
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        if change.subject is not None:
            found[change.pk] = About(change.subject.name)
        else:
            by_kind.setdefault(change.kind, []).append(change)
    for kind, some in by_kind.items():
        if kind in _ABOUTS:
            found |= _ABOUTS[kind](some)
    return found


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
