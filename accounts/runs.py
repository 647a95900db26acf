"""Runs: batches over an area's accounts whose state is rows, never messages.

A run is cut into chunks of persons; a chunk is posted in one transaction, once. Whatever
interrupts a run, posting it again goes on where it stopped.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from .models import Chunk, Run

ZERO = Decimal("0.00")

#: Persons in a chunk: a transaction of about a tenth of a second, and few of them.
CHUNK_PERSONS = 10_000


class RunDoesNotAddUp(Exception):
    """A run's expected items are not its done and skipped ones together."""


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


def next_chunk(run: Run) -> Chunk | None:
    """Lock the next chunk of a run that is not posted and that nobody else holds, or None."""
    return (
        Chunk.objects.select_for_update(skip_locked=True)
        .filter(run=run, posted_at=None)
        .order_by("after_person")
        .first()
    )


def lock_chunk_accounts(chunk: Chunk) -> None:
    """Lock the chunk's accounts in id order, as every settlement does: then nobody deadlocks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT id FROM accounts_ledgeraccount"
            " WHERE person_id > %s AND person_id <= %s ORDER BY id FOR NO KEY UPDATE) locked",
            [chunk.after_person, chunk.through_person],
        )


def close_chunk(chunk: Chunk) -> None:
    """Mark a chunk as posted, in its own transaction. Raises RunDoesNotAddUp."""
    if chunk.expected != chunk.done + sum(chunk.skipped.values()):
        raise RunDoesNotAddUp(f"chunk {chunk.pk}: {chunk.expected} expected, {chunk.done} done")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_chunk SET posted_at = clock_timestamp(), expected = %s, done = %s,"
            " amount = %s, skipped = %s WHERE id = %s",
            [chunk.expected, chunk.done, chunk.amount, json.dumps(chunk.skipped), chunk.pk],
        )


@transaction.atomic
def finish(run: Run, *, policy: dict[str, Any] | None = None) -> None:
    """Add up a run whose chunks are all posted, and close it. Others may still hold chunks."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.state != Run.State.POSTING or run.chunks.filter(posted_at=None).exists():
        return
    totals = run.chunks.aggregate(done=Sum("done"), amount=Sum("amount"), expected=Sum("expected"))
    skipped: dict[str, int] = {}
    for reasons in run.chunks.values_list("skipped", flat=True):
        for reason, number in reasons.items():
            skipped[reason] = skipped.get(reason, 0) + number
    run.done, run.amount = totals["done"] or 0, totals["amount"] or ZERO
    run.expected, run.skipped = totals["expected"] or 0, skipped
    if policy is not None:
        run.policy = {**run.policy, **policy}
    run.state = Run.State.DONE
    run.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_run SET finished_at = now() WHERE id = %s", [run.pk])
