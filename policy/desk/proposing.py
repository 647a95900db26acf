"""Proposing a figure: which and for where, its value and document, what it would touch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from policy.book import Book, EnteredFigure, PolicyError, load_book
from policy.figures import FIGURE_KEYS
from policy.operations import FIGURE_CHANGE, InvalidFigure, propose_figure
from policy.previewing import Outlook, outlook
from policy.queries import current_book
from policy.saying import place_words
from policy.text import words_of
from policy.touching import touched
from policy.values import NATIONAL
from record.deciding import refusal_words
from record.models import Change
from record.outcome import Refusal
from record.quotas import QUOTAS, is_over
from record.staffing import Staff, for_staff

from .forms import VALUE_FORMS, SourceForm, ValueForm, WhichForm, scope_words
from .rules import differing, said, say_entered

_PROPOSERS = tuple(sorted(FIGURE_CHANGE.proposers))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff(*_PROPOSERS)
def propose(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Lead through the steps; nothing is kept before the last one."""
    scopes = _scopes(staff)
    asked = request.POST if request.method == "POST" else request.GET
    which = WhichForm(asked if "key" in asked else None, scopes=scopes, initial={"scope": None})
    if not which.is_bound or not which.is_valid():
        context = {"which": which, "may_propose": bool(scopes), "step": 1, "steps": _steps()}
        status = 400 if which.errors else 200
        return render(request, "desk/policy_propose_which.html", context, status=status)
    key, scope = which.cleaned_data["key"], which.cleaned_data["scope"]
    posted = request.POST if request.method == "POST" else None
    value = VALUE_FORMS[key](posted)
    source = SourceForm(
        posted, dated=FIGURE_KEYS[key].dated, initial={"begins_on": staff.day.replace(day=1)}
    )
    context = {
        "key": key,
        "scope": scope,
        "place": scope_words(scope),
        "words": words_of(key),
        "value": value,
        "source": source,
        "step": 2,
        "steps": _steps(),
        "present": _present(key, scope, staff),
    }
    if posted is None:
        return render(request, "desk/policy_propose.html", context)
    if not (value.is_valid() and source.is_valid()) or posted.get("step") == "back":
        status = 400 if value.errors or source.errors else 200
        return render(request, "desk/policy_propose.html", context, status=status)
    if posted.get("step") == "propose":
        change = _propose(key, scope, value, source, staff)
        if isinstance(change, Change):
            messages.success(request, gettext("Proposed. Another person decides it."))
            return redirect("policy:desk_figures")
        context["refused"] = change
    return _look(request, staff, context, value, source)


def _look(
    request: HttpRequest,
    staff: Staff,
    context: dict[str, Any],
    value: ValueForm,
    source: SourceForm,
) -> HttpResponse:
    """Show what the figure would change, and what has waited for it."""
    if is_over("preview", user_id=int(staff.user.pk)):
        return render(request, "desk/too_often.html", {"quota": QUOTAS["preview"]}, status=429)
    given = source.cleaned_data
    figure = EnteredFigure(
        id=0,
        scope=context["scope"],
        key=context["key"],
        value=value.value(),
        begins=given["begins_on"],
        ends=given["ends_on"],
        document_title=given["document_title"],
        document_number=given["document_number"],
        document_date=given["document_date"],
        example=given["example"],
    )
    try:
        found = outlook(figure, day=staff.day)
    except PolicyError as error:
        context["refused"] = [problem.reason for problem in error.problems]
        return render(request, "desk/policy_propose.html", context, status=400)
    book = current_book()
    context |= {
        "step": 3,
        "said": say_entered(figure.key, figure.value),
        "given": given,
        "outlook": found,
        "effects": _effects(found, book),
        "untouched": [place_words(area) for area in found.untouched],
        "touched": touched(found.areas, figure.key, figure.begins),
        "kept": [
            (name, text)
            for name, texts in request.POST.lists()
            for text in texts
            if name not in {"csrfmiddlewaretoken", "step"}
        ],
    }
    status = 409 if "refused" in context else 200
    return render(request, "desk/policy_propose_look.html", context, status=status)


def _effects(found: Outlook, book: Book) -> list[dict[str, Any]]:
    return [
        {
            "areas": [place_words(area) for area in effect.areas],
            "changes": [differing(change, book) for change in effect.changes],
        }
        for effect in found.effects
    ]


def _propose(
    key: str, scope: str, value: ValueForm, source: SourceForm, staff: Staff
) -> Change | list[str]:
    """Propose the figure, or say why it cannot be."""
    try:
        answer = propose_figure(
            scope=scope,
            key=key,
            value=value.value(),
            **source.cleaned_data,
            by=staff.user,
            day=staff.day,
        )
    except InvalidFigure as error:
        return error.problems
    return [refusal_words(answer)] if isinstance(answer, Refusal) else answer


def _present(key: str, scope: str, staff: Staff) -> dict[str, Any] | None:
    """Return what holds today where the figure is for, of the first area of its scope."""
    book = current_book()
    area = next((code for code in sorted(book.areas) if scope in (code, code[:2], NATIONAL)), None)
    if area is None or key == "premium_amount":
        return None
    entry = next((one for one in book.explain(area, staff.day) if one.key == key), None)
    return said(entry, book) if entry else None


def _scopes(staff: Staff) -> list[str]:
    """Return the scopes for which somebody may propose: their own, and the areas inside them."""
    own = staff.scopes_as(*_PROPOSERS)
    areas = load_book().areas
    inside = {code for code in areas if code[:2] in own}
    return sorted(own | inside, key=lambda scope: (len(scope), scope))


def _steps() -> list[str]:
    return [gettext("Which figure"), gettext("Value and document"), gettext("What it touches")]
