"""Statements that the server prepares, and writes of several rooms in one of them.

The portal's quickest paths send few statements, and each in its prepared form: the text goes to
the server once for each connection, and is parsed and planned there once.

Each room says how it writes its own rows, as a `Part`: a statement with its values. The operation
that calls the rooms puts the parts together, so that one round trip to the database does what many
would. All parts see the database as it was before the statement; what one part makes, another can
name by the part's name (`SELECT id FROM claim`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import msgspec
import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.json import Jsonb

Link: TypeAlias = psycopg.Connection[Any]

_VALUE = re.compile(r"%\((\w+)\)s|%%")
#: By connection: the names under which it knows the statements, by text and types of the values.
_PREPARED: WeakKeyDictionary[Link, dict[tuple[bytes, tuple[int, ...]], bytes]] = WeakKeyDictionary()


class _Prepared:
    """What the watchers of a connection get in the place of a cursor."""

    #: pghistory's context adds nothing to a statement of a cursor that has a name.
    name = "prepared"


class Statement:
    """An SQL text with named values, `%(name)s`, that is sent prepared.

    It speaks to libpq itself: a cursor costs several times what such a statement does.
    """

    def __init__(self, text: str) -> None:
        names: dict[str, int] = {}

        def place(found: re.Match[str]) -> str:
            if found[1] is None:
                return "%"
            return f"${names.setdefault(found[1], len(names) + 1)}"

        self._text = _VALUE.sub(place, text)
        self._sent = self._text.encode()
        self._names = tuple(names)
        self._formats = [PyFormat.AUTO] * len(names)
        self._columns: tuple[str, ...] = ()

    def rows(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run the statement with these values; return its rows."""
        django = connections[DEFAULT_DB_ALIAS]
        django.close_if_health_check_failed()
        django.ensure_connection()
        given = [values[name] for name in self._names]
        rows: list[tuple[Any, ...]] = []

        def run(sql: str, given: Sequence[Any], many: bool, context: dict[str, Any]) -> None:
            rows.extend(self._run(django.connection, given))

        start = time.monotonic()
        with django.wrap_database_errors:
            if django.execute_wrappers:
                execute: Callable[..., Any] = run
                for wrapper in reversed(django.execute_wrappers):
                    execute = partial(wrapper, execute)
                execute(self._text, given, False, {"connection": django, "cursor": _Prepared()})
            else:
                rows = self._run(django.connection, given)
        if django.queries_logged:
            took = time.monotonic() - start
            django.queries_log.append({"sql": self._text, "time": f"{took:.3f}"})
        return rows

    def _run(self, link: Link, given: Sequence[Any]) -> list[tuple[Any, ...]]:
        transformer = Transformer(link)
        sent = transformer.dump_sequence(given, self._formats)
        libpq = link.pgconn
        if not link.autocommit and libpq.transaction_status == TransactionStatus.IDLE:
            _checked(libpq.exec_(b"BEGIN"), link)
        name = self._name(link, tuple(transformer.types or ()))
        # A NULL is None, which psycopg's own types do not say.
        answer = libpq.exec_prepared(name, sent, transformer.formats)  # type: ignore[arg-type]
        result = _checked(answer, link)
        if not self._columns:
            self._columns = tuple(
                (result.fname(place) or b"").decode() for place in range(result.nfields)
            )
        transformer.set_pgresult(result)
        return transformer.load_rows(0, result.ntuples, tuple)

    def _name(self, link: Link, types: tuple[int, ...]) -> bytes:
        """Return the name under which a connection knows the statement with values of these types.

        psycopg sends a number in the smallest type that holds it, so there are a few of each.
        """
        prepared = _PREPARED.setdefault(link, {})
        name = prepared.get((self._sent, types))
        if name is None:
            name = f"statement_{len(prepared)}".encode()
            _checked(link.pgconn.prepare(name, self._sent, types), link)
            prepared[self._sent, types] = name
        return name

    def row(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run the statement; return its first row, or None where it has none."""
        rows = self.rows(values)
        return rows[0] if rows else None

    def named_rows(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Run the statement; return its rows with the names of their columns."""
        rows = self.rows(values)
        return [dict(zip(self._columns, row, strict=True)) for row in rows]


def _checked(result: PGresult, link: Link) -> PGresult:
    """Return a result that holds no error. Raises psycopg's errors."""
    if result.status in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        return result
    if link.pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(result.get_error_message(link.info.encoding), info=result)
    raise error_from_result(result, encoding=link.info.encoding)


@lru_cache(maxsize=200)
def statement(text: str) -> Statement:
    """Return the statement of a text; each text is read once."""
    return Statement(text)


@dataclass(frozen=True, slots=True)
class Part:
    """A room's share of a statement: INSERT, UPDATE or SELECT, under a name, with its values.

    The values' names are shared by all parts: a room begins its own with its part's name.
    """

    name: str
    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


def write(parts: Sequence[Part], *, returning: str = "SELECT 1") -> tuple[Any, ...] | None:
    """Run the parts as one statement; return the row of `returning`, a SELECT from the parts."""
    text = ", ".join(f"{part.name} AS ({part.sql})" for part in parts)
    values = {name: value for part in parts for name, value in part.values.items()}
    return statement(f"WITH {text} {returning}").row(values)


def insert(
    name: str, row: models.Model, *, returning: Sequence[str] = (), **expressions: str
) -> Part:
    """Return the part that inserts a new row of a model.

    What the database fills in is left to it. `expressions`: columns whose value is SQL, such as
    what another part has made. `returning`: columns that other parts or the statement's end name.
    """
    model = type(row)
    sql = _insert(model, name, tuple(returning), tuple(expressions.items()))
    values = {
        f"{name}_{column}": _sent(getattr(row, attribute), is_json)
        for column, attribute, is_json in _columns_of(model)
        if column not in expressions
    }
    return Part(name, sql, values)


def _sent(value: Any, is_json: bool) -> Any:
    return Jsonb(value, dumps=msgspec.json.encode) if is_json else value


@lru_cache(maxsize=50)
def _columns_of(model: type[models.Model]) -> tuple[tuple[str, str, bool], ...]:
    """Return the columns that an insert fills, with their attributes and whether they hold JSON."""
    return tuple(
        (column.column, column.attname, isinstance(column, models.JSONField))
        for column in model._meta.concrete_fields
        if column.column is not None
        and not (
            column.generated or isinstance(column, models.AutoField) or column.has_db_default()
        )
    )


@lru_cache(maxsize=50)
def _insert(
    model: type[models.Model],
    name: str,
    returning: tuple[str, ...],
    expressions: tuple[tuple[str, str], ...],
) -> str:
    given = dict(expressions)
    columns = [column for column, _, _ in _columns_of(model)]
    places = [given.get(column, f"%({name}_{column})s") for column in columns]
    sql = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({', '.join(places)})"  # noqa: S608
    return f"{sql} RETURNING {', '.join(returning)}" if returning else sql


def written(row: models.Model, **filled_in: Any) -> None:
    """Make a row that a statement has inserted what `save` would have made of it.

    `filled_in`: what the database gave it, its id among them.
    """
    for name, value in filled_in.items():
        setattr(row, name, value)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  (Django documents it)
