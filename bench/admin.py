"""`./run bench admin`: every list of the admin with 100,000 rows of each model.

The story of the tests brings a row or more of each model. They are multiplied by SQL, each copy
for a person, an account and a claim of its own, until there are so many of each; a model whose
rows are bounded by something else (an area and a month) keeps its own. Then each list is opened
plain, with a search that finds one, many and nothing, and with one choice of each of its filters:
by a superuser, by the auditor of a province and by the officer of one area. Time of the database
and of Python, and the number of queries, are told of what is slowest.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from _population import execute, options
from django.conf import settings
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg import sql
from tqdm import tqdm

from record.models import Role
from tests.cleared import clearing_rows
from tests.people import with_second_factor
from tests.staffed import TODAY, Staffed, address, officer

FIRST = 1_000_000
MILLISECONDS = 1000
SHOWN = 40
#: Rows of the machinery itself, which the signed-in readers stand on.
KEPT = {"members.User", "record.Role"}
WANTED = {"one": "000000500500", "name": "邻居7", "nothing": "欧阳不存在"}


@dataclass(frozen=True, slots=True)
class Opened:
    """One request: by whom, which list and what of it; seconds of Python and of the database."""

    who: str
    model: str
    what: str
    seconds: float
    database: float
    queries: int
    slowest: str
    status: int


def main() -> None:
    """Fill the tables, open every list, and tell the slowest."""
    given = options(__doc__ or "", full=100_000, short=5_000)
    settings.ALLOWED_HOSTS = ["testserver"]
    home = Staffed()
    clearing_rows(home.home, TODAY)
    with_second_factor(home.boss)
    filled, left = _multiply(given.accounts)
    execute("VACUUM ANALYZE")
    readers = {"superuser": Client()}
    readers["superuser"].force_login(home.boss)
    readers["auditor of a province"] = officer("pei", Role.Kind.AUDITOR, "34")
    readers["officer of an area"] = officer("wei", Role.Kind.CASE_OFFICER, "340200")
    found: list[Opened] = []
    for model in tqdm(filled, desc="lists"):
        for who, client in readers.items():
            found += _opened(who, client, model)
    print(f"{len(filled)} lists of {given.accounts:,} rows; bounded by themselves: {sorted(left)}")
    print(f"{'database ms':>12}{'Python ms':>10}{'queries':>8}  list")
    for one in sorted(found, key=lambda one: -one.database)[:SHOWN]:
        times = f"{one.database * MILLISECONDS:12.0f}{one.seconds * MILLISECONDS:10.0f}"
        print(f"{times}{one.queries:8}  {one.model}, {one.who}: {one.what}")
        print(f"{'':32}{one.slowest[:200]}")
    seconds = sorted(one.database for one in found)
    figures = {
        "lists": len(filled),
        "requests": len(found),
        "median_ms": round(seconds[len(seconds) // 2] * MILLISECONDS),
        "slowest_ms": round(seconds[-1] * MILLISECONDS),
        "most_queries": max(one.queries for one in found),
        "failed": [f"{one.model} {one.what} {one.status}" for one in found if one.status >= 400],
    }
    print(figures)
    if given.json:
        print(json.dumps({"name": "admin", "ratios": {}, "figures": figures}))


def _opened(who: str, client: Client, model: type[models.Model]) -> Iterator[Opened]:
    start = address(model, "changelist")
    first = client.get(start)
    if first.status_code == 403:
        return
    links = set(re.findall(r'href="(\?[^"]+)"', first.content.decode())) - {"?"}
    # One choice of each filter.
    chosen = {re.sub(r"=.*", "", link): link for link in sorted(links)}
    asked = {"plain": start}
    asked |= {f"search {name}": f"{start}?q={words}" for name, words in WANTED.items()}
    if who == "superuser":
        asked |= {
            link: start + link.replace("&amp;", "&")
            for link in chosen.values()
            if not link.startswith(("?o=", "?p="))
        }
    for what, url in asked.items():
        with CaptureQueriesContext(connection) as queries:
            begin = time.process_time()
            answer = client.get(url)
            seconds = time.process_time() - begin
        asked_of_it = sum(float(query["time"]) for query in queries.captured_queries)
        slowest = max(queries.captured_queries, key=lambda query: float(query["time"]))
        yield Opened(
            who=who,
            model=model._meta.label,
            what=what,
            seconds=seconds,
            database=asked_of_it,
            queries=len(queries),
            slowest=f"{slowest['time']} {slowest['sql']}",
            status=answer.status_code,
        )


# --- rows -----------------------------------------------------------------------------------------


def models_of_the_admin() -> list[type[models.Model]]:
    """Return the models that have a page."""
    return list(admin.site._registry)  # noqa: SLF001  (Django has no other way to ask)


def _multiply(rows: int) -> tuple[list[type[models.Model]], list[str]]:
    """Fill the table of each model that the admin shows; return those filled, and the rest."""
    shown = [m for m in models_of_the_admin() if m._default_manager.exists()]  # noqa: SLF001
    filled, left = [], []
    with _superuser() as keeper:
        # Triggers and foreign keys would want each row to come about as it should.
        keeper.execute("SET session_replication_role = replica")
        for model in tqdm(shown, desc="rows"):
            if model._meta.label in KEPT:
                continue
            try:
                keeper.execute(_copies(model), {"rows": rows, "first": FIRST})
                filled.append(model)
            except (psycopg.IntegrityError, psycopg.DataError) as error:
                left.append(f"{model._meta.label} ({str(error).splitlines()[0]})")
    return filled, left


def _superuser() -> psycopg.Connection:
    at = connection.settings_dict
    return psycopg.connect(
        host=at["HOST"], user="postgres", dbname=at["NAME"], autocommit=True, connect_timeout=5
    )


def _copies(model: type[models.Model]) -> sql.Composed:
    """Return the statement that copies a model's rows, in turn, until there are so many."""
    fields = [field for field in model._meta.fields if field.column]
    unique = _to_vary(model)
    names = [sql.Identifier(str(field.column)) for field in fields]
    return sql.SQL(
        "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE "
        "SELECT {values} FROM generate_series(1, %(rows)s) AS n "
        "JOIN (SELECT *, row_number() OVER (ORDER BY {key}) - 1 AS old_place, "
        "count(*) OVER () AS old_places FROM {table}) old ON old.old_place = n %% old.old_places"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        names=sql.SQL(", ").join(names),
        values=sql.SQL(", ").join(_value(field, unique) for field in fields),
        key=sql.Identifier(str(model._meta.pk.column)),
    )


