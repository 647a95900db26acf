"""A member's questions and objections: asked, read with their answers, gone on with, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policy.queries import current_book
from policy.words import words_for
from record import papers
from record.operations import Actor
from record.outcome import Refusal
from record.paper_forms import too_many_words

from . import ticket_queries as queries
from . import tickets
from .about import About, about, read_address
from .gate import for_members
from .models import Person, Ticket
from .ticket_forms import AskForm, SayForm
from .ticket_words import course_of, headline

TICKETS_A_PAGE = 20


@require_safe
@for_members
def ticket_list(request: HttpRequest, person: Person) -> HttpResponse:
    """List a member's own tickets, newest first."""
    page = Paginator(queries.tickets_of(person), TICKETS_A_PAGE).get_page(request.GET.get("page"))
    words = queries.first_words(page.object_list)
    rows = [{"ticket": each, "title": words.get(each.pk, ""), "tag": _tag(each)} for each in page]
    return render(request, "members/tickets.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def ask(request: HttpRequest, person: Person) -> HttpResponse:
    """Take a question or an objection, in general or about a thing of one's own."""
    address = request.GET.get("about", "")
    kind, key = read_address(address)
    thing = about(person, kind, key)
    if address and thing is None:
        raise Http404
    today = timezone.localdate()
    book = current_book()
    area = (thing.area if thing else "") or queries.area_of(person)
    form = AskForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        outcome: Ticket | Refusal | None = None
        try:
            outcome = tickets.open_ticket(
                person_id=person.pk,
                area=area,
                kind=form.cleaned_data["kind"],
                text=form.cleaned_data["text"],
                papers=form.cleaned_data["papers"],
                about_kind=kind,
                about_key=key,
                day=today,
                book=book,
                actor=_actor(request, person),
            )
        except papers.TooMany:
            form.add_error("papers", too_many_words())
        if isinstance(outcome, Refusal):
            form.add_error(None, _said(outcome))
        elif outcome is not None:
            messages.success(
                request,
                gettext("It has reached us. You get an answer by %(day)s at the latest.")
                % {"day": outcome.due_on.isoformat()},
            )
            return redirect("members:ticket", outcome.number)
    days = tickets.days_at(Ticket.Level.COUNTY, book=book, area=area, day=today) if area else None
    context = {
        "form": form,
        "thing": thing,
        "address": f"{kind}:{key}" if thing else "",
        "due": today + timedelta(days) if days is not None else None,
    }
    return render(request, "members/ask.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def ticket(request: HttpRequest, person: Person, number: str) -> HttpResponse:
    """Show one of one's own tickets with its answers; take some more words."""
    found = queries.ticket_for(person, number)
    form = SayForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        outcome: Ticket | Refusal | None = None
        try:
            outcome = tickets.say_more(
                ticket_id=found.pk,
                text=form.cleaned_data["text"],
                papers=form.cleaned_data["papers"],
                day=timezone.localdate(),
                book=current_book(),
                actor=_actor(request, person),
            )
        except papers.TooMany:
            form.add_error("papers", too_many_words())
        if isinstance(outcome, Refusal):
            form.add_error(None, _said(outcome))
        elif outcome is not None:
            messages.success(request, gettext("Added. We answer again."))
            return redirect("members:ticket", found.number)
    if request.method != "POST":
        tickets.see(found)
    thing = _thing(found, person)
    context = {
        "ticket": found,
        "thing": thing,
        "title": headline(found, thing),
        "tag": _tag(found),
        "course": course_of(found, queries.entries_of(found, by_members=True), for_member=True),
        "papers": papers.papers_of(tickets.PAPERS, found.number),
        "form": form,
        "is_closed": found.state == Ticket.State.CLOSED,
    }
    return render(request, "members/ticket.html", context, status=400 if form.errors else 200)


@require_POST
@for_members
def ticket_close(request: HttpRequest, person: Person, number: str) -> HttpResponse:
    """Close one of one's own tickets: it is settled for the member."""
    found = queries.ticket_for(person, number)
    outcome = tickets.close(
        ticket_id=found.pk,
        text="",
        day=timezone.localdate(),
        actor=_actor(request, person),
        by_member=True,
    )
    if isinstance(outcome, Refusal):
        messages.error(request, _said(outcome))
    else:
        messages.success(request, gettext("Closed. You can ask again at any time."))
    return redirect("members:ticket", found.number)


def _thing(found: Ticket, person: Person) -> About | None:
    return about(person, found.about_kind, found.about_key) if found.about_kind else None


def _tag(found: Ticket) -> dict[str, Any]:
    if found.state == Ticket.State.ANSWERED:
        return {"text": found.get_state_display(), "kind": "go", "is_new": found.seen_at is None}
    kind = "wait" if found.state == Ticket.State.OPEN else ""
    return {"text": found.get_state_display(), "kind": kind, "is_new": False}


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    """Return what a form is bound to: fields and files of a POST, or nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _said(refusal: Refusal) -> str:
    words = words_for(refusal)
    return str(words)


def _actor(request: HttpRequest, person: Person) -> Actor:
    return Actor(name=person.name, user_id=request.user.pk)
