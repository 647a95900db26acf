"""The after-check on the desk: the queue, one binding with what it is judged by, the rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from families.models import BindingCheck
from families.staff_changes import END_BINDING, propose_end
from families.words import ENDED
from policy.queries import current_book
from policy.saying import place_words
from record.changes import NotAllowed, kind_of
from record.deciding import carry_out, refusal_words
from record.looks import look
from record.outcome import Refusal
from record.paging import query_but_page
from record.staffing import Staff, for_staff

from . import operations, queries
from .forms import CheckFilter, ConcludeForm, HeardForm, StartForm
from .operations import OFFICERS
from .rules import CLOCK, check_rules
from .words import in_short, reasons_of, rules_in_words, tag_of

CHECKS_A_PAGE = 30
#: Samples on the page of the rules.
DRAWS_A_PAGE = 30


@require_safe
@for_staff(*OFFICERS)
def queue(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List what waits, or what a filter chooses."""
    areas = [code for code in sorted(current_book().areas) if staff.covers(code)]
    form = CheckFilter(request.GET, areas=areas)
    checks = form.narrow(queries.checks_in(staff.scopes), staff.day)
    page = Paginator(checks, CHECKS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "query": query_but_page(request),
        "rows": [
            {
                "check": check,
                "why": in_short(check),
                "area": place_words(check.area),
                "tag": tag_of(check, staff.day),
                "is_late": check.closed_on is None and check.due_on < staff.day,
                "may_be_asked": _may_be_asked(check, staff),
            }
            for check in page
        ],
    }
    context["may_ask"] = any(row["may_be_asked"] for row in context["rows"])  # type: ignore[attr-defined]
    return render(request, "desk/families_checks.html", context)


