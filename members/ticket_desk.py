"""Questions and objections on the desk: the queue, one ticket, entering a letter, call or visit.

Whoever opens a ticket of a member looks at a person's record: the look is recorded, its purpose is
the ticket.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policy.queries import current_book
from policy.words import words_for
from record.looks import look
from record.outcome import Refusal
from record.paging import query_but_page
from record.paper_forms import too_many_words
from record.papers import CleanPaper, TooMany, papers_of
from record.staffing import Staff, for_staff

from . import ticket_queries as queries
from . import tickets
from .about import about
from .models import Ticket
from .ticket_forms import AnswerForm, EnterForm, FilterForm, other_levels
from .ticket_words import course_of, headline, office, purpose_of
from .tickets import OFFICERS

TICKETS_A_PAGE = 30


@require_safe
@for_staff(*OFFICERS)
def ticket_queue(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List the tickets of the reader's areas: what waits first, the most urgent on top."""
    asked = request.GET or {"state": Ticket.State.OPEN}
    form = FilterForm(asked)
    wished = {k: v for k, v in form.cleaned_data.items() if v} if form.is_valid() else {}
    found = queries.tickets_in(staff.scopes).filter(**wished)
    order = ["due_on", "pk"] if wished.get("state") == Ticket.State.OPEN else ["-pk"]
    page = Paginator(found.order_by(*order), TICKETS_A_PAGE).get_page(request.GET.get("page"))
    words = queries.first_words(page.object_list)
    context = {
        "form": form,
        "page": page,
        "query": query_but_page(request),
        "rows": [
            {
                "ticket": each,
                "words": words.get(each.pk, ""),
                "is_late": each.state == Ticket.State.OPEN and each.due_on < staff.day,
                "office": office(each.level),
            }
            for each in page
        ],
        "of_one_state": bool(wished.get("state")),
        "may_enter": bool(_may_enter(staff)),
    }
    return render(request, "desk/members_tickets.html", context)


