"""Writes of several rooms in one statement.

Each room says how it writes its own rows, as a `Part`: a statement with its values. The operation
that calls the rooms puts the parts together, so that one round trip to the database does what many
would. All parts see the database as it was before the statement; what one part makes, another can
name by the part's name (`claim.id`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models


@dataclass(frozen=True, slots=True)
class Part:
    """A room's share of a statement: INSERT, UPDATE or SELECT, under a name, with its values."""

    name: str
    sql: str
    values: Mapping[str, Any] = field(default_factory=dict)


def insert(
    name: str, row: models.Model, *, returning: Sequence[str] = (), **expressions: str
) -> Part:
    """Return the part that inserts a new row of a model.

    What the database fills in is left to it. `expressions`: columns whose value is SQL, such as
    what another part has made. `returning`: columns that other parts or the statement's end name.
    """
    columns, places, values = [], [], {}
    for column in row._meta.concrete_fields:
        if column.generated or isinstance(column, models.AutoField) or column.has_db_default():
            continue
        columns.append(f'"{column.column}"')
        if column.column in expressions:
            places.append(expressions[column.column])
            continue
        key = f"{name}_{column.column}"
        places.append(f"%({key})s")
        values[key] = column.get_db_prep_save(column.pre_save(row, add=True), connection)
    sql = (
        f"INSERT INTO {row._meta.db_table} ({', '.join(columns)})"  # noqa: S608
        f" VALUES ({', '.join(places)})"
    )
    if returning:
        sql += f" RETURNING {', '.join(returning)}"
    return Part(name, sql, values)


def written(row: models.Model, **filled_in: Any) -> None:
    """Make a row that a statement has inserted what `save` would have made of it.

    `filled_in`: what the database gave it, its id among them.
    """
    for name, value in filled_in.items():
        setattr(row, name, value)
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001  (Django documents it)


def write(parts: Sequence[Part], *, returning: str = "SELECT") -> tuple[Any, ...] | None:
    """Run the parts as one statement; return the row of `returning`, a SELECT from the parts.

    The values' names are shared by all parts: a room begins its own with its part's name.
    """
    text = ", ".join(f"{part.name} AS ({part.sql})" for part in parts)
    values = {name: value for part in parts for name, value in part.values.items()}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {text} {returning}", values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