@require_POST
@for_staff(*OFFICERS)
def ask_several(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Ask the authorizers of the ticked bindings."""
    wished = [int(key) for key in request.POST.getlist("check") if key.isascii() and key.isdigit()]
    mine = queries.checks_in(staff.scopes).filter(pk__in=wished[:CHECKS_A_PAGE])
    asked = operations.ask(
        check_ids=list(mine.values_list("pk", flat=True)), by=staff.user, day=staff.day
    )
    if isinstance(asked, int) and asked:
        text = ngettext(
            "%(number)d authorizer is asked and gets a message.",
            "%(number)d authorizers are asked and get a message.",
            asked,
        )
        messages.success(request, text % {"number": asked})
    else:
        messages.info(request, gettext("Nobody was asked: tick bindings that wait for a question."))
    return redirect("families:desk_checks")


@require_safe
@for_staff(*OFFICERS)
def rules(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show by which rules bindings are drawn, who may change them, and the samples so far."""
    page = Paginator(queries.draws_in(staff.scopes), DRAWS_A_PAGE)
    draws = page.get_page(request.GET.get("page"))
    clock = check_rules()[CLOCK].thresholds
    context = {
        "rules": rules_in_words(),
        "days": clock["days"],
        "answer_days": clock["answer_days"],
        "page": draws,
        "draws": [(draw, place_words(draw.area)) for draw in draws],
    }
    return render(request, "desk/families_check_rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICERS)
def start(request: HttpRequest, staff: Staff, binding_id: int) -> HttpResponse:
    """Start a check of a binding by hand; one that is under check already is led to."""
    binding = queries.binding_in(staff.scopes, binding_id)
    known = queries.open_check_of(binding)
    if known is not None:
        return redirect("families:desk_check", check_id=known.pk)
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data["told"]
        started = operations.start(binding_id=binding.pk, told=told, by=staff.user, day=staff.day)
        if not isinstance(started, Refusal):
            messages.success(request, gettext("The binding is under check now."))
            return redirect("families:desk_check", check_id=started.pk)
        form.add_error(None, refusal_words(started))
    context = {"form": form, "binding": binding, "may_start": staff.is_any(*OFFICERS)}
    status = 400 if form.errors else 200
    return render(request, "desk/families_check_start.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICERS)
def check(request: HttpRequest, staff: Staff, check_id: int) -> HttpResponse:
    """Show one binding under check; ask, note an answer, conclude, by the button that was used."""
    found = queries.check_in(staff.scopes, check_id)
    verb = request.POST.get("verb", "") if request.method == "POST" else ""
    heard = HeardForm(request.POST if verb == "heard" else None)
    conclude = ConcludeForm(request.POST if verb in _CONCLUDING else None)
    form = heard if verb == "heard" else conclude
    if verb and (verb == "ask" or form.is_valid()):
        do, words = _deed(
            verb, found, staff=staff, given=form.cleaned_data if verb != "ask" else {}
        )
        carry_out(request, do, words)
        return redirect("families:desk_check", check_id=found.pk)
    if request.method == "POST" and not form.errors:
        raise Http404("no such button")
    if request.method == "GET":
        look(
            actor=staff.actor,
            subject_id=found.binding.authorizer_id,
            record=f"bindingcheck:{found.pk}",
            purpose=gettext("after-check of a binding"),
            area=found.area,
            day=staff.day,
        )
    return _page(request, staff, found, heard=heard, conclude=conclude, form=form)


#: Buttons that need a reason.
_CONCLUDING = ("true", "false", "ended", "propose")


def _deed(
    verb: str, found: BindingCheck, *, staff: Staff, given: dict[str, Any]
) -> tuple[Callable[[], Any], str]:
    """Return what a button does, and what is said when it is done."""
    by, day = staff.user, staff.day
    match verb:
        case "ask":
            return (
                partial(_ask, found, staff),
                gettext("Asked. The authorizer gets a message and answers in the portal."),
            )
        case "heard":
            do: Callable[[], Any] = partial(
                operations.note_answer,
                check_id=found.pk,
                right=given["said"] == BindingCheck.Answer.RIGHT,
                note=given["heard"],
                by=by,
                day=day,
            )
            return do, gettext("Noted.")
        case "propose":
            do = partial(
                propose_end, binding_id=found.binding_id, reason=given["note"], by=by, day=day
            )
            return do, gettext(
                "Proposed. It waits for a second person; until then the binding holds."
            )
        case _:
            do = partial(
                operations.close,
                check_id=found.pk,
                verdict=verb,
                note=given["note"],
                by=by,
                day=day,
            )
            return do, gettext("Closed.")


def _ask(found: BindingCheck, staff: Staff) -> int:
    asked = operations.ask(check_ids=[found.pk], by=staff.user, day=staff.day)
    if not isinstance(asked, int) or not asked:
        raise NotAllowed("there is nothing to ask")
    return asked


def _page(
    request: HttpRequest,
    staff: Staff,
    found: BindingCheck,
    *,
    heard: HeardForm,
    conclude: ConcludeForm,
    form: HeardForm | ConcludeForm,
) -> HttpResponse:
    facts = queries.facts_of(found, staff.day)
    may_act = any(staff.may(kind, found.area) for kind in OFFICERS) and found.closed_on is None
    holds = found.binding.ended_on is None
    proposers = kind_of(END_BINDING).proposers
    context = {
        "check": found,
        "binding": found.binding,
        "facts": facts,
        "sides": [
            (label, side, _place(side.area), staff.covers(side.area))
            for label, side in (
                (gettext("Whose account"), facts.authorizer),
                (gettext("For whom"), facts.member),
            )
        ],
        "reasons": reasons_of(found),
        "tag": tag_of(found, staff.day),
        "area": place_words(found.area),
        "is_late": found.closed_on is None and found.due_on < staff.day,
        "holds": holds,
        "why_ended": ENDED.get(found.binding.ended_code, ""),
        "heard": heard,
        "conclude": conclude,
        "form": form,
        "may_ask": may_act and _may_be_asked(found, staff),
        "may_hear": may_act and not found.answer,
        "may_conclude": may_act and facts.change_id is None,
        "may_propose": holds and any(staff.may(kind, found.area) for kind in proposers),
    }
    status = 400 if form.errors else 200
    return render(request, "desk/families_check.html", context, status=status)


def _place(area: str) -> str:
    return place_words(area) if area else gettext("insured nowhere today")


def _may_be_asked(check: BindingCheck, staff: Staff) -> bool:
    """Say whether a page may offer to ask; the operation decides whether it may be."""
    waits = check.answer_by is not None and check.answer_by >= staff.day
    return (
        check.closed_on is None
        and not check.answer
        and not waits
        and check.binding.ended_on is None
        and any(staff.may(kind, check.area) for kind in OFFICERS)
    )
