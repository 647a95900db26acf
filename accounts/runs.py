"""Runs: batches over an area's accounts whose state is rows, never messages.

A run is cut into chunks of persons; a chunk is posted in one transaction, once. Whatever
interrupts a run, posting it again goes on where it stopped.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from policy.book import Book
from policy.queries import NEWEST_FIGURE, book_through
from record.operations import Actor, audit

from .models import Chunk, Run

log = logging.getLogger(__name__)

ZERO = Decimal("0.00")

#: Persons in a chunk: a transaction of about a tenth of a second, and few of them.
CHUNK_PERSONS = 10_000

#: A chunk whose range has this many times as many persons as members is looked up member by member.
MANY_TIMES = 4

#: How many workers may post one run side by side: more than the machine has disks help nobody.
WORKERS_OF_A_RUN = 2

#: Names the advisory locks of runs among those of other rooms (record: 7301 and 7302).
RUN_LOCK = 7310
#: And those under which runs are opened (accounts.tasks: 7311).
_OPEN_LOCK = 7312

#: Under which name a run's values keep the newest figure of their book.
_BOOK = "newest_figure"


class RunDoesNotAddUp(Exception):
    """A run's expected items are not its done and skipped ones together."""


def alone_with(*, kind: str, area: str, period: date) -> None:
    """Be the only one who looks for a run of this period and opens it, until the commit.

    Who comes at the same moment waits here, and finds the run that was opened.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
            [_OPEN_LOCK, f"{kind}:{area}:{period}"],
        )


def cut_into_chunks(run: Run) -> None:
    """Cut a run's members into ranges of CHUNK_PERSONS persons."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id FROM ("
            " SELECT person_id, row_number() OVER (ORDER BY person_id) AS place,"
            " count(*) OVER () AS members"
            " FROM members_enrolment WHERE area = %s AND ends_on IS NULL"
            ") member WHERE place %% %s = 0 OR place = members ORDER BY person_id",
            [run.area, CHUNK_PERSONS],
        )
        borders = [row[0] for row in cursor.fetchall()]
    Chunk.objects.bulk_create(
        Chunk(run=run, after_person=after, through_person=through)
        for after, through in zip([0, *borders], borders, strict=False)
    )


_KEEP_BOOK = f"""
UPDATE accounts_run
SET policy = CASE WHEN policy ? %(name)s THEN policy
             ELSE policy || jsonb_build_object(%(name)s, ({NEWEST_FIGURE})) END
WHERE id = %(run)s
RETURNING (policy ->> %(name)s)::bigint
"""  # noqa: S608  (only constants of this house are put together)


def book_of(run: Run) -> Book:
    """Return the book that a run is posted by: the one that stood when its first worker began.

    Whoever goes on with the run reads the same one, whatever has been entered meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_BOOK, {"name": _BOOK, "run": run.pk})
        (figure,) = cursor.fetchone()
    return book_through(figure)


def next_chunk(run: Run) -> Chunk | None:
    """Lock the next chunk of a run that is not posted and that nobody else holds, or None."""
    return (
        Chunk.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(run=run, posted_at=None, run__state=Run.State.POSTING)
        .order_by("after_person")
        .first()
    )


class Members(NamedTuple):
    """The members of an area in a chunk: how many, and the ids of their accounts, 0 for none."""

    number: int
    first_account: int
    last_account: int

    def are_few_of(self, chunk: Chunk) -> bool:
        """True where the chunk's range is mostly persons of other areas.

        Then looking up each member costs less than reading the range as a whole.
        """
        return chunk.through_person - chunk.after_person > MANY_TIMES * self.number


_LOCK = """
WITH member AS (
    SELECT person_id FROM members_enrolment
    WHERE area = %(area)s AND ends_on IS NULL
      AND person_id > %(after)s AND person_id <= %(through)s
),
locked AS (
    SELECT account.id
    FROM accounts_ledgeraccount account JOIN member ON member.person_id = account.person_id
    WHERE account.person_id > %(after)s AND account.person_id <= %(through)s
    ORDER BY account.id
    FOR NO KEY UPDATE OF account
)
SELECT (SELECT count(*) FROM member), COALESCE(min(id), 0), COALESCE(max(id), 0) FROM locked
"""


def lock_chunk_accounts(run: Run, chunk: Chunk) -> Members:
    """Lock the accounts of the chunk's members in id order, as every settlement does.

    Then nobody deadlocks, and no other area waits.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _LOCK,
            {"area": run.area, "after": chunk.after_person, "through": chunk.through_person},
        )
        return Members(*cursor.fetchone())


@contextmanager
def batch_cursor(*, by_hash: bool) -> Iterator[CursorWrapper]:
    """Give a cursor for a chunk's statement, whose plan must not depend on luck.

    While a month is being posted the statistics still say that it has no rows, and a plan that
    trusts them compares every row with every other: `by_hash` keeps to joins that go over a range
    once. Nor is a plan compiled, which takes longer than it runs.
    """
    nested = "; SET LOCAL enable_nestloop = off" if by_hash else ""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL jit = off{nested}")
        yield cursor
        cursor.execute("SET LOCAL jit TO DEFAULT; SET LOCAL enable_nestloop TO DEFAULT")


