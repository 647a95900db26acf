"""Queries that the ORM puts together once, and the server prepares.

The ORM takes longer to put a query together than the database to answer it. A page that members
open all day asks the same few questions with other values, so each of them is written as a function
that returns a queryset, and `prepared` makes of it one that runs it:

    @prepared
    def _enrolment(person: int, day: date) -> QuerySet[Enrolment]:
        return Enrolment.objects.filter(person_id=person, begins_on__lte=day)

    _enrolment(person.pk, today)        # a list of Enrolment
    _enrolment.first(person.pk, today)  # the first of them, or None

The function is called once, with a `Given` in the place of each value, so it must not look at its
values. A list of values is asked for with the look-up `any_of`: `pk__any_of=ids`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from operator import itemgetter
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Expression, Field, Lookup, QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, get_related_populators

from record.statements import Statement

P = ParamSpec("P")
Row_co = TypeVar("Row_co", covariant=True)

_PLACE = re.compile(r"%%|%s")


class Given(Expression):
    """The place of a value that comes with each call."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return a place whose value is this place itself."""
        return "%s", (self,)


@Field.register_lookup
@models.ForeignObject.register_lookup
class AnyOf(Lookup):
    """A column that holds one of a list of values, which is one value to the database."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return `column = ANY (values)`."""
        column, before = self.process_lhs(compiler, connection)
        values, after = self.process_rhs(compiler, connection)
        return f"{column} = ANY {values}", (*before, *after)


class Prepared(Generic[P, Row_co]):
    """A queryset of given values, as `prepared` makes it."""

    def __init__(self, ask: Callable[P, QuerySet[Any, Row_co]]) -> None:
        update_wrapper(self, ask)
        self._ask = ask
        self._names = tuple(inspect.signature(ask).parameters)
        self._plan: _Plan | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Row_co]:
        """Return the rows for these values."""
        # Two threads may both make the plan of a first call; either will do.
        plan = self._plan = self._plan or _plan_of(self._ask, self._names)
        values = plan.fixed | dict(zip(self._names, args, strict=False)) | kwargs
        return list(plan.read(plan.statement.rows(values)))

    def first(self, *args: P.args, **kwargs: P.kwargs) -> Row_co | None:
        """Return the first row for these values, or None."""
        return next(iter(self(*args, **kwargs)), None)


def prepared(ask: Callable[P, QuerySet[Any, Row_co]]) -> Prepared[P, Row_co]:
    """Make a function that runs a queryset of one that returns it."""
    return Prepared(ask)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statement, the values that stay, and how a row becomes what the queryset gives."""

    statement: Statement
    fixed: dict[str, Any]
    read: Callable[[Sequence[tuple[Any, ...]]], Iterable[Any]]


def _plan_of(ask: Callable[..., QuerySet[Any, Any]], names: tuple[str, ...]) -> _Plan:
    """Put the queryset together with a place for each value."""
    queryset = ask(*(Given(name) for name in names))
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()
    fixed: dict[str, Any] = {}
    places: Iterator[Any] = iter(parameters)

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = next(places)
        if isinstance(value, Given):
            return f"%({value.name})s"
        fixed[f"fixed_{len(fixed)}"] = value
        return f"%(fixed_{len(fixed) - 1})s"

    return _Plan(Statement(_PLACE.sub(place, sql)), fixed, _reader(queryset, compiler))


def _reader(
    queryset: QuerySet[Any, Any], compiler: Any
) -> Callable[[Sequence[tuple[Any, ...]]], Iterable[Any]]:
    """Return what makes objects or values of rows, as the queryset itself would."""
    columns = [column for column, _, _ in compiler.select]
    converters = compiler.get_converters(columns)

    def converted(rows: Sequence[tuple[Any, ...]]) -> Iterable[Sequence[Any]]:
        return compiler.apply_converters(rows, converters) if converters else rows

    kind = queryset._iterable_class  # noqa: SLF001  (a queryset says it nowhere else)
    if kind is FlatValuesListIterable:
        return lambda rows: map(itemgetter(0), converted(rows))
    if kind is not ModelIterable:
        return lambda rows: map(tuple, converted(rows))
    model = compiler.klass_info["model"]
    places = compiler.klass_info["select_fields"]
    start, end = places[0], places[-1] + 1
    names = [column.target.attname for column in columns[start:end]]
    # The stubs are of a later Django, which asks for one more thing.
    related = get_related_populators(  # type: ignore[call-arg]
        compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS
    )
    annotations = (compiler.annotation_col_map or {}).items()

    def objects(rows: Sequence[tuple[Any, ...]]) -> Iterable[Any]:
        for row in converted(rows):
            made = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
            for populator in related:
                populator.populate(row, made)
            for name, at in annotations:
                setattr(made, name, row[at])
            yield made

    return objects
