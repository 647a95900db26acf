"""Applications to live elsewhere, for staff: the queue, one beside its papers, several at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import residence
from members.back_dating import propose_back_dated
from members.models import Registration
from members.residence_words import area_name, course_of, tag_of
from policy.queries import current_book
from record import changes
from record.deciding import carry_out, refusal_words
from record.looks import look
from record.models import Role
from record.outcome import Refusal
from record.paging import query_but_page
from record.staffing import Staff, for_staff

from . import residence_facts as facts
from .residence_forms import DecideForm, EndForm, ManyForm, QueueForm

OFFICERS = (Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value)
ON_A_PAGE = 30
#: Applications that are decided at once.
MOST_AT_ONCE = 50


@require_safe
@for_staff(*OFFICERS)
def queue(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List what waits, or what a filter chooses."""
    book = current_book()
    form = QueueForm(request.GET or None, book=book, scopes=staff.scopes)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(facts.queue(staff, chosen), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    papers, areas = facts.papers_counted(rows), facts.areas_of(rows)
    late = facts.latest_late_day(staff.day)
    context = {
        "form": form,
        "page": page,
        "rows": [
            {
                "row": row,
                "from": area_name(book, areas.get(row.person_id, "")),
                "to": area_name(book, row.area),
                "papers": papers.get(row.pk, 0),
                "tag": tag_of(row, staff.day),
                "is_open": row.state in residence.OPEN,
                "is_late": row.state == Registration.State.APPLIED and row.applied_on <= late,
            }
            for row in rows
        ],
        "may_decide": staff.is_any(*OFFICERS),
        "query": query_but_page(request),
    }
    return render(request, "desk/claims_residence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*OFFICERS)
def case(request: HttpRequest, staff: Staff, registration_id: int) -> HttpResponse:
    """Show one application with its papers beside the facts, and decide it."""
    found = facts.case_for(staff, registration_id)
    row = found.row
    form = DecideForm(
        request.POST if request.method == "POST" else None,
        initial={"begins_on": max(row.wished_from or staff.day, staff.day), "seen": found.seen},
    )
    if request.method == "POST" and form.is_valid() and _decide(request, staff, row, form):
        return redirect("claims:desk_residence_case", registration_id=row.pk)
    if request.method == "GET":
        _record_look(staff, found)
    book = current_book()
    steps = list(row.steps.all())
    context = {
        "case": found,
        "row": row,
        "form": form,
        "end_form": EndForm(initial={"ends_on": staff.day}),
        "from": area_name(book, found.area),
        "to": area_name(book, row.area),
        "tag": tag_of(row, staff.day),
        "earlier": [(other, area_name(book, other.area), tag_of(other, staff.day))
                    for other in found.earlier],
        "course": course_of(
            row, steps, person=found.person, book=book, home=found.area, today=staff.day,
            for_member=False,
        ),
        "is_open": row.state in residence.OPEN,
        "may_end": row.state == Registration.State.APPROVED and row.ends_on is None,
        "may_decide": bool(staff.scopes_as(*OFFICERS)),
        "may_review": found.waiting is not None
        and staff.may(Role.Kind.REVIEWER.value, found.area)
        and found.waiting.proposed_by_id != staff.user.pk,
    }  # fmt: skip
    status = 400 if form.errors else 200
    return render(request, "desk/claims_residence_case.html", context, status=status)


@require_POST
@for_staff(*OFFICERS)
def end(request: HttpRequest, staff: Staff, registration_id: int) -> HttpResponse:
    """End a registration that is in force, with a reason."""
    found = facts.case_for(staff, registration_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Choose a day and write the reason."))
        return redirect("claims:desk_residence_case", registration_id=found.row.pk)
    carry_out(
        request,
        lambda: residence.end_registration(
            registration_id=found.row.pk,
            ends_on=form.cleaned_data["ends_on"],
            note=form.cleaned_data["note"],
            day=staff.day,
            actor=staff.actor,
        ),
        gettext("Ended. The member gets a message."),
    )
    return redirect("claims:desk_residence_case", registration_id=found.row.pk)


@require_POST
@for_staff(Role.Kind.REVIEWER.value)
def review(request: HttpRequest, staff: Staff, registration_id: int) -> HttpResponse:
    """Decide on a back-dated approval that another person has proposed."""
    found = facts.case_for(staff, registration_id)
    change = found.waiting
    if change is None:
        messages.error(request, gettext("Nothing waits here any more."))
    elif "approve" in request.POST:
        carry_out(
            request,
            lambda: changes.approve(change_id=change.pk, by=staff.user, day=staff.day),
            gettext("Approved. The member gets a message."),
        )
    else:
        note = request.POST.get("note", "").strip()[:400]
        if not note:
            messages.error(request, gettext("Write why it is refused."))
        else:
            carry_out(
                request,
                lambda: changes.refuse_change(
                    change_id=change.pk, by=staff.user, day=staff.day, note=note
                ),
                gettext("Refused. Everything is as it was; the application still waits."),
            )
    return redirect("claims:desk_residence_case", registration_id=registration_id)


@require_POST
@for_staff(*OFFICERS)
def several(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what a decision on several would do; done once it is confirmed."""
    form = ManyForm(request.POST)
    rows = _chosen(request, staff)
    if not rows:
        messages.error(request, gettext("Tick the applications first."))
        return redirect("claims:desk_residence")
    if not form.is_valid() or "confirm" not in request.POST:
        return _preview(request, staff, form, rows)
    done, refused = 0, []
    for row in rows:
        answer = _decide_one(staff, row, form, _seen(request, row))
        if isinstance(answer, Refusal):
            refused.append(f"{row.person.name}: {refusal_words(answer)}")
        else:
            done += 1
    if done:
        text = ngettext("%(number)d is decided.", "%(number)d are decided.", done)
        messages.success(request, text % {"number": done})
    for words in refused:
        messages.error(request, words)
    return redirect("claims:desk_residence")


def _preview(
    request: HttpRequest, staff: Staff, form: ManyForm, rows: list[Registration]
) -> HttpResponse:
    book = current_book()
    areas, papers = facts.areas_of(rows), facts.papers_counted(rows)
    paid, payers = facts.standing_of(rows, staff.day), facts.payers_of(rows, staff.day)
    action = form.cleaned_data.get("action") if form.is_valid() else None
    context = {
        "form": form,
        "action": action,
        "rows": [
            {
                "row": row,
                "from": area_name(book, areas.get(row.person_id, "")),
                "to": area_name(book, row.area),
                "papers": papers.get(row.pk, 0),
                "paid": paid.get(row.person_id),
                "pays_by_month": row.person_id in payers,
                "begins": max(row.wished_from or staff.day, staff.day),
                "is_early": row.wished_from is not None and row.wished_from < staff.day,
                "seen": row.seen,  # type: ignore[attr-defined]
            }
            for row in rows
        ],
    }
    status = 400 if form.errors else 200
    return render(request, "desk/claims_residence_several.html", context, status=status)


def _chosen(request: HttpRequest, staff: Staff) -> list[Registration]:
    ids = [int(text) for text in request.POST.getlist("row") if text.isdecimal()][:MOST_AT_ONCE]
    found = facts.queue(staff, {"state": "all"}).filter(pk__in=ids, state__in=residence.OPEN)
    return list(found.order_by("applied_on", "pk"))


def _seen(request: HttpRequest, row: Registration) -> int:
    text = request.POST.get(f"seen-{row.pk}", "")
    return int(text) if text.isdecimal() else -1


def _decide_one(
    staff: Staff, row: Registration, form: ManyForm, seen: int
) -> Registration | Refusal:
    given = form.cleaned_data
    told: dict[str, Any] = {
        "registration_id": row.pk,
        "day": staff.day,
        "actor": staff.actor,
        "note": given["note"],
        "seen": seen,
    }
    if given["action"] == "approve":
        begins_on = max(row.wished_from or staff.day, staff.day)
        return residence.approve_residence(begins_on=begins_on, **told)
    if given["action"] == "ask":
        return residence.ask_about_residence(**told)
    return residence.refuse_residence(**told)


def _decide(request: HttpRequest, staff: Staff, row: Registration, form: DecideForm) -> bool:
    given = form.cleaned_data
    told: dict[str, Any] = {
        "registration_id": row.pk,
        "day": staff.day,
        "note": given["note"],
        "seen": given["seen"],
    }
    if given["action"] == "ask":
        return carry_out(
            request,
            lambda: residence.ask_about_residence(actor=staff.actor, **told),
            gettext("Asked. The member gets a message, and keeps the place in the queue."),
        )
    if given["action"] == "refuse":
        return carry_out(
            request,
            lambda: residence.refuse_residence(actor=staff.actor, **told),
            gettext("Refused. The member reads the reason."),
        )
    begins_on = given["begins_on"]
    if begins_on < staff.day:
        return carry_out(
            request,
            lambda: propose_back_dated(begins_on=begins_on, by=staff.user, **told),
            gettext("Proposed. It waits for a reviewer, because the day is over."),
        )
    return carry_out(
        request,
        lambda: residence.approve_residence(begins_on=begins_on, actor=staff.actor, **told),
        gettext("Approved. The member gets a message."),
    )


def _record_look(staff: Staff, found: facts.Case) -> None:
    look(
        actor=staff.actor,
        day=staff.day,
        area=found.area,
        subject_id=found.person.pk,
        record=f"registration:{found.row.pk}",
        purpose=gettext("to decide on the application %(number)s") % {"number": found.row.number},
    )
