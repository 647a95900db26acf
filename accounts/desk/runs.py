"""Runs on the desk: the list, one with its progress, and starting one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import run_queries, tasks
from accounts.models import Run
from accounts.preparing import POSTERS
from accounts.run_verbs import ask_for_credit_run, ask_for_interest_run
from accounts.run_words import kind_words, period_words, skipped_words, why_it_waits
from members.months import first_of
from policy.queries import current_book
from policy.saying import class_words, place_words
from record.batches import recent_batches
from record.deciding import refusal_words
from record.looking import covers
from record.models import Role
from record.outcome import Refusal
from record.paging import query_but_page
from record.staffing import Staff, for_staff

from .forms import RunFilter, StartForm

RUNS_A_PAGE = 25
#: Seconds between two looks of a page at a run that is at work.
LOOK_AGAIN = 2


@require_safe
@for_staff(*POSTERS)
def run_list(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List the runs of the reader's areas, filtered; and the other batches that have just run."""
    book = current_book()
    form = RunFilter(request.GET or None, areas=_areas(staff))
    disbursing = run_queries.disbursing_areas(book, staff.day)
    rows = form.narrow(run_queries.runs_in(staff.scopes), disbursing)
    page = Paginator(rows, RUNS_A_PAGE).get_page(request.GET.get("page"))
    runs = list(page.object_list)
    percent = run_queries.progress_of_many(runs)
    context = {
        "page": page,
        "query": query_but_page(request),
        "form": form,
        "rows": [
            {
                "run": run,
                "kind": kind_words(run, disbursing),
                "period": period_words(run),
                "area": place_words(run.area),
                "percent": percent.get(run.pk),
                "skipped": sum(run.skipped.values()),
            }
            for run in runs
        ],
        "may_start": bool(staff.scopes_as(*POSTERS)),
        "batches": recent_batches(staff),
    }
    return render(request, "desk/accounts_runs.html", context)


@require_safe
@for_staff(*POSTERS)
def run_detail(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Show one run: how far it is, what it skipped and why, what it is compared with."""
    run = run_queries.run_for(staff.scopes, run_id)
    context = _run_context(run, staff)
    if run.state == Run.State.PREPARED and run.comparison:
        context["largest"] = run_queries.largest_changes(run)
    if run.state == Run.State.DONE:
        if run.kind == Run.Kind.CREDIT:
            context["classes"] = [
                {**row, "class": class_words(row["class"])}
                for row in run_queries.totals_by_class(run)
            ]
        else:
            context["interest"] = run_queries.interest_totals(run)
        if context["disburses"]:
            context["parts"] = run_queries.bank_parts(run)
    return render(request, "desk/accounts_run.html", context)


@require_safe
@for_staff(*POSTERS)
def run_progress(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Return the part of the page that moves; once the run is over, have the whole page read."""
    run = run_queries.run_for(staff.scopes, run_id)
    answer = render(request, "desk/accounts_run_progress.html", _run_context(run, staff))
    if request.GET.get("seen") != _seen(run):
        answer["HX-Refresh"] = "true"
    return answer


def _run_context(run: Run, staff: Staff) -> dict[str, Any]:
    book = current_book()
    disbursing = run_queries.disbursing_areas(book, staff.day)
    progress = run_queries.progress_of(run)
    moving = run.state == Run.State.POSTING or (
        run.state == Run.State.PREPARED and not run.comparison
    )
    return {
        "run": run,
        "kind": kind_words(run, disbursing),
        "disburses": run.kind == Run.Kind.CREDIT and run.area in disbursing,
        "period": period_words(run),
        "area": place_words(run.area),
        "progress": progress,
        "skipped": skipped_words(progress.skipped),
        "waits_for": why_it_waits(run),
        "comparison": _comparison(run),
        "is_moving": moving,
        "look_again": LOOK_AGAIN,
        "seen": _seen(run),
        "may_run": covers(staff.scopes_as(*POSTERS), run.area),
        "may_order": staff.may(Role.Kind.FINANCE_CLERK.value, run.area),
    }


def _seen(run: Run) -> str:
    """What a page has seen of a run: another state, or its being counted, is a new page."""
    return f"{run.state}-{bool(run.comparison)}".lower()


def _comparison(run: Run) -> dict[str, Any]:
    classes = run.comparison.get("classes", [])
    return {
        **run.comparison,
        "classes": [
            {**row, "class": class_words(row["class"])}
            for row in classes
            if row["members"] or row["members_before"]
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*POSTERS)
def run_start(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Ask what to run, where and for when; a closing is shown before it is begun."""
    areas = _areas(staff, *POSTERS)
    posted = request.method == "POST"
    initial = {
        "kind": request.GET.get("kind", Run.Kind.CREDIT),
        "area": request.GET.get("area", areas[0] if areas else ""),
        "month": request.GET.get("month", f"{first_of(staff.day):%Y-%m}"),
        "year": staff.day.year - 1,
    }
    form = StartForm(request.POST if posted else None, areas=areas, initial=initial)
    context: dict[str, Any] = {"form": form, "may_start": bool(areas)}
    if posted and form.is_valid():
        given = form.cleaned_data
        if given["kind"] == Run.Kind.INTEREST and "look_done" not in request.POST:
            context["outlook"] = run_queries.closing_outlook(area=given["area"], year=given["year"])
            context["given"] = given
            return render(request, "desk/accounts_run_start.html", context)
        started = _start(given, staff)
        if isinstance(started, Run):
            return redirect("accounts:desk_run", run_id=started.pk)
        context["refused"] = refusal_words(started)
        if started.code == "run_under_way":
            context["other"] = _under_way(given)
    status = 400 if form.errors else 409 if "refused" in context else 200
    return render(request, "desk/accounts_run_start.html", context, status=status)


def _start(given: dict[str, Any], staff: Staff) -> Run | Refusal:
    who = {"area": given["area"], "by": staff.user, "day": staff.day}
    if given["kind"] == Run.Kind.INTEREST:
        begun = ask_for_interest_run(year=given["year"], **who)
        if isinstance(begun, Run):
            tasks.post_run.delay_on_commit(run_id=begun.pk)  # type: ignore[attr-defined]
        return begun
    asked = ask_for_credit_run(month=given["month"], **who)
    if isinstance(asked, Run):
        tasks.count_prepared_run.delay_on_commit(run_id=asked.pk)  # type: ignore[attr-defined]
    return asked


def _under_way(given: dict[str, Any]) -> Run | None:
    period = date(given["year"], 1, 1) if given["kind"] == Run.Kind.INTEREST else given["month"]
    return Run.objects.filter(
        kind=given["kind"], area=given["area"], period=period, state__in=["prepared", "posting"]
    ).first()


def _areas(staff: Staff, *kinds: str) -> list[str]:
    """Return the areas that a role of these kinds covers; without kinds, those of the page."""
    scopes = staff.scopes_as(*kinds) if kinds else staff.scopes
    return [code for code in sorted(current_book().areas) if covers(scopes, code)]
