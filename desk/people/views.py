"""The pages of people."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.changes.proposing import offered
from members import identity
from record.forms import day_field, posted
from record.looking import within
from record.looks import lookers, unmask
from record.models import Role
from record.staffing import Staff, for_staff

from . import opening
from .finding import find, kind_of
from .page import person_context, sees_care
from .timeline import timeline_of

#: Whose work is with persons. Administrators keep roles and lists, and open no records here.
LOOKERS = (
    Role.Kind.CASE_OFFICER.value,
    Role.Kind.REVIEWER.value,
    Role.Kind.FINANCE_CLERK.value,
)
#: Who may need a whole ID number: at a counter, or on a paper.
UNMASKERS = (Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("q")
@for_staff(*LOOKERS, auditor_looks=True)
def people(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Find somebody. What is searched for stands in no address and in no log."""
    wanted = request.POST.get("q", "").strip()[:80]
    context = {"wanted": wanted, "is_searched": request.method == "POST"}
    if request.method == "POST" and kind_of(wanted):
        context["hits"] = find(wanted=wanted, staff=staff)
    return render(request, "desk/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*LOOKERS, auditor_looks=True)
def purpose(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """Ask why a record is opened, and open it."""
    person = opening.person_for(staff, number)
    there = _way_on(request, number)
    if opening.is_open(request, staff=staff, person=person):
        return redirect(there)
    form = opening.PurposeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        opening.open_record(request, staff=staff, person=person, purpose=form.purpose())
        return redirect(there)
    context = {"form": form, "number": number, "next": request.GET.get("next", "")}
    return render(request, "desk/person_purpose.html", context, status=400 if form.errors else 200)


@require_safe
@for_staff(*LOOKERS)
def person(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """Show all of a person, once it was said why."""
    found = opening.person_for(staff, number)
    if not opening.is_open(request, staff=staff, person=found):
        return redirect("desk:person_purpose", number)
    context = person_context(person=found, staff=staff)
    area = context["area"]
    with_care = sees_care(staff, area)
    return render(
        request,
        "desk/person.html",
        {
            **context,
            "timeline": timeline_of(found, with_care=with_care),
            "with_care": with_care,
            "may_unmask": any(staff.may(kind, area) for kind in UNMASKERS),
            "unmask_form": opening.UnmaskForm(),
            "proposals": offered(found, area, staff),
        },
    )


@require_POST
@sensitive_post_parameters()
@for_staff(*UNMASKERS)
def whole_number(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """Show an ID number whole, once, with a reason of its own."""
    found = opening.person_for(staff, number)
    if not opening.is_open(request, staff=staff, person=found):
        return redirect("desk:person_purpose", number)
    form = opening.UnmaskForm(request.POST)
    if not form.is_valid():
        context = {"person": found, "form": form}
        return render(request, "desk/person_unmask.html", context, status=400)
    unmask(
        actor=staff.actor,
        subject_id=found.pk,
        record=f"person:{found.pk}",
        reason=form.cleaned_data["reason"],
        area=opening.area_of(found),
    )
    context = {"person": found, "id_number": identity.unseal(found.id_number_sealed)}
    return render(request, "desk/person_unmask.html", context)


class DayForm(forms.Form):
    """Which day is looked at."""

    day = day_field(gettext_lazy("Day"), required=False)


@require_safe
@for_staff(Role.Kind.ADMINISTRATOR.value)
def looks(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show who looked at records on a day, whoever looked most first."""
    form = DayForm(request.GET or None, initial={"day": staff.day})
    day = (form.cleaned_data["day"] if form.is_valid() else None) or staff.day
    scopes = within(("area",), staff.scopes) | Q(area="")
    context = {
        "form": form,
        "day": day,
        "lookers": lookers(day=day, scopes=scopes),
        "limit": settings.STAFF_LOOKS_A_DAY,
    }
    return render(request, "desk/looks.html", context)


def _way_on(request: HttpRequest, number: str) -> str:
    """Where somebody wanted to go; a page of ours, else the person's page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("desk:person", args=[number])
