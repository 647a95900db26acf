"""The watch on the desk: what was found, the bills behind it, and its conclusion."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from oversight import watching
from oversight.models import WatchHit
from oversight.patterns import patterns, said
from oversight.watching import WATCHERS
from policy.queries import current_book
from policy.saying import place_words
from policy.text import DECIDERS
from record.deciding import carry_out
from record.looking import covers
from record.operations import audit
from record.paging import query_but_page
from record.staffing import Staff, for_staff

from .forms import CloseForm, HitFilter

HITS_A_PAGE = 25


@require_safe
@for_staff(*WATCHERS)
def watch(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List what the watch has found in the reader's areas."""
    areas = [code for code in sorted(current_book().areas) if staff.covers(code)]
    form = HitFilter(request.GET, areas=areas)
    hits = form.narrow(watching.hits_in(staff.scopes))
    page = Paginator(hits, HITS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "query": query_but_page(request),
        "rows": [_row(hit) for hit in page],
    }
    return render(request, "desk/oversight_watch.html", context)


@require_safe
@for_staff(*WATCHERS)
def rules(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the rules of the watch with their thresholds, and who may change them."""
    found = [
        {
            "pattern": pattern,
            "thresholds": pattern.thresholds.items(),
            "decider": DECIDERS[pattern.decided_by],
        }
        for pattern in patterns().values()
    ]
    return render(request, "desk/oversight_watch_rules.html", {"patterns": found})


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*WATCHERS)
def hit(request: HttpRequest, staff: Staff, hit_id: int) -> HttpResponse:
    """Show one find with the bills behind it, and close it with a conclusion."""
    found = watching.hit_for(staff.scopes, hit_id)
    may_close = covers(staff.scopes_as(*WATCHERS), found.area)
    posted = request.method == "POST"
    form = CloseForm(request.POST if posted else None)
    if posted and form.is_valid():
        given = form.cleaned_data
        do = partial(
            watching.close_hit,
            hit_id=found.pk,
            verdict=given["verdict"],
            note=given["note"],
            by=staff.user,
            day=staff.day,
        )
        carry_out(request, do, gettext("Closed."))
        return redirect("oversight:desk_hit", hit_id=found.pk)
    if not posted:
        audit(
            actor=staff.actor,
            verb="look",
            area=found.area,
            subject_id=found.person_id,
            record=f"watchhit:{found.pk}",
            purpose=gettext("watch"),
        )
    context: dict[str, Any] = {
        **_row(found),
        "claims": watching.claims_behind(found),
        "decider": DECIDERS[patterns()[found.pattern].decided_by],
        "thresholds": found.thresholds.items(),
        "form": form,
        "may_close": may_close,
    }
    status = 400 if form.errors else 200
    return render(request, "desk/oversight_hit.html", context, status=status)


def _row(found: WatchHit) -> dict[str, Any]:
    pattern = patterns()[found.pattern]
    return {
        "hit": found,
        "pattern": pattern,
        "said": said(found.figures),
        "area": place_words(found.area),
        "conclusion": getattr(found, "conclusion", None),
    }
