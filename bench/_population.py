"""What the benchmarks of batches share: a population by SQL, and turns taken fairly."""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  (Django is ready only now)
from tqdm import tqdm  # noqa: E402

AREA = "340100"

_PERSONS = """
INSERT INTO members_person (
    number, name, name_key, id_number_sealed, id_number_index, born, phone, retired_on,
    combined_years, pool_only_years, departure
)
SELECT lpad(n::text, 12, '0'), 'member', 'member', '\\x00',
       decode(lpad(to_hex(n), 16, '0'), 'hex'),
       date '1950-01-01' + (n::bigint * 7919 %% 18000)::int, '',
       CASE WHEN n %% 4 = 0 THEN date '2015-06-10' END, 20, 0, ''
FROM generate_series(1, %(accounts)s) AS n
"""
_ENROLMENTS = """
INSERT INTO members_enrolment (person_id, area, scheme, mode, employment, begins_on)
SELECT id, %(area)s, 'employee', 'combined', 'employed', date '2000-01-01' FROM members_person
"""
_ACCOUNTS = """
INSERT INTO accounts_ledgeraccount
    (kind, area, key, person_id, current, carried, year, first_year, closed_through)
SELECT 'personal', %(area)s, 'personal:' || id, id, 0, 0, %(year)s, %(year)s, %(year)s - 1
FROM members_person
"""
_CONTRIBUTIONS = """
INSERT INTO members_contribution (person_id, month, base, paid_on)
SELECT id, %(month)s, 4000 + id %% 9000, %(month)s::date + 7
FROM members_person WHERE retired_on IS NULL ORDER BY id
"""


def options(description: str, *, full: int, short: int) -> argparse.Namespace:
    """Read the options that every benchmark has; `full` and `short` are its sizes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--accounts", type=int, help=f"how many accounts ({full:,})")
    parser.add_argument("--short", action="store_true", help="a small run, within a minute")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each; the median counts")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    given = parser.parse_args()
    if given.accounts is None:
        given.accounts = short if given.short else full
    if given.accounts < 1 or given.rounds < 1:
        parser.error("--accounts and --rounds are at least 1")
    return given


def execute(sql: str, parameters: Mapping[str, Any] | None = None) -> None:
    """Run one statement in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def populate(*, accounts: int, months: Sequence[date], year: int, area: str = AREA) -> None:
    """Make so many persons with accounts: three quarters pay contributions, the rest is retired."""
    steps: list[tuple[str, dict[str, Any]]] = [
        (_PERSONS, {"accounts": accounts}),
        (_ENROLMENTS, {"area": area}),
        (_ACCOUNTS, {"area": area, "year": year}),
        *((_CONTRIBUTIONS, {"month": month}) for month in months),
    ]
    for sql, parameters in tqdm(steps, desc="population", disable=not sys.stderr.isatty()):
        execute(sql, parameters)
    settle_down()


def settle_down() -> None:
    """Leave nothing of the last turn for the next one to tidy up."""
    execute("VACUUM ANALYZE")
    # Only some roles may ask for one; then the turns share what comes by itself.
    with contextlib.suppress(django.db.DatabaseError):
        execute("CHECKPOINT")


def seconds_of(work: Callable[[], Any]) -> float:
    """Return how long a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


#: Tables with the columns and checks of ours, foreign keys, and two secondary indexes.
_LIMIT_TABLES = """
CREATE TABLE limit_account (
    id bigint PRIMARY KEY, person_id bigint UNIQUE, current numeric(14, 2) NOT NULL,
    carried numeric(14, 2) NOT NULL, CHECK (current >= 0), CHECK (carried >= 0)
) WITH (fillfactor = 45);
INSERT INTO limit_account VALUES (0, NULL, 0, 0);
INSERT INTO limit_account
    SELECT id, person_id, current, carried FROM accounts_ledgeraccount
    WHERE kind = 'personal' ORDER BY id;
CREATE TABLE limit_transfer (
    LIKE accounts_transfer INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS,
    PRIMARY KEY (id),
    FOREIGN KEY (from_account_id) REFERENCES limit_account,
    FOREIGN KEY (to_account_id) REFERENCES limit_account
);
CREATE INDEX ON limit_transfer (account_id, value_date);
"""


def make_limit_tables(more: str) -> None:
    """Make the tables that the limit's statement writes, and one more of its own."""
    execute(_LIMIT_TABLES)
    execute(more)


def take_turns(works: Mapping[str, Callable[[int], Any]], *, rounds: int) -> dict[str, list[float]]:
    """Run each work once a round, in turns; return seconds by name. A work gets its round."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    turns = [(round_, name) for round_ in range(rounds) for name in works]
    for round_, name in tqdm(turns, desc="turns", disable=not sys.stderr.isatty()):
        settle_down()
        seconds[name].append(seconds_of(lambda: works[name](round_)))  # noqa: B023
    return seconds


def report(
    *,
    name: str,
    seconds: Mapping[str, Sequence[float]],
    items: int,
    limit: str,
    ratios: Mapping[str, float],
    figures: Mapping[str, Any],
    as_json: bool,
) -> None:
    """Print the table of medians, the ratios, and with `as_json` one object as the last line."""
    print(f"{'':24}{'median s':>10}{'a second':>12}{'of the limit':>14}")
    median = {work: statistics.median(runs) for work, runs in seconds.items()}
    for work, value in median.items():
        print(f"{work:24}{value:10.2f}{items / value:12,.0f}{median[limit] / value:14.2f}")
    for ratio, value in ratios.items():
        print(f"{ratio}: {value:.2f}")
    if as_json:
        rates = {work: round(items / value) for work, value in median.items()}
        found = {"accounts": items, "rates": rates, "seconds": seconds, **figures}
        print(json.dumps({"name": name, "ratios": ratios, "figures": found}))
