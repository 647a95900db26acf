"""What a figure would change before it is proposed: by area, from when, from what to what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .book import Book, Change, Entry, diff, load_book
from .figures import EnteredFigure
from .queries import entered_figures, newest_figure
from .values import NATIONAL


@dataclass(frozen=True, slots=True)
class Effect:
    """Areas in which a figure changes the same values on its first day, and these values."""

    areas: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a figure would do: `day` is the first on which it counts; `untouched` are the areas of
    its scope in which it changes nothing on that day."""

    day: date
    areas: tuple[str, ...]
    effects: tuple[Effect, ...]
    untouched: tuple[str, ...]


def areas_of(scope: str, book: Book) -> tuple[str, ...]:
    """Return the areas of a scope: one, those of a province, or all."""
    if scope == NATIONAL:
        return tuple(sorted(book.areas))
    return tuple(
        code for code, area in sorted(book.areas.items()) if scope in (code, area.province)
    )


def outlook(figure: EnteredFigure, *, day: date) -> Outlook:
    """Lay a figure over the present book and compare, on its first day (today for an undated one).

    Raises `PolicyError` for a figure that cannot be entered.
    """
    before = entered_figures(newest_figure())
    old = load_book().with_figures(before)
    newest = max((one.id for one in before), default=0) + 1
    new = load_book().with_figures([*before, replace(figure, id=newest)])
    first = figure.begins or day
    areas = areas_of(figure.scope, new)
    by_change: dict[str, tuple[list[str], list[Change]]] = {}
    untouched = []
    for area in areas:
        changes = diff(old.explain(area, first), new.explain(area, first))
        if changes:
            same = repr([(one.key, _value(one.before), _value(one.after)) for one in changes])
            by_change.setdefault(same, ([], changes))[0].append(area)
        else:
            untouched.append(area)
    return Outlook(
        day=first,
        areas=areas,
        effects=tuple(
            Effect(tuple(found), tuple(changes)) for found, changes in by_change.values()
        ),
        untouched=tuple(untouched),
    )


def _value(entry: Entry | None) -> object:
    return entry.value if entry else None


def missing_figures(areas: Sequence[str], book: Book, day: date) -> Iterator[tuple[str, str]]:
    """Yield the areas with the keys that are open there on a day: needed, and in no document."""
    for area in areas:
        for entry in book.explain(area, day):
            if entry.value is None:
                yield area, entry.key
