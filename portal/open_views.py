"""The pages that anybody may open without signing in: what would I pay, the rules, the help."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from families.words import area_choices
from policy.book import Book
from policy.queries import current_book
from portal.answers import CHAPTERS
from portal.area_rules import rules_context
from portal.calculating import answer
from portal.calculator_forms import CalculatorForm
from portal.calculator_page import page_of
from portal.my_figures import my_figures
from portal.rules_forms import RulesForm


@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """Work out what a visit would cost at each level; the address holds the whole question."""
    book, today = current_book(), timezone.localdate()
    if "bill" not in request.GET:
        mine = my_figures(request.user, today=today)
        initial = {"who": "active", "place": "home"} | mine | _given(request, book, today)
        form = CalculatorForm(initial=initial, book=book, today=today)
        response = render(request, "portal/calculator.html", {"form": form, "is_mine": bool(mine)})
        if mine:
            response["Cache-Control"] = "no-store"
        return response
    form = CalculatorForm(request.GET, book=book, today=today)
    if not form.is_valid():
        return render(request, "portal/calculator.html", {"form": form}, status=400)
    found = answer(form.question(), book=book)
    context: dict[str, Any] = {"form": form, "is_asked": True}
    if found is not None:
        context |= {"examples": found.examples, **page_of(found, book=book)}
    return render(request, "portal/calculator.html", context)


def _given(request: HttpRequest, book: Book, today: date) -> dict[str, str]:
    """Return what an address says already, for a form that is not asked yet."""
    known = CalculatorForm(book=book, today=today).fields
    return {name: value for name, value in request.GET.dict().items() if name in known}


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show the rules of an area on a day, alone or beside another area or day."""
    book, today = current_book(), timezone.localdate()
    asked: dict[str, Any] = request.GET.dict()
    if not asked.get("area"):
        mine = my_figures(request.user, today=today)
        asked["area"] = str(mine.get("area", area_choices(book)[0][0]))
    form = RulesForm(asked, book=book, today=today)
    if not form.is_valid():
        return render(request, "portal/rules.html", {"form": form}, status=400)
    context = rules_context(
        side=form.side(),
        other=form.other_side(),
        only_changes=not form.cleaned_data["everything"],
        book=book,
    )
    return render(request, "portal/rules.html", {"form": form, **context})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Answer what people ask most, without any figure that an area could change."""
    return render(request, "portal/help.html", {"chapters": CHAPTERS})
