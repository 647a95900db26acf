"""The personal account: what is in it, each year's movements as one book, and its interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from members.gate import for_members
from members.models import Person
from policy.queries import current_book
from record import documents
from record.answers import as_download
from record.models import Document
from record.operations import Actor
from record.quotas import enough_for_this_hour, enough_for_today, is_over

from . import kinds, queries, words
from .earning import year_earned, years_earning
from .earning_words import earned_in_words
from .forms import ALL, IN, OUT, FilterForm
from .ledger import NIL
from .models import LedgerAccount
from .queries import Movement
from .statements import issue_statement, movements_csv
from .words import Line

#: A book of more lines shows its newest months first, and the rest on a click.
LINES_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Wished:
    """What of an account somebody asked for: the year's movements, and the chosen ones."""

    form: FilterForm
    year: int
    kind: str
    all_of_year: list[Movement]
    chosen: list[Movement]

    @property
    def query(self) -> str:
        """Return the choice as it stands in an address."""
        return urlencode({"year": str(self.year), "kind": self.kind})


@require_safe
@for_members
def movements(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the balances, a year's movements month by month, and what they add up to."""
    today = timezone.localdate()
    account = queries.account_of(person.pk)
    if account is None:
        return render(request, "accounts/none.html", words.missing_account(person, today))
    wished = _wished(request, account)
    shown = _newest_months(wished.chosen) if "whole" not in request.GET else wished.chosen
    lines = words.lines_of(shown, reader_id=person.pk)
    is_asking = "ask" in request.GET
    if is_asking:
        lines = [
            replace(line, url=words.ask_address(movement))
            for line, movement in zip(lines, shown, strict=True)
        ]
    interest_year = next((y for y in years_earning(account, today=today) if y < today.year), None)
    context = {
        "balance": queries.balance_on(account, today),
        "today": today,
        "year": wished.year,
        "kind": wished.kind,
        "form": wished.form,
        "query": wished.query,
        "months": by_month(lines),
        "more": len(wished.chosen) - len(shown),
        "count": len(wished.chosen),
        "is_asking": is_asking,
        "picture": _picture(wished.all_of_year, wished.year),
        "interest_year": interest_year or today.year,
        "is_frozen": account.frozen_on is not None,
    }
    return render(request, "accounts/movements.html", context)


@require_safe
@for_members
def movements_file(request: HttpRequest, person: Person) -> HttpResponse:
    """Hand out the chosen movements as a CSV file, so many times an hour."""
    account = _account_or_404(person)
    if is_over("movements", user_id=int(request.user.pk or 0)):
        return enough_for_this_hour(request, "movements", back=reverse("accounts:movements"))
    wished = _wished(request, account)
    content = movements_csv(wished.chosen, reader_id=person.pk)
    return as_download(content, name=f"account-{wished.year}.csv", content_type="text/csv")


@require_POST
@for_members
def statement(request: HttpRequest, person: Person) -> HttpResponse:
    """Hand out the statement of a year as a PDF file with a number that can be verified."""
    account = _account_or_404(person)
    year = _known_year(request.POST.get("year", ""), queries.years_of(account))
    today = timezone.localdate()
    had = documents.issued_today(person_id=person.pk, kinds=(Document.Kind.STATEMENT,), day=today)
    if had >= settings.DOCUMENTS_A_DAY:
        return enough_for_today(request, had=had, back=reverse("accounts:movements"))
    issued = issue_statement(
        person=person,
        account=account,
        year=year,
        day=today,
        book=current_book(),
        actor=Actor(name=person.name, user_id=request.user.pk),
    )
    name = f"statement-{year}-{issued.number}.pdf"
    return as_download(issued.pdf, name=name, content_type="application/pdf")


@require_safe
@for_members
def interest(request: HttpRequest, person: Person) -> HttpResponse:
    """Explain a year's interest: the balances day by day, the rates, the sum and its rounding."""
    today = timezone.localdate()
    account = _account_or_404(person)
    years = years_earning(account, today=today)
    closed = [year for year in years if year <= account.closed_through]
    asked = request.GET.get("year", str((closed or years)[0] if years else ""))
    year = _known_year(asked, years)
    book = current_book()
    earned = year_earned(account, year=year, today=today, book=book)
    context = {
        "earned": earned,
        "words": earned_in_words(earned, book=book, area=account.area),
        "year": year,
        "years": years,
        "is_over": year < today.year,
    }
    return render(request, "accounts/interest.html", context)


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


def _wished(request: HttpRequest, account: LedgerAccount) -> Wished:
    """Read the choice; a year without movements or an unknown kind is not found."""
    years = queries.years_of(account) or [timezone.localdate().year]
    year = _known_year(request.GET.get("year", str(years[0])), years)
    form = FilterForm({"year": year, "kind": request.GET.get("kind", ALL)}, years=years)
    if not form.is_valid():
        raise Http404
    kind = form.cleaned_data["kind"]
    found = queries.movements_of(account, year)
    return Wished(
        form=form,
        year=year,
        kind=kind,
        all_of_year=found,
        chosen=[movement for movement in found if _is_chosen(movement, kind)],
    )


def _is_chosen(movement: Movement, kind: str) -> bool:
    if kind == IN:
        return movement.amount > 0
    if kind == OUT:
        return movement.amount < 0
    return kind in (ALL, kinds.kind_of(movement))


def _newest_months(chosen: list[Movement]) -> list[Movement]:
    """Return the newest movements, whole months of them, about as many as a page may show."""
    if len(chosen) <= LINES_SHOWN + LINES_SHOWN // 2:
        return chosen
    last = chosen[LINES_SHOWN - 1].day.replace(day=1)
    return [movement for movement in chosen if movement.day >= last]


#: What a kind of movement is drawn as.
_DRAWN = {
    kinds.CREDIT: "credit",
    kinds.INTEREST: "interest",
    kinds.OWN: "self",
    kinds.SHARED: "kin",
    kinds.PREMIUM: "other",
    kinds.OTHER: "rail",
}


def _picture(found: Sequence[Movement], year: int) -> dict[str, Any]:
    """Return a year as `components/year.html` draws it, with the tables of the same figures."""
    months = kinds.months_of(found, year)
    totals = kinds.total_by_kind(months)
    return {
        "months": [
            {
                "number": month.first.month,
                "first": month.first,
                "up": [(_DRAWN[k], a) for k, a in month.by_kind.items() if a > 0],
                "down": [(_DRAWN[k], -a) for k, a in month.by_kind.items() if a < 0],
                "money_in": month.money_in,
                "money_out": month.money_out,
            }
            for month in months
        ],
        "totals": [
            {"kind": _DRAWN[kind], "label": kinds.KINDS[kind], "amount": amount}
            for kind, amount in totals.items()
        ],
        "change": sum(totals.values(), NIL),
    }


def _account_or_404(person: Person) -> LedgerAccount:
    account = queries.account_of(person.pk)
    if account is None:
        raise Http404
    return account


def _known_year(text: str, years: Sequence[int]) -> int:
    if not text.isascii() or not text.isdigit() or int(text) not in years:
        raise Http404
    return int(text)
