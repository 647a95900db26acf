"""What persons do with runs: ask for one, look at it, post or refuse it, stop it, go on with it."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from members.months import first_of
from policy.refusals import refuse
from record.changes import NotAllowed
from record.operations import Actor, audit, operation
from record.queries import has_role

from .closing import open_interest_run
from .crediting import new_credit_run
from .models import Run
from .preparing import POSTERS, count_run
from .runs import alone_with

#: A run that is not over: a second one of the same period has to wait for it.
UNDER_WAY = (Run.State.PREPARED, Run.State.POSTING)


def may_run(*, by: AbstractBaseUser, area: str, day: date) -> bool:
    """Say whether a user may start, post and stop the runs of an area."""
    return has_role(user_id=by.pk, kinds=POSTERS, area=area, day=day)


@operation
def ask_for_credit_run(*, area: str, month: date, by: AbstractBaseUser, day: date) -> Run:
    """Make a month's run that waits for a person, whatever the limits say.

    The caller has it counted after the commit (`accounts.tasks.count_prepared_run`): until then it
    has no comparison and cannot be posted. Refused: month_not_begun, run_under_way. Raises
    NotAllowed.
    """
    _check_role(by, area, day)
    if month > first_of(day):
        raise refuse("month_not_begun")
    alone_with(kind=Run.Kind.CREDIT, area=area, period=month)
    if Run.objects.filter(
        kind=Run.Kind.CREDIT, area=area, period=month, state__in=UNDER_WAY
    ).exists():
        raise refuse("run_under_way")
    run = new_credit_run(area=area, month=month, day=day, actor=Actor.of(by))
    _record(run, by, "accounts.ask_for_run")
    return run


@operation
def count_prepared(*, run_id: int) -> Run:
    """Count and compare a run that waits, as the facts are now. Refused: not_waiting."""
    run = _locked(run_id)
    if run is None or run.state != Run.State.PREPARED:
        raise refuse("not_waiting")
    run.note = "; ".join(count_run(run))
    run.save()
    return run


@operation
def count_again(*, run_id: int, by: AbstractBaseUser, day: date) -> Run:
    """Have a waiting run counted anew; the caller has it counted after the commit.

    Refused: not_waiting. Raises NotAllowed.
    """
    run = _waiting(run_id, by, day)
    run.comparison = {}
    run.save(update_fields=["comparison"])
    return run


@operation
def ask_for_interest_run(*, area: str, year: int, by: AbstractBaseUser, day: date) -> Run:
    """Open the closing of a year; the caller has it posted after the commit.

    Refused: year_not_over, earlier_year_open, run_under_way. Raises NotAllowed.
    """
    _check_role(by, area, day)
    if Run.objects.filter(
        kind=Run.Kind.INTEREST, area=area, period=date(year, 1, 1), state__in=UNDER_WAY
    ).exists():
        raise refuse("run_under_way")
    run = open_interest_run(area=area, year=year, day=day, actor=Actor.of(by))
    if not isinstance(run, Run):
        raise refuse(run.code)
    return run


@operation
def post_prepared(*, run_id: int, by: AbstractBaseUser, day: date) -> Run:
    """Let a prepared run be posted as of a day, by a person who has looked at it.

    The caller has it posted after the commit. Refused: not_waiting, run_not_counted. Raises
    NotAllowed.
    """
    run = _waiting(run_id, by, day)
    if not run.comparison:
        raise refuse("run_not_counted")
    run.day, run.state, run.started_by_id = day, Run.State.POSTING, by.pk
    run.save(update_fields=["day", "state", "started_by"])
    _record(run, by, "accounts.post_run", expected=run.expected, amount=str(run.expected_amount))
    return run


@operation
def stop_prepared(*, run_id: int, by: AbstractBaseUser, day: date, note: str) -> Run:
    """Put a prepared run aside with a reason: nothing of it is posted.

    Refused: not_waiting. Raises NotAllowed.
    """
    run = _waiting(run_id, by, day)
    run.state, run.note = Run.State.STOPPED, note
    run.save(update_fields=["state", "note"])
    _record(run, by, "accounts.stop_run", note=note)
    return run


@operation
def stop_posting(*, run_id: int, by: AbstractBaseUser, day: date, note: str) -> Run:
    """Stop a run in the middle: the chunk at work is finished, and no other one is begun.

    What is posted stays. Refused: run_not_going. Raises NotAllowed.
    """
    run = _locked(run_id)
    if run is None or run.state != Run.State.POSTING:
        raise refuse("run_not_going")
    _check_role(by, run.area, day)
    run.state, run.note = Run.State.STOPPED, note
    run.save(update_fields=["state", "note"])
    _record(run, by, "accounts.stop_run", note=note)
    return run


@operation
def go_on(*, run_id: int, by: AbstractBaseUser, day: date) -> Run:
    """Go on with a run that was stopped or has failed in the middle, or whose worker is gone.

    What is posted from now on is posted as of `day`: nothing gets a day before it was posted. The
    caller has it posted after the commit. Refused: run_not_stopped, where it is done, waits, or
    was put aside before any of it was posted; run_under_way, where another run of the period is.
    Raises NotAllowed.
    """
    run = _locked(run_id)
    if run is None:
        raise refuse("run_not_stopped")
    _check_role(by, run.area, day)
    if run.state == Run.State.POSTING:
        # Its workers are gone, or sit there: waking others does no harm.
        return run
    if not is_resumable(run):
        raise refuse("run_not_stopped")
    run.state, run.day = Run.State.POSTING, day
    try:
        with transaction.atomic():
            run.save(update_fields=["state", "day"])
    except IntegrityError:
        raise refuse("run_under_way") from None
    _record(run, by, "accounts.go_on_with_run")
    return run


def is_resumable(run: Run) -> bool:
    """Say whether a run that is not being posted was left in the middle."""
    return run.state in {Run.State.STOPPED, Run.State.FAILED} and (
        run.chunks.filter(posted_at=None).exists()
        and (run.state == Run.State.FAILED or run.chunks.exclude(posted_at=None).exists())
    )


def _locked(run_id: int) -> Run | None:
    return Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()


def _waiting(run_id: int, by: AbstractBaseUser, day: date) -> Run:
    run = _locked(run_id)
    if run is None or run.state != Run.State.PREPARED:
        raise refuse("not_waiting")
    _check_role(by, run.area, day)
    return run


def _check_role(by: AbstractBaseUser, area: str, day: date) -> None:
    if not may_run(by=by, area=area, day=day):
        raise NotAllowed(f"this needs one of the roles {sorted(POSTERS)} for {area}")


def _record(run: Run, by: AbstractBaseUser, verb: str, **data: object) -> None:
    audit(actor=Actor.of(by), verb=verb, area=run.area, record=f"run:{run.pk}", data=data)
