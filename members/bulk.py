"""Many new rows at once by COPY: several times as quick as INSERT, and as all-or-nothing.

For rows that are all new and whose values need no default of the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Return fresh primary keys of a model's table, in rising order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return sorted(int(row[0]) for row in cursor.fetchall())


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model that have their primary keys."""
    if not rows:
        return
    names = [field.attname for field in rows[0]._meta.concrete_fields]
    copy_values(type(rows[0]), names, ([getattr(row, name) for name in names] for row in rows))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001


def copy_values(
    model: type[models.Model], names: Sequence[str], values: Iterable[Sequence[Any]]
) -> None:
    """Write new rows of a model from the values of these columns."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in names)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in values:
            copy.write_row(row)
