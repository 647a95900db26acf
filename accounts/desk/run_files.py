"""What is taken away from a run: what it left out, and whose money could not be ordered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts import bankfile, run_queries
from accounts.models import SkippedMonth
from accounts.preparing import POSTERS
from accounts.run_words import period_words
from policy.looking import area_words
from policy.saying import skip_words
from record.imports import write_csv
from record.operations import audit
from record.quotas import limited
from record.staffing import Staff, for_staff

MONTHS_A_PAGE = 50
#: Rows of a file: more would hold a web worker for seconds.
FILE_ROWS = 100_000

CSV = "text/csv; charset=utf-8"


@require_safe
@for_staff(*POSTERS)
def run_skipped(request: HttpRequest, staff: Staff, run_id: int, reason: str) -> HttpResponse:
    """List whom a run left out for one reason."""
    run = run_queries.run_for(staff.scopes, run_id)
    months = run_queries.skipped_months(run, reason)
    page = Paginator(months, MONTHS_A_PAGE).get_page(request.GET.get("page"))
    if not page.paginator.count:
        raise Http404
    what, todo = skip_words(reason)
    audit(
        actor=staff.actor,
        verb="look.list",
        area=run.area,
        record=f"run:{run.pk}",
        data={"reason": reason, "page": page.number},
    )
    context = {
        "run": run,
        "period": period_words(run),
        "reason": reason,
        "what": what,
        "todo": todo,
        "page": page,
    }
    return render(request, "desk/accounts_run_skipped.html", context)


@require_safe
@for_staff(*POSTERS)
@limited("file")
def run_errors(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Hand out everything that a run left out, with its reason, as a CSV file."""
    run = run_queries.run_for(staff.scopes, run_id)
    months = run_queries.skipped_months(run)
    audit(
        actor=staff.actor,
        verb="accounts.skipped_months.handed_out",
        area=run.area,
        record=f"run:{run.pk}",
    )
    header = [
        gettext("Member number"),
        gettext("Name"),
        gettext("Month"),
        gettext("By the rules of"),
        gettext("Reason"),
        gettext("What to do"),
    ]
    content = write_csv(header, _rows(islice(months.iterator(2_000), FILE_ROWS)))
    return _download(content, name=f"run-{run.pk}-left-out.csv")


def _rows(months: Iterator[SkippedMonth]) -> Iterator[list[str]]:
    for month in months:
        what, todo = skip_words(month.reason)
        yield [
            month.person.number,
            month.person.name,
            f"{month.month:%Y-%m}",
            area_words(month.area),
            what,
            todo,
        ]


@require_POST
@for_staff(*POSTERS)
def bank_file_missing(request: HttpRequest, staff: Staff, run_id: int) -> HttpResponse:
    """Hand out whose money could not be ordered, for staff to ask them for a bank account."""
    run = run_queries.run_for(staff.scopes_as(*POSTERS), run_id)
    try:
        missing = bankfile.missing_orders(run_id=run.pk)
    except bankfile.NoBankFile:
        raise Http404 from None
    audit(
        actor=staff.actor,
        verb="accounts.missing_orders.handed_out",
        area=run.area,
        record=f"run:{run.pk}",
        data={"missing": len(missing)},
    )
    content = bankfile.missing_as_csv(missing).encode("utf-8-sig")
    return _download(content, name=f"run-{run.pk}-missing.csv")


def _download(content: bytes, *, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=CSV,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
