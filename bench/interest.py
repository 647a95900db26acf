"""`./run bench interest`: closing a year, against one statement that sums and posts the same.

Each account has 22 movements a year. The limit takes one rate for the year, adds every movement
once, weighted with the days that are left, and posts: a closed year, two transfers and the balance
of each account, on tables with the columns and checks of ours, and foreign keys where ours have a
trigger (ADR 21). Ours does it in chunks by dated rates, after the years before, with every
constraint.
"""

from __future__ import annotations

import resource
import statistics
from datetime import date

from _population import (
    AREA,
    execute,
    make_limit_tables,
    options,
    populate,
    report,
    settle_down,
    take_turns,
)

from accounts.closing import open_interest_run, post_interest_run
from accounts.ledger import account_ids
from accounts.models import Run
from record.operations import SYSTEM

FIRST_YEAR = 2021
MOVEMENTS = 22

_LIMIT_YEAR = """
CREATE TABLE limit_year (
    LIKE accounts_accountyear INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING CONSTRAINTS,
    PRIMARY KEY (id),
    FOREIGN KEY (account_id) REFERENCES limit_account
);
CREATE UNIQUE INDEX ON limit_year (account_id, year);
"""
_MOVEMENTS = """
INSERT INTO accounts_transfer (
    source, source_id, line, kind, from_account_id, to_account_id, amount, account_id, bucket,
    day, value_date, clearing, debtor_area, creditor_area, undoes
)
SELECT 'credit', account.id * 100000 + %(year)s * 10 + n, n, 'credit', %(fund)s, account.id,
       50 + (account.id * 31 + n * 17) %% 300, account.id,
       CASE WHEN n %% 3 = 0 THEN 'carried' ELSE 'current' END, moved.day, moved.day, '', '', '',
       false
FROM accounts_ledgeraccount account
CROSS JOIN generate_series(1, %(movements)s) AS n
CROSS JOIN LATERAL (
    SELECT make_date(%(year)s, 1, 1) + ((account.id * 7 + n * 16) %% 365)::int AS day
) moved
WHERE account.kind = 'personal'
ORDER BY n, account.id
"""
_LIMIT = """
WITH earned AS (
    SELECT
        account_id,
        sum(amount) AS total,
        round(COALESCE(
            sum(amount * (%(last_day)s - value_date + 1)) FILTER (WHERE bucket = 'current'), 0
        ) * 0.0035 / 365, 2) AS on_current,
        round(COALESCE(
            sum(amount * (%(last_day)s - value_date + 1)) FILTER (WHERE bucket = 'carried'), 0
        ) * 0.0110 / 365, 2) AS on_carried
    FROM accounts_transfer
    WHERE account_id IS NOT NULL AND value_date BETWEEN %(first_day)s AND %(last_day)s
    GROUP BY account_id
),
closed AS (
    INSERT INTO limit_year (
        account_id, year, opening, closing, interest_current, interest_carried, through, run_id,
        day
    )
    SELECT account_id, %(year)s, 0, total, on_current, on_carried, %(last_day)s, 1, %(last_day)s
    FROM earned
),
moved AS (
    INSERT INTO limit_transfer (
        source, source_id, line, kind, from_account_id, to_account_id, amount, account_id, bucket,
        day, value_date, clearing, debtor_area, creditor_area, undoes
    )
    SELECT 'interest', account_id, part.line, part.kind, 0, account_id, part.amount, account_id,
           'carried', %(last_day)s, %(last_day)s, '', '', '', false
    FROM earned
    CROSS JOIN LATERAL (
        VALUES (1, 'interest_current', on_current), (2, 'interest_carried', on_carried)
    ) AS part(line, kind, amount)
    WHERE part.amount > 0
)
UPDATE limit_account account
SET carried = account.carried + earned.on_current + earned.on_carried
FROM earned WHERE earned.account_id = account.id
"""


def main() -> None:
    """Measure the limit and ours in turns, a year a turn."""
    given = options(__doc__ or "", full=200_000, short=5_000)
    populate(accounts=given.accounts, months=[], year=FIRST_YEAR)
    fund = account_ids([f"contributions:{AREA}"])[f"contributions:{AREA}"]
    years = range(FIRST_YEAR, FIRST_YEAR + given.rounds)
    for year in years:
        execute(_MOVEMENTS, {"year": year, "movements": MOVEMENTS, "fund": fund})
    make_limit_tables(_LIMIT_YEAR)
    settle_down()
    growth: list[int] = []

    def limit(round_: int) -> None:
        year = years[round_]
        days = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}
        execute(_LIMIT, {"year": year, **days})

    def ours(round_: int) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        last_year = years[-1]
        run = open_interest_run(
            area=AREA, year=years[round_], day=date(last_year + 1, 1, 5), actor=SYSTEM
        )
        assert isinstance(run, Run)
        for _ in post_interest_run(run):
            pass
        run.refresh_from_db()
        assert run.state == Run.State.DONE, run.state
        assert run.done == given.accounts, run.done
        growth.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)

    seconds = take_turns({"limit": limit, "ours": ours}, rounds=given.rounds)
    median = {work: statistics.median(runs) for work, runs in seconds.items()}
    report(
        name="interest",
        seconds=seconds,
        items=given.accounts,
        limit="limit",
        ratios={"over_limit": median["limit"] / median["ours"]},
        figures={"movements": MOVEMENTS, "memory_growth_kb": max(growth)},
        as_json=given.json,
    )


if __name__ == "__main__":
    main()
