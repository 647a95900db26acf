"""Finding a designated institution, without signing in."""

from __future__ import annotations

import re
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from families.words import area_name
from policy.book import Book, load_book

from .models import InstitutionTerm
from .register import designated
from .register_forms import FindForm

INSTITUTIONS_A_PAGE = 20


@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    """List the designated institutions that fit the question, some on a page."""
    form = FindForm(request.GET or {})
    if not form.is_valid():
        return render(request, "claims/institutions.html", {"form": form}, status=400)
    found = designated(form.wanted(), day=timezone.localdate())
    page = Paginator(found, INSTITUTIONS_A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "rows": [_row(term, load_book()) for term in page],
        "query": asked.urlencode(),
        "is_asked": any(asked.values()),
    }
    return render(request, "claims/institutions.html", context)


def _row(term: InstitutionTerm, book: Book) -> dict[str, Any]:
    return {
        "institution": term.institution,
        "area": area_name(book, term.institution.area),
        "level": term.level,
        "outpatient": term.outpatient,
        "networked": term.networked,
        # What a phone can dial: the first number, without blanks or brackets.
        "dial": re.sub(r"[^0-9+]", "", re.split(r"[,;/、，；]", term.institution.phone)[0]),
    }
