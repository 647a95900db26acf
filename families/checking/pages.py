"""The member's page of the after-check: whether a binding of their account is right."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from families.needs import was_looked_at
from families.relatives import as_relatives
from members.gate import for_members
from members.models import Person
from policy.words import words_for
from record.operations import Actor
from record.outcome import Refusal

from . import operations, queries
from .forms import RIGHT, AnswerForm


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def check(request: HttpRequest, person: Person, check_id: int) -> HttpResponse:
    """Ask whether a binding is right; before a wrong one ends, ask once more."""
    found = queries.check_for(person, check_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    given = form.is_bound and form.is_valid()
    if given and not form.is_to_be_asked_twice:
        return _answer(request, person, check_id, form)
    if request.method == "GET":
        was_looked_at(person, check=found.pk)
    (relative,) = as_relatives([found.binding], person)
    context = {
        "check": found,
        "relative": relative,
        "form": form,
        "is_open": not found.answer and found.closed_on is None and not found.binding.ended_on,
        "is_asked_twice": given,
    }
    status = 400 if form.errors else 200
    return render(request, "families/check.html", context, status=status)


def _answer(request: HttpRequest, person: Person, check_id: int, form: AnswerForm) -> HttpResponse:
    right = form.cleaned_data["said"] == RIGHT
    done = operations.answer(
        check_id=check_id,
        person_id=person.pk,
        right=right,
        note=form.cleaned_data["note"],
        day=timezone.localdate(),
        actor=Actor.of(request.user),
    )
    if isinstance(done, Refusal):
        messages.error(request, str(words_for(done)))
    elif right:
        messages.success(request, gettext("Thank you. Nothing changes."))
    else:
        messages.success(
            request,
            gettext(
                "Thank you. The binding has ended: your account pays nothing more for this person."
                " We look into it."
            ),
        )
    return redirect("families:family")
