"""Searching a list of the admin so that a long one answers at once.

Whoever a row belongs to is found first, by an index, and then the rows of these few; a join of a
whole table with the persons, to look into each name, would take a second for 100,000 rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

#: How persons are found by what somebody typed: told by the room of the members, which is above.
_persons: list[tuple[type[models.Model], Callable[[str], QuerySet[Any]]]] = []
#: So many are asked for by their numbers; of more, the database finds out itself.
FEW = 200
#: Digits that a number of the database has at most.
_DIGITS = 18


def find_persons_by(model: type[models.Model], called: Callable[[str], QuerySet[Any]]) -> None:
    """Say what a person is, and who is meant by a number, a name or its sound."""
    _persons[:] = [(model, called)]


def search(page: Any, rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    """Return the rows in which every word, or a person by all of them, is found."""
    text = wanted.replace("\x00", "").strip()
    if not text:
        return rows
    words = text.split()
    fields = tuple(page.search_fields)
    every = Q()
    for word in words:
        every &= _anywhere(page.model, fields, word)
    if len(words) > 1:
        every |= _by_person(page.model, fields, text)
    return rows.filter(every)


def _anywhere(model: type[models.Model], fields: Sequence[str], word: str) -> Q:
    found = _by_person(model, fields, word)
    persons = set(_ways_to_persons(model, fields))
    by_way: dict[str, Q] = {}
    for path in fields:
        way, _, name = path.lstrip("=").rpartition("__")
        lookup = "icontains"
        if name in {"startswith", "contains"}:
            lookup = name
            way, _, name = way.rpartition("__")
        if (way or "pk") in persons:
            continue
        field = (_model_at(model, way) if way else model)._meta.get_field(name)
        one = _equal(field, word) if path[0] == "=" else Q(**{f"{name}__{lookup}": word})
        by_way[way] = by_way.get(way, Q(pk__in=[])) | one
    for way, condition in by_way.items():
        if way:
            found |= _among(model, way, _rows(_model_at(model, way)).filter(condition))
        else:
            found |= condition
    return found


def _equal(field: Any, word: str) -> Q:
    """Return the condition that a field is this word, in a way that its index serves."""
    if isinstance(field, models.CharField):
        return Q(**{f"{field.name}__in": {word, word.upper()}})
    if isinstance(field, models.IntegerField | models.AutoField):
        fits = word.isdecimal() and len(word) <= _DIGITS
        return Q(**{field.name: int(word)}) if fits else Q(pk__in=[])
    return Q(**{f"{field.name}__iexact": word})


def _by_person(model: type[models.Model], fields: Sequence[str], text: str) -> Q:
    found = Q(pk__in=[])
    for way in _ways_to_persons(model, fields):
        for _, called in _persons:
            found |= _among(model, way, called(text))
    return found


def _among(model: type[models.Model], way: str, those: QuerySet[Any]) -> Q:
    """Return the condition that a way leads to one of those, found step by step from their end."""
    keys = list(those.order_by().values_list("pk", flat=True)[: FEW + 1])
    few: Any = keys if len(keys) <= FEW else those.order_by().values("pk")
    nearer, _, last = way.rpartition("__")
    if not nearer:
        return Q(**{f"{way}__in": few})
    return _among(model, nearer, _rows(_model_at(model, nearer)).filter(**{f"{last}__in": few}))


def _rows(model: type[models.Model]) -> QuerySet[Any]:
    return model._default_manager.all()  # noqa: SLF001  (not every model calls it objects)


def _ways_to_persons(model: type[models.Model], fields: Sequence[str]) -> list[str]:
    """Return how a person is reached from a row; `pk` for a person's own list."""
    persons = {one for one, _ in _persons}
    ways = dict.fromkeys(
        path.lstrip("=").removesuffix("__contains").rpartition("__")[0] for path in fields
    )
    return [way or "pk" for way in ways if (_model_at(model, way) if way else model) in persons]


def _model_at(model: type[models.Model], way: str) -> type[models.Model]:
    at: Any = model
    for step in way.split("__"):
        at = at._meta.get_field(step).related_model
    found: type[models.Model] = at
    return found
