"""`./run bench credit`: crediting a month, against one statement that writes the same rows.

The limit knows whom it credits and how much: one statement inserts a credit and a transfer an
account, with one secondary index each, and raises one balance, on tables with the columns and
checks of ours, and foreign keys where ours have a trigger (ADR 21). Ours finds out who is due,
prices them by the policy, and keeps what a ledger needs (chunks, locks, every constraint).
Both write durably.
"""

from __future__ import annotations

import resource
import statistics
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

from _population import (
    AREA,
    execute,
    make_limit_tables,
    options,
    populate,
    report,
    take_turns,
)
from django.db import connection

from accounts.crediting import open_credit_run, post_credit_run
from accounts.models import Run
from members.months import months_after
from record.operations import SYSTEM

YEAR = 2024
FIRST = date(YEAR, 1, 1)
DAY = date(YEAR, 12, 26)

_LIMIT_CREDIT = """
CREATE TABLE limit_credit (
    LIKE accounts_credit INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS,
    PRIMARY KEY (id),
    FOREIGN KEY (person_id) REFERENCES members_person
);
CREATE UNIQUE INDEX ON limit_credit (person_id, month);
"""
_LIMIT = """
WITH due AS (
    SELECT account.id, account.person_id, 100.00 AS amount FROM limit_account account
    WHERE account.id > 0
),
credited AS (
    INSERT INTO limit_credit (person_id, month, area, amount, disbursed, run_id, cell)
    SELECT person_id, %(month)s, %(area)s, amount, false, 1, 0 FROM due
),
moved AS (
    INSERT INTO limit_transfer (
        source, source_id, line, kind, from_account_id, to_account_id, amount, account_id, bucket,
        day, value_date, month, clearing, debtor_area, creditor_area, undoes
    )
    SELECT 'credit', id, 1, 'credit', 0, id, amount, id, 'current', %(day)s, %(day)s, %(month)s,
           '', '', '', false
    FROM due
)
UPDATE limit_account account SET current = account.current + due.amount
FROM due WHERE due.id = account.id
"""


def main() -> None:
    """Measure the limit, ours with one worker and ours with two, in turns."""
    given = options(__doc__ or "", full=1_000_000, short=20_000)
    months = [months_after(FIRST, number) for number in range(2 * given.rounds)]
    populate(accounts=given.accounts, months=months, year=YEAR)
    make_limit_tables(_LIMIT_CREDIT)
    growth: list[int] = []

    def limit(round_: int) -> None:
        execute(_LIMIT, {"month": months[round_], "area": AREA, "day": DAY})

    def ours(workers: int, place: int, round_: int) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        run = open_credit_run(area=AREA, month=months[2 * round_ + place], day=DAY, actor=SYSTEM)
        assert isinstance(run, Run)
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(_post, [run] * workers))
        run.refresh_from_db()
        assert run.state == Run.State.DONE, run.state
        assert run.done == given.accounts, run.done
        growth.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)

    seconds = take_turns(
        {"limit": limit, "one worker": partial(ours, 1, 0), "two workers": partial(ours, 2, 1)},
        rounds=given.rounds,
    )
    median = {work: statistics.median(runs) for work, runs in seconds.items()}
    report(
        name="credit",
        seconds=seconds,
        items=given.accounts,
        limit="limit",
        ratios={
            "one_worker": median["limit"] / median["one worker"],
            "two_workers": median["limit"] / median["two workers"],
        },
        figures={"memory_growth_kb": max(growth)},
        as_json=given.json,
    )


def _post(run: Run) -> None:
    try:
        for _ in post_credit_run(run):
            pass
    finally:
        connection.close()


if __name__ == "__main__":
    main()