def _to_vary(model: type[models.Model]) -> set[str]:
    """Return the fields that keep copies apart where no relation does so already."""
    found: set[str] = set()
    constraints = [
        one for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)
    ]
    for one in constraints:
        related = [name for name in one.fields if model._meta.get_field(name).is_relation]
        if not related:
            # One of them is enough: the number or the key rather than what it is of.
            long_ones = [name for name in one.fields if _is_long(model._meta.get_field(name))]
            found |= set(long_ones[-1:] or one.fields)
    return found


def _is_long(field: Any) -> bool:
    return isinstance(field, models.BigIntegerField) or (field.max_length or 0) >= 32


#: What follows from other columns of the row.
FOLLOWS = {
    ("accounts.Transfer", "account_id"): sql.SQL(
        "CASE old.account_id WHEN old.from_account_id THEN %(first)s + 1 + n %% %(rows)s "
        "WHEN old.to_account_id THEN %(first)s + 1 + (n + 1) %% %(rows)s END"
    ),
}


def _value(field: Any, unique: set[str]) -> sql.Composable:
    follows = FOLLOWS.get((field.model._meta.label, field.column))
    if follows is not None:
        return follows
    column = sql.SQL("old.{}").format(sql.Identifier(field.column))
    if field.primary_key and not field.is_relation:
        return sql.SQL("%(first)s + n") if _is_number(field) else _own(field, column)
    if field.is_relation and _is_number(field.target_field):
        if field.related_model._meta.label in KEPT:
            return sql.SQL("NULL") if field.unique and field.null else column
        # The second of a pair leads to the next row, so that nobody is their own relative.
        same = [one for one in field.model._meta.fields if one.related_model is field.related_model]
        return sql.SQL(
            "CASE WHEN {} IS NULL THEN NULL ELSE %(first)s + 1 + (n + {}) %% %(rows)s END"
        ).format(column, sql.Literal(same.index(field)))
    if field.unique or field.name in unique:
        return _own(field, column)
    return column


def _is_number(field: Any) -> bool:
    return isinstance(field, models.IntegerField | models.AutoField)


def _own(field: Any, column: sql.Composable) -> sql.Composable:
    """Return a value of a column that no other row has, of the kind that it takes."""
    if isinstance(field, models.BinaryField):
        return sql.SQL("decode(lpad(to_hex(n), 64, '0'), 'hex')")
    if isinstance(field, models.UUIDField):
        return sql.SQL("lpad(to_hex(n), 32, '0')::uuid")
    if isinstance(field, models.CharField) and not field.choices:
        room = (field.max_length or 40) - 8
        if room > 0 and field.name not in {"area", "scope"}:
            if field.name == "number":
                return sql.SQL("lpad((500000 + n)::text, greatest(length({}), 12), '0')").format(
                    column
                )
            return sql.SQL("left({}, {}) || lpad(n::text, 8, '0')").format(
                column, sql.Literal(room)
            )
    if isinstance(field, models.PositiveIntegerField | models.BigIntegerField):
        return sql.SQL("%(first)s + n")
    return column


if __name__ == "__main__":
    main()
