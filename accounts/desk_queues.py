"""What runs have for Today: those that wait for somebody, those at work, those that failed."""

from __future__ import annotations

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext

from policy.queries import current_book
from policy.saying import place_words
from record.staffing import Alarm, Job, Queue, Staff

from .models import Run
from .preparing import POSTERS
from .run_queries import disbursing_areas, progress_of_many, runs_in
from .run_words import kind_words, period_words

#: So many runs at work are named; the page of runs lists all.
NAMED = 5


def queues(staff: Staff) -> list[Queue]:
    """Return the runs that wait for a person to look at them."""
    scopes = staff.scopes_as(*POSTERS)
    if not scopes:
        return []
    waiting = runs_in(scopes).filter(state=Run.State.PREPARED)
    found = waiting.order_by().aggregate(number=Count("pk"), oldest=Min("prepared_at"))
    return [
        Queue(
            title=gettext("Runs to post"),
            url=f"{reverse('accounts:desk_runs')}?state=prepared",
            count=found["number"],
            oldest=found["oldest"],
        )
    ]


def jobs(staff: Staff) -> list[Job]:
    """Return the runs that are being posted."""
    scopes = staff.scopes_as(*POSTERS, "auditor")
    if not scopes:
        return []
    going = list(runs_in(scopes).filter(state=Run.State.POSTING)[:NAMED])
    if not going:
        return []
    disbursing = disbursing_areas(current_book(), staff.day)
    percent = progress_of_many(going)
    return [
        Job(
            title=_title(run, disbursing),
            url=reverse("accounts:desk_run", args=[run.pk]),
            done=percent.get(run.pk, 0),
            expected=100,
            state=str(run.get_state_display()),
        )
        for run in going
    ]


def alarms(staff: Staff) -> list[Alarm]:
    """Return the runs that were left in the middle: money of some members is still due."""
    scopes = staff.scopes_as(*POSTERS, "auditor")
    if not scopes:
        return []
    failed = list(runs_in(scopes).filter(state=Run.State.FAILED)[:NAMED])
    if not failed:
        return []
    disbursing = disbursing_areas(current_book(), staff.day)
    return [
        Alarm(
            text=gettext("A run has failed: %(run)s.") % {"run": _title(run, disbursing)},
            url=reverse("accounts:desk_run", args=[run.pk]),
            is_grave=True,
        )
        for run in failed
        if not _done_since(run)
    ]


def _done_since(run: Run) -> bool:
    """Say whether a later run of the same period has done the rest."""
    return Run.objects.filter(
        kind=run.kind, area=run.area, period=run.period, state=Run.State.DONE, pk__gt=run.pk
    ).exists()


def _title(run: Run, disbursing: frozenset[str]) -> str:
    return f"{place_words(run.area)} {kind_words(run, disbursing)} {period_words(run)}"
