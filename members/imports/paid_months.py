"""Paid months in bulk: staged in a temporary table, judged and written by SQL over all of them.

The same rules as `members.operations.pay_contributions`, set-based: a roll has a hundred thousand
rows and there is no statement for a single one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

#: A row's line, keyed hash of the ID number, that number masked, month, base, day of payment, and
#: correction mark.
Staged = tuple[int, bytes, str, date, Decimal, date, bool]

PAY = "pay"
SAME = "same"
CORRECT = "correct"

_STAGE = """
DROP TABLE IF EXISTS pg_temp.paid_months;
CREATE TEMP TABLE paid_months (
    line int NOT NULL, index bytea NOT NULL, masked text NOT NULL, month date NOT NULL,
    base numeric(14, 2) NOT NULL, paid_on date NOT NULL, correction boolean NOT NULL
) ON COMMIT DROP
"""

_COPY = "COPY paid_months (line, index, masked, month, base, paid_on, correction) FROM STDIN"

# Whoever pays, retires or leaves meanwhile waits for this, or this for them: ids in order.
_LOCK = """
SELECT count(*) FROM (
    SELECT id FROM members_person
    WHERE id_number_index IN (SELECT index FROM paid_months)
    ORDER BY id FOR NO KEY UPDATE
) locked
"""

# The first look compares each row with the register, the second with the rows above it.
_JUDGE = """
DROP TABLE IF EXISTS pg_temp.judged_months;
CREATE TEMP TABLE judged_months ON COMMIT DROP AS
WITH looked AS (
    SELECT
        row.line, row.masked, row.month, row.base, row.paid_on, person.id AS person_id,
        CASE
            WHEN person.id IS NULL THEN 'unknown'
            WHEN %(scopes)s::text[] IS NOT NULL AND NOT EXISTS (
                SELECT FROM members_enrolment place
                WHERE place.person_id = person.id AND place.ends_on IS NULL
                  AND (place.area = ANY(%(scopes)s) OR left(place.area, 2) = ANY(%(scopes)s))
            ) THEN 'unknown'
            WHEN paid.base = row.base AND paid.paid_on = row.paid_on THEN 'same'
            -- A correction to a later day of payment leaves the earlier one: it counts (2.3).
            WHEN row.correction AND paid.base = row.base AND paid.paid_on <= row.paid_on
                AND paid.paid_back_on IS NULL THEN 'same'
            WHEN row.correction AND (paid.id IS NULL OR paid.paid_back_on IS NOT NULL)
                THEN 'nothing_to_correct'
            WHEN row.correction THEN 'correct'
            WHEN person.left_on <= row.paid_on THEN 'member_left'
            WHEN row.month >= date_trunc('month', person.retired_on) + interval '1 month'
                THEN 'not_due'
            WHEN paid.id IS NULL THEN 'pay'
            WHEN paid.paid_back_on > row.paid_on THEN 'paid_back'
            WHEN paid.paid_back_on IS NOT NULL THEN 'pay'
            WHEN paid.base <> row.base THEN 'other_base'
            ELSE 'other_day'
        END AS verdict
    FROM paid_months row
    LEFT JOIN members_person person ON person.id_number_index = row.index
    LEFT JOIN members_contribution paid
        ON paid.person_id = person.id AND paid.month = row.month
), compared AS (
    SELECT
        looked.*,
        row_number() OVER same_verdict AS place,
        first_value(base) OVER same_verdict AS first_base,
        first_value(paid_on) OVER same_verdict AS first_paid_on,
        min(line) FILTER (WHERE verdict = 'pay') OVER (PARTITION BY person_id, month) AS paid_line
    FROM looked
    WINDOW same_verdict AS (PARTITION BY person_id, month, verdict ORDER BY line)
)
SELECT
    line, masked, month, base, paid_on, person_id,
    CASE
        WHEN verdict = 'nothing_to_correct' AND paid_line < line THEN 'correct'
        WHEN verdict = 'correct' AND place > 1 AND base = first_base AND paid_on = first_paid_on
            THEN 'same'
        WHEN verdict <> 'pay' OR place = 1 THEN verdict
        WHEN base = first_base AND paid_on = first_paid_on THEN 'same'
        WHEN base <> first_base THEN 'other_base'
        ELSE 'other_day'
    END AS verdict
FROM compared;
ANALYZE judged_months
"""

# A month that was paid back may be paid again: its row is taken up, its history stays.
_POST = """
INSERT INTO members_contribution AS paid (person_id, month, base, paid_on)
SELECT person_id, month, base, paid_on FROM judged_months
WHERE verdict = 'pay' ORDER BY person_id, month
ON CONFLICT (person_id, month) DO UPDATE
SET base = excluded.base, paid_on = excluded.paid_on, paid_back_on = NULL
WHERE paid.paid_back_on IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """A row that is marked as a correction of a month already paid."""

    line: int
    person_id: int
    month: date
    base: Decimal
    paid_on: date


def stage(rows: Iterable[Staged]) -> None:
    """Copy the rows of a roll into this transaction's temporary table."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("ANALYZE paid_months")


def judge(*, scopes: Sequence[str] | None, lock: bool) -> dict[str, int]:
    """Judge all staged rows; return how many have each verdict.

    `lock` holds the persons for the rest of the transaction, as what follows writes.
    """
    given = None if scopes is None else list(scopes)
    with connection.cursor() as cursor:
        if lock:
            cursor.execute(_LOCK)
        for statement in _JUDGE.split(";\n"):
            cursor.execute(statement, {"scopes": given} if "%(" in statement else None)
        cursor.execute("SELECT verdict, count(*) FROM judged_months GROUP BY verdict")
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is neither paid, corrected nor there already, and why."""

    line: int
    verdict: str
    masked: str
    month: date
    base: Decimal
    paid_on: date


def refused_rows() -> list[Refused]:
    """Return the rows that are not taken in, in the order of the roll."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, verdict, masked, month, base, paid_on FROM judged_months"
            " WHERE verdict NOT IN ('pay', 'same', 'correct') ORDER BY line"
        )
        return [Refused(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Posted:
    """How many months were written, and between which ids the new rows lie, both included."""

    months: int
    first: int
    last: int


_LAST_ID = "SELECT COALESCE(max(id), 0) FROM members_contribution"


def post() -> Posted:
    """Write the months that are to be paid, in one statement.

    Others may write months at the same time, so the ids between the first and the last may be more
    than these: whoever undoes them compares the numbers.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ID)
        (before,) = cursor.fetchone() or (0,)
        cursor.execute(_POST)
        months = int(cursor.rowcount)
        cursor.execute(_LAST_ID)
        (after,) = cursor.fetchone() or (0,)
        return Posted(months, int(before) + 1, int(after))


def corrections() -> list[Correction]:
    """Return the corrections in the order of the roll."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, person_id, month, base, paid_on FROM judged_months"
            " WHERE verdict = 'correct' ORDER BY line"
        )
        return [Correction(*row) for row in cursor.fetchall()]
