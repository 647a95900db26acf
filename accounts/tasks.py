"""What beat and the queue wake. A message is a nudge: each task looks for what is due itself."""

from __future__ import annotations

from celery import shared_task
from django.db import connection, transaction
from django.utils import timezone

from policy.queries import current_book
from record.operations import Actor

from . import posting
from .models import Run
from .preparing import due_months, is_prepared, prepare_run
from .run_verbs import count_prepared
from .runs import WORKERS_OF_A_RUN

BEAT = Actor(name="beat")

#: Names the lock that one preparation holds at a time (runs: 7310).
_PREPARE_LOCK = 7311


@shared_task
def prepare_due_runs() -> int:
    """Prepare the runs that are due today in every area; post those within the limits.

    Two beats at once do no harm: one prepares, the other finds nothing to do. Returns how many.
    """
    today = timezone.localdate()
    book = current_book()
    prepared = 0
    for area in sorted(book.areas):
        for month in due_months(area=area, day=today, book=book):
            with transaction.atomic():
                _alone()
                if is_prepared(area=area, month=month) or not _has_members(area):
                    continue
                run = prepare_run(area=area, month=month, day=today, actor=BEAT)
                if isinstance(run, Run):
                    prepared += 1
                    if run.state == Run.State.POSTING:
                        post_run.delay_on_commit(run_id=run.pk)  # type: ignore[attr-defined]
    return prepared


def _alone() -> None:
    """Hold the preparation's lock to the end of the transaction; wait while another one does.

    Passing on instead would leave out a month while another beat holds the lock for another.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PREPARE_LOCK])


def _has_members(area: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM members_enrolment WHERE area = %s AND ends_on IS NULL)",
            [area],
        )
        row = cursor.fetchone()
    return row is not None and bool(row[0])


@shared_task
def sweep() -> list[int]:
    """Wake workers for every run that is being posted or counted: what a killed one left goes on.

    Returns the runs. A worker that finds a run's places taken leaves at once.
    """
    waiting = Run.objects.filter(state=Run.State.PREPARED, comparison={})
    for run_id in waiting.values_list("pk", flat=True):
        count_prepared_run.delay(run_id=run_id)
    runs = list(
        Run.objects.filter(state=Run.State.POSTING).order_by("pk").values_list("pk", flat=True)
    )
    for run_id in runs:
        for _ in range(WORKERS_OF_A_RUN):
            post_run.delay(run_id=run_id)
    return runs


@shared_task
def post_run(*, run_id: int) -> bool:
    """Post what is open of a run; nothing where it is done, or has its workers already."""
    run = Run.objects.filter(pk=run_id, state=Run.State.POSTING).first()
    return run is not None and posting.post_run(run, actor=BEAT)


@shared_task
def count_prepared_run(*, run_id: int) -> bool:
    """Count a run that a person asked for; nothing where it no longer waits."""
    return isinstance(count_prepared(run_id=run_id), Run)
