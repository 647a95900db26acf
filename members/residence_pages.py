"""Living elsewhere: see how far it is, apply in steps, correct, take back, end."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policy.book import Book, Rules
from policy.queries import current_book
from policy.words import words_for
from record import papers
from record.forms import posted
from record.operations import Actor
from record.outcome import Refusal
from record.paper_forms import PapersField, read_papers
from record.papers import papers_of

from . import queries, residence, residence_queries
from .gate import for_members
from .models import Enrolment, Person, Registration
from .residence_forms import CorrectionForm, EndForm, ResidenceForm
from .residence_words import KIND_WORDS, area_name, at_the_counter, course_of, tag_of

_KEY = "residence_application"
_FACTS = ("kind", "area", "since", "wished_from", "note")


def _steps() -> list[str]:
    return [gettext("Where and why"), gettext("Papers"), gettext("Look and send"), gettext("Sent")]


@require_safe
@for_members
def overview(request: HttpRequest, person: Person) -> HttpResponse:
    """Show what is registered, what waits, what was; and what it changes at a counter."""
    today = timezone.localdate()
    book = current_book()
    place = queries.enrolment_on(person.pk, today)
    found = [
        {
            "row": row,
            "place": area_name(book, row.area),
            "kind": KIND_WORDS[row.kind],
            "tag": tag_of(row, today),
        }
        for row in residence_queries.registrations_of(person)
    ]
    context: dict[str, Any] = {
        "found": found,
        "has_left": queries.has_left(person, today),
        "is_insured": place is not None,
        "is_resident": place is not None and place.scheme == Enrolment.Scheme.RESIDENT,
    }
    if place is not None:
        context["counter"] = at_the_counter(book, book.rules(place.area, today))
        context["home"] = area_name(book, place.area)
    return render(request, "members/residence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def apply(request: HttpRequest, person: Person) -> HttpResponse:
    """First step: why, where, since when."""
    book = current_book()
    rules = _rules(person, book)
    if rules is None:
        return redirect("members:residence")
    kept = request.session.get(_KEY) or {}
    again = request.GET.get("again", "")
    if again.isdecimal() and request.method != "POST":
        kept = _facts_of(residence_queries.registration_for(person, int(again)))
    form = ResidenceForm(
        request.POST if request.method == "POST" else None,
        initial=kept,
        book=book,
        rules=rules,
        retired=queries.is_retired(person, timezone.localdate()),
    )
    if request.method == "POST" and form.is_valid():
        request.session[_KEY] = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in form.cleaned_data.items()
        }
        return redirect("members:residence_papers")
    context = {"form": form, "steps": _steps()}
    status = 400 if form.errors else 200
    return render(request, "members/residence_apply.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def add_papers(request: HttpRequest, person: Person) -> HttpResponse:
    """Second step: papers, one after the other or several at once. What was good is kept."""
    if _KEY not in request.session:
        return redirect("members:residence_apply")
    draft, wrong = _draft(person), []
    if request.method == "POST":
        if "remove" in request.POST:
            _remove(draft, request.POST["remove"])
            return redirect("members:residence_papers")
        given = request.FILES.getlist("papers")
        if not given:
            return redirect("members:residence_review")
        cleaned, errors = read_papers(given)
        wrong = [str(text) for error in errors for text in error.messages]
        try:
            papers.keep_draft(
                papers=cleaned, draft=draft, subject_id=person.pk, actor=_actor(request)
            )
        except papers.TooMany:
            wrong.append(
                gettext("There are as many papers as there may be. Send the application first.")
            )
        if not wrong:
            return redirect("members:residence_papers")
    context = {
        "papers": papers.drafts(draft),
        "wrong": wrong,
        "hint": PapersField().help_text,
        "steps": _steps(),
    }
    status = 400 if wrong else 200
    return render(request, "members/residence_papers.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def review(request: HttpRequest, person: Person) -> HttpResponse:
    """Third step: everything once more, then it is sent."""
    book = current_book()
    kept, rules = request.session.get(_KEY), _rules(person, book)
    if kept is None or rules is None:
        return redirect("members:residence_apply")
    facts = _read(kept)
    if request.method == "POST":
        sent = residence.apply_for_residence(
            person_id=person.pk,
            area=facts["area"],
            kind=facts["kind"],
            since=facts["since"],
            wished_from=facts["wished_from"],
            note=facts["note"],
            draft=_draft(person),
            day=timezone.localdate(),
            actor=_actor(request),
        )
        if isinstance(sent, Registration):
            del request.session[_KEY]
            return redirect("members:residence_sent", registration_id=sent.pk)
        messages.error(request, str(words_for(sent)))
    context = {
        "facts": facts,
        "place": area_name(book, facts["area"]),
        "kind": KIND_WORDS[facts["kind"]],
        "papers": papers.drafts(_draft(person)),
        "counter": at_the_counter(book, rules),
        "steps": _steps(),
    }
    return render(request, "members/residence_review.html", context)


@require_safe
@for_members
def sent(request: HttpRequest, person: Person, registration_id: int) -> HttpResponse:
    """Fourth step: the receipt, and what happens next."""
    return _show(request, person, registration_id, "members/residence_sent.html")


@require_safe
@for_members
def detail(request: HttpRequest, person: Person, registration_id: int) -> HttpResponse:
    """Show how far one registration is."""
    return _show(request, person, registration_id, "members/residence_detail.html")


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def correct(request: HttpRequest, person: Person, registration_id: int) -> HttpResponse:
    """Add what was asked for, or correct what was sent."""
    row = residence_queries.open_registration_for(person, registration_id)
    book = current_book()
    rules = _rules(person, book)
    if rules is None:
        return redirect("members:residence")
    form = CorrectionForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        initial={name: getattr(row, name) for name in _FACTS if name != "note"},
        book=book,
        rules=rules,
        retired=queries.is_retired(person, timezone.localdate()),
    )
    if request.method == "POST" and form.is_valid() and _correct(request, person, row, form):
        messages.success(request, gettext("Sent. You keep your place in the queue."))
        return redirect("members:residence_detail", registration_id=row.pk)
    context = {"form": form, "row": row, "papers": papers_of(residence.PAPERS, row.pk)}
    status = 400 if form.errors else 200
    return render(request, "members/residence_correct.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def withdraw(request: HttpRequest, person: Person, registration_id: int) -> HttpResponse:
    """Ask once more, then take an application back."""
    row = residence_queries.open_registration_for(person, registration_id)
    if request.method == "POST":
        done = residence.withdraw_residence(
            registration_id=row.pk, day=timezone.localdate(), actor=_actor(request)
        )
        _tell(request, done, gettext("Taken back. With one press you can send it again."))
        return redirect("members:residence_detail", registration_id=row.pk)
    context = {"row": row, "place": area_name(current_book(), row.area)}
    return render(request, "members/residence_withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def end(request: HttpRequest, person: Person, registration_id: int) -> HttpResponse:
    """Ask from which day, then end a registration that is in force."""
    row = residence_queries.registration_for(person, registration_id)
    today = timezone.localdate()
    if not _may_end(row, today):
        return redirect("members:residence_detail", registration_id=row.pk)
    form = EndForm(posted(request), initial={"ends_on": today})
    if request.method == "POST" and form.is_valid():
        done = residence.end_registration(
            registration_id=row.pk,
            ends_on=form.cleaned_data["ends_on"],
            day=today,
            actor=_actor(request),
        )
        _tell(request, done, gettext("Done. You can take this back until that day is over."))
        return redirect("members:residence_detail", registration_id=row.pk)
    context = {"form": form, "row": row, "place": area_name(current_book(), row.area)}
    status = 400 if form.errors else 200
    return render(request, "members/residence_end.html", context, status=status)


@require_POST
@for_members
def resume(request: HttpRequest, person: Person, registration_id: int) -> HttpResponse:
    """Take an end back."""
    row = residence_queries.registration_for(person, registration_id)
    done = residence.resume_residence(
        registration_id=row.pk, day=timezone.localdate(), actor=_actor(request)
    )
    _tell(request, done, gettext("The registration goes on as before."))
    return redirect("members:residence_detail", registration_id=row.pk)


def _show(
    request: HttpRequest, person: Person, registration_id: int, template: str
) -> HttpResponse:
    row = residence_queries.registration_for(person, registration_id)
    today = timezone.localdate()
    book = current_book()
    rules = _rules(person, book)
    steps = list(row.steps.all())
    last = steps[-1].kind if steps else ""
    course = course_of(
        row,
        steps,
        person=person,
        book=book,
        home=rules.area if rules else "",
        today=today,
    )
    context = {
        "row": row,
        "place": area_name(book, row.area),
        "kind": KIND_WORDS[row.kind],
        "tag": tag_of(row, today),
        "course": course,
        "papers": papers_of(residence.PAPERS, row.pk),
        "is_open": row.state in residence.OPEN,
        "may_end": _may_end(row, today),
        "may_resume": last == "end" and row.ends_on is not None and row.ends_on >= today,
        "may_apply_again": row.state in {"refused", "withdrawn"} and rules is not None,
        "counter": at_the_counter(book, rules) if rules else None,
        "steps": _steps(),
    }
    return render(request, template, context)


def _correct(request: HttpRequest, person: Person, row: Registration, form: CorrectionForm) -> bool:
    given, draft = form.cleaned_data, f"correction:{row.pk}"
    try:
        papers.drop_draft(draft=draft)
        papers.keep_draft(
            papers=given["papers"], draft=draft, subject_id=person.pk, actor=_actor(request)
        )
    except papers.TooMany:
        form.add_error("papers", gettext("There are as many papers as there may be. Call us."))
        return False
    done = residence.correct_residence(
        registration_id=row.pk,
        area=given["area"],
        kind=given["kind"],
        since=given["since"],
        wished_from=given["wished_from"],
        note=given["note"],
        draft=draft,
        day=timezone.localdate(),
        actor=_actor(request),
    )
    if isinstance(done, Refusal):
        form.add_error(None, str(words_for(done)))
        return False
    return True


def _may_end(row: Registration, today: date) -> bool:
    return row.state == Registration.State.APPROVED and row.ends_on is None


def _rules(person: Person, book: Book) -> Rules | None:
    """Return the rules of a person's area today, or None where nothing can be applied for."""
    today = timezone.localdate()
    place = queries.enrolment_on(person.pk, today)
    if place is None or queries.has_left(person, today):
        return None
    if place.scheme == Enrolment.Scheme.RESIDENT:
        return None
    return book.rules(place.area, today)


def _facts_of(row: Registration) -> dict[str, Any]:
    facts = {name: getattr(row, name, "") for name in _FACTS}
    return {**facts, "note": "", "wished_from": None}


def _read(kept: dict[str, Any]) -> dict[str, Any]:
    days = {
        name: date.fromisoformat(kept[name]) if kept.get(name) else None
        for name in ("since", "wished_from")
    }
    return {**kept, **days}


def _remove(draft: str, key: str) -> None:
    try:
        papers.drop_draft(draft=draft, key=UUID(key))
    except ValueError:
        return


def _draft(person: Person) -> str:
    return f"residence:{person.pk}"


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)


def _tell(request: HttpRequest, done: object, text: str) -> None:
    if isinstance(done, Refusal):
        messages.error(request, str(words_for(done)))
    else:
        messages.success(request, text)
