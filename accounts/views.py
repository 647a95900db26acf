"""The personal account: what is in it, and each year's movements as one book."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.gate import for_members
from members.models import Person

from . import queries, words
from .ledger import NIL
from .words import Line


@require_safe
@for_members
def movements(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the balances and a year's movements, month by month, with the balance behind each."""
    today = timezone.localdate()
    account = queries.account_of(person.pk)
    if account is None:
        return render(request, "accounts/none.html", words.missing_account(person, today))
    years = queries.years_of(account) or [today.year]
    year = _wished_year(request, years)
    found = queries.movements_of(account, year)
    context = {
        "balance": queries.balance_on(account, today),
        "today": today,
        "year": year,
        "years": years,
        "months": by_month(words.lines_of(found, reader_id=person.pk)),
        "is_frozen": account.frozen_on is not None,
    }
    return render(request, "accounts/movements.html", context)


def by_month(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Gather movements (newest first) by month, as `components/ledger.html` draws them."""
    months: list[dict[str, Any]] = []
    for line in lines:
        first = line.day.replace(day=1)
        if not months or months[-1]["first"] != first:
            months.append({"first": first, "moves": [], "money_in": NIL, "money_out": NIL})
        entry = months[-1]
        entry["moves"].append(line)
        entry["money_in" if line.amount > 0 else "money_out"] += abs(Decimal(line.amount))
    return months


def _wished_year(request: HttpRequest, years: list[int]) -> int:
    text = request.GET.get("year", str(years[0]))
    if not text.isascii() or not text.isdigit() or int(text) not in years:
        raise Http404
    return int(text)
