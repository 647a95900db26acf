"""What is done with a run on its page: count, post, put aside, stop, go on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts import run_queries, run_verbs, tasks
from accounts.preparing import POSTERS
from record.deciding import carry_out
from record.staffing import Staff, for_staff

from .forms import NoteForm


@require_POST
@for_staff(*POSTERS)
def count_run(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Count a waiting run again: the facts may have changed since."""
    run = run_queries.run_for(staff.scopes, run_id)
    do = partial(run_verbs.count_again, run_id=run.pk, by=staff.user, day=staff.day)
    if carry_out(request, do, gettext("The run is being counted again.")):
        tasks.count_prepared_run.delay_on_commit(run_id=run.pk)  # type: ignore[attr-defined]
    return redirect("accounts:desk_run", run_id=run.pk)


@require_POST
@for_staff(*POSTERS)
def post_run(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Have a run posted that somebody has looked at."""
    do = partial(run_verbs.post_prepared, run_id=run_id, by=staff.user, day=staff.day)
    return _do(request, staff, run_id, do, gettext("The run is being posted."), wakes=True)


@require_POST
@for_staff(*POSTERS)
def go_on(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Go on with a run that was left in the middle."""
    do = partial(run_verbs.go_on, run_id=run_id, by=staff.user, day=staff.day)
    done = gettext("The run goes on where it was left.")
    return _do(request, staff, run_id, do, done, wakes=True)


@require_POST
@for_staff(*POSTERS)
def put_aside(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Refuse a prepared run with a reason: nothing of it is posted."""
    done = gettext("The run is put aside; nothing was posted.")
    return _with_note(request, staff, run_id, run_verbs.stop_prepared, done)


@require_POST
@for_staff(*POSTERS)
def stop_run(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Stop a run in the middle with a reason; asked once more before."""
    run = run_queries.run_for(staff.scopes, run_id)
    if "sure" not in request.POST:
        context = {
            "run": run,
            "form": NoteForm(),
            "progress": run_queries.progress_of(run),
        }
        return render(request, "desk/accounts_run_stop.html", context)
    done = gettext("The run is stopped. What is posted stays, and it can be gone on with.")
    return _with_note(request, staff, run_id, run_verbs.stop_posting, done)


def _with_note(
    request: HttpRequest, staff: Staff, run_id: int, verb: Callable[..., Any], done: str
) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Say why: whoever looks at the run later reads it."))
        return redirect("accounts:desk_run", run_id=run_id)
    note = form.cleaned_data["note"]
    do = partial(verb, run_id=run_id, by=staff.user, day=staff.day, note=note)
    return _do(request, staff, run_id, do, done)


def _do(
    request: HttpRequest,
    staff: Staff,
    run_id: int,
    do: Callable[[], Any],
    done: str,
    *,
    wakes: bool = False,
) -> HttpResponse:
    run = run_queries.run_for(staff.scopes, run_id)
    if carry_out(request, do, done) and wakes:
        tasks.post_run.delay_on_commit(run_id=run.pk)  # type: ignore[attr-defined]
    return redirect("accounts:desk_run", run_id=run.pk)