def close_chunk(chunk: Chunk) -> None:
    """Mark a chunk as posted, in its own transaction. Raises RunDoesNotAddUp.

    Its commit does not wait for the disk: a chunk that a crash of the server takes back is open
    again, mark and postings alike, and is posted again. Whoever spends what it gave, and the end
    of the run, wait for all that was committed before them.
    """
    if chunk.expected != chunk.done + sum(chunk.skipped.values()):
        raise RunDoesNotAddUp(
            f"chunk {chunk.pk}: {chunk.expected} expected, {chunk.done} done,"
            f" {sum(chunk.skipped.values())} skipped"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL synchronous_commit = off;"
            " UPDATE accounts_chunk SET posted_at = clock_timestamp(), expected = %s, done = %s,"
            " amount = %s, skipped = %s WHERE id = %s",
            [chunk.expected, chunk.done, chunk.amount, json.dumps(chunk.skipped), chunk.pk],
        )


_SUMS = """
SELECT
    run.state, run.policy,
    (SELECT count(*) FROM accounts_chunk WHERE run_id = run.id AND posted_at IS NULL),
    COALESCE(total.done, 0), COALESCE(total.expected, 0), COALESCE(total.amount, 0),
    (
        SELECT COALESCE(jsonb_object_agg(reason, number), '{}')
        FROM (
            SELECT why.key AS reason, sum(why.value::int) AS number
            FROM accounts_chunk chunk, jsonb_each_text(chunk.skipped) why
            WHERE chunk.run_id = run.id
            GROUP BY why.key
        ) reasons
    )
FROM accounts_run run
CROSS JOIN LATERAL (
    SELECT sum(done) AS done, sum(expected) AS expected, sum(amount) AS amount
    FROM accounts_chunk WHERE run_id = run.id
) total
WHERE run.id = %(run)s
FOR NO KEY UPDATE OF run
"""
_CLOSE = """
UPDATE accounts_run
SET state = %(state)s, policy = %(policy)s, done = %(done)s, expected = %(expected)s,
    amount = %(amount)s, skipped = %(skipped)s,
    finished_at = CASE WHEN %(state)s = 'done' THEN now() END
WHERE id = %(run)s
RETURNING finished_at
"""


@transaction.atomic
def finish(run: Run, *, policy: dict[str, Any]) -> None:
    """Add up a run whose chunks are all posted, and close it. Others may still hold chunks.

    `policy`: the prices or rates that this worker used; each worker knows its own. Whoever posts
    the last chunk comes here after it, so that somebody sees them all posted. Raises
    RunDoesNotAddUp where what the chunks say is not what they left in the ledger.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"run": run.pk})
        state, known, still_open, done, expected, amount, skipped = cursor.fetchone()
        run.state, run.policy = state, json.loads(known)
        if state != Run.State.POSTING:
            return
        run.policy = {**run.policy, **policy}
        if not still_open:
            run.state, run.done, run.expected = Run.State.DONE, done, expected
            run.amount, run.skipped = amount, json.loads(skipped)
            if expected != done + sum(run.skipped.values()):
                raise RunDoesNotAddUp(f"{expected} expected, {done} done, {run.skipped} skipped")
        values: dict[str, Any] = {
            "run": run.pk,
            "state": run.state,
            "policy": json.dumps(run.policy),
            "done": run.done,
            "expected": run.expected,
            "amount": run.amount,
            "skipped": json.dumps(run.skipped),
        }
        cursor.execute(_CLOSE, values)
        (run.finished_at,) = cursor.fetchone()


@transaction.atomic
def fail(run: Run, *, note: str, actor: Actor) -> None:
    """Say loudly that a run cannot go on: its state, a note, the audit record and the log.

    What its chunks posted stays; a new run of the same period does the rest.
    """
    log.error("run %s of %s for %s failed: %s", run.kind, run.area, run.period, note)
    Run.objects.filter(pk=run.pk, state=Run.State.POSTING).update(
        state=Run.State.FAILED, note=note[:2000]
    )
    audit(
        actor=actor,
        verb="accounts.run_failed",
        area=run.area,
        record=f"run:{run.pk}",
        data={"note": note[:2000]},
    )


@contextmanager
def place_at(run_id: int) -> Iterator[bool]:
    """Take one of a run's places for workers; False where all are taken.

    The place is a lock of the database session: whatever kills the worker gives it back.
    """
    with connection.cursor() as cursor:
        taken = None
        for place in range(WORKERS_OF_A_RUN):
            key = run_id * WORKERS_OF_A_RUN + place
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [RUN_LOCK, key % 2**31])
            row = cursor.fetchone()
            if row is not None and row[0]:
                taken = key % 2**31
                break
        try:
            yield taken is not None
        finally:
            if taken is not None:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [RUN_LOCK, taken])