@require_safe
@for_staff(*OFFICERS)
def desk_ticket(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """Show one ticket with all that was said and done, and what can be done now."""
    found = queries.ticket_in(staff.scopes, number)
    _look(staff, found)
    return _page(request, staff, found, AnswerForm())


@require_POST
@for_staff(*OFFICERS)
def ticket_act(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """Answer, note, take, pass on or close, by the button that was used."""
    found = queries.ticket_in(staff.scopes, number)
    form = AnswerForm(request.POST, request.FILES)
    verb = request.POST.get("verb", "")
    if not form.is_valid():
        return _page(request, staff, found, form, status=400)
    text = form.cleaned_data["text"].strip()
    if verb in ("answer", "note", "pass_on", "close") and not text:
        form.add_error("text", gettext("Write what the other one is to read."))
        return _page(request, staff, found, form, status=400)
    papers = form.cleaned_data["papers"]
    if papers and verb != "answer":
        form.add_error("papers", gettext("Papers go with an answer only. Choose them again there."))
        return _page(request, staff, found, form, status=400)
    level = form.cleaned_data["level"]
    try:
        outcome = _do(verb, found, text=text, level=level, papers=papers, staff=staff)
    except TooMany:
        form.add_error("papers", too_many_words())
        return _page(request, staff, found, form, status=400)
    if isinstance(outcome, Refusal):
        form.add_error(None, str(words_for(outcome)))
        return _page(request, staff, found, form, status=409)
    messages.success(request, _DONE[verb]())
    return redirect("members:desk_ticket", found.number)


_DONE = {
    "answer": lambda: gettext("Answered. The member gets a message."),
    "note": lambda: gettext("Noted."),
    "take": lambda: gettext("The ticket is yours now."),
    "pass_on": lambda: gettext("Passed on."),
    "close": lambda: gettext("Closed."),
}


def _do(
    verb: str, found: Ticket, *, text: str, level: str, papers: Sequence[CleanPaper], staff: Staff
) -> Ticket | Refusal:
    match verb:
        case "answer":
            return tickets.answer(
                ticket_id=found.pk, text=text, day=staff.day, actor=staff.actor, papers=papers
            )
        case "note":
            return tickets.note(ticket_id=found.pk, text=text, actor=staff.actor)
        case "take":
            return tickets.take(ticket_id=found.pk, actor=staff.actor)
        case "pass_on" if level and level != found.level:
            return tickets.pass_on(
                ticket_id=found.pk,
                level=level,
                text=text,
                day=staff.day,
                book=current_book(),
                actor=staff.actor,
            )
        case "close":
            return tickets.close(
                ticket_id=found.pk, text=text, day=staff.day, actor=staff.actor, by_member=False
            )
    raise Http404("no such button")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICERS)
def ticket_enter(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Enter a letter, a call or a visit as a ticket, with its papers."""
    areas = _may_enter(staff)
    initial = {"received_on": staff.day, "channel": Ticket.Channel.CALL}
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = EnterForm(*sent, areas=areas, initial=initial)
    if request.method == "POST" and form.is_valid():
        entered = _enter(staff, form, dict(areas))
        if entered is not None:
            text = gettext("Entered under the number %(number)s.") % {"number": entered.number}
            messages.success(request, text)
            return redirect("members:desk_ticket", entered.number)
    status = 400 if form.errors else 200
    return render(request, "desk/members_ticket_enter.html", {"form": form}, status=status)


def _enter(staff: Staff, form: EnterForm, areas: dict[str, str]) -> Ticket | None:
    """Open what was entered, or say in the form why not."""
    given = form.cleaned_data
    area = queries.area_of(form.person) if form.person else given["area"]
    if area not in areas:
        form.add_error("member_number", gettext("There is no member with this number."))
        return None
    try:
        outcome = tickets.open_ticket(
            person_id=form.person.pk if form.person else None,
            area=area,
            kind=given["kind"],
            text=given["text"],
            day=staff.day,
            book=current_book(),
            actor=staff.actor,
            channel=given["channel"],
            sender=given["sender"].strip(),
            received_on=given["received_on"],
            papers=given["papers"],
        )
    except TooMany:
        form.add_error("papers", too_many_words())
        return None
    assert isinstance(outcome, Ticket), "what staff enter is refused by no rule"
    return outcome


def _may_enter(staff: Staff) -> list[tuple[str, str]]:
    """Return the areas for which the reader may enter tickets, with their names."""
    scopes = staff.scopes_as(*OFFICERS)
    return [
        (code, area.name)
        for code, area in sorted(current_book().areas.items())
        if code in scopes or area.province in scopes
    ]


def _page(
    request: HttpRequest, staff: Staff, found: Ticket, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    thing = about(found.person, found.about_kind, found.about_key) if found.about_kind else None
    entries = queries.entries_of(found, by_members=False)
    context: dict[str, Any] = {
        "ticket": found,
        "title": headline(found, thing),
        "thing": thing,
        "course": course_of(found, entries, for_member=False),
        "papers": papers_of(tickets.PAPERS, found.number),
        "form": form,
        "levels": other_levels(found.level),
        "office": office(found.level),
        "is_late": found.state == Ticket.State.OPEN and found.due_on < staff.day,
        "is_mine": found.owner_id == staff.user.pk,
        "may_write": any(staff.may(kind, found.area) for kind in OFFICERS)
        and found.state != Ticket.State.CLOSED,
        "may_close": found.state == Ticket.State.ANSWERED,
    }
    return render(request, "desk/members_ticket.html", context, status=status)


def _look(staff: Staff, found: Ticket) -> None:
    if found.person_id is not None:
        look(
            actor=staff.actor,
            day=staff.day,
            area=found.area,
            subject_id=found.person_id,
            record=f"ticket:{found.number}",
            purpose=purpose_of(found),
        )
