"""The rules of an area on a day in words, what is assumed, what runs out, and what differs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_safe

from policy.book import Book, Entry, diff
from policy.book import Change as Difference
from policy.citing import cite, note_of
from policy.figures import FIGURE_KEYS
from policy.models import Figure
from policy.operations import FIGURE, FIGURE_CHANGE
from policy.queries import current_book
from policy.saying import Said, bar_words, class_words, place_words, say
from policy.tariff import NoAccount
from policy.text import DECIDERS, STANDINGS, words_of
from record.looking import covers
from record.models import Change
from record.quotas import limited
from record.staffing import Staff, for_staff

from .forms import CompareForm, PlaceForm, scope_words

#: What ends within so many days is listed as running out (the desk's Today warns then too).
WARNED_DAYS = 90

#: The parts of the page, in order; a key belongs to the first whose word it begins with.
_PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (gettext_lazy("What the pooled fund pays"), ("outpatient", "pooled_total", "counts_to",
     "level_zero", "remote_", "residence_")),
    (gettext_lazy("What the pooled fund leaves out"), ("purposes_never", "classes_", "code_",
     "over_standard", "pooled_categories", "other_benefit", "designation", "outpatient_des",
     "pharmacy_", "excluded_", "stay_", "admission_", "paper_")),
    (gettext_lazy("What is credited"), ("tariff", "no_account", "average_", "age_", "in_force")),
    (gettext_lazy("The personal account"), ("account_", "spending_", "purposes_payable",
     "interest_", "deposit_")),
    (gettext_lazy("The family account"), ("sharing_", "consent_", "cross_area", "family_seats",
     "payer_", "shared_only")),
    (gettext_lazy("Premiums"), ("premium", "family_premiums")),
    (gettext_lazy("Members, and the work of the agency"), ("",)),
)  # fmt: skip
#: Keys that begin like another part's.
_EXACT = {"outpatient_designation_required": 1, "family_premiums": 5}


@require_safe
@for_staff()
def rules(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show all rules of an area on a day in words, each with its clause and document."""
    form, area, day = _place(request, staff)
    book = current_book()
    entries = [said(entry, book) for entry in book.explain(area, day)]
    parts = [
        {"title": title, "entries": [one for one in entries if one["part"] == number]}
        for number, (title, _) in enumerate(_PARTS)
    ]
    context = {
        "form": form,
        "area": area,
        "place": place_words(area),
        "day": day,
        "parts": [part for part in parts if part["entries"]],
        "open": [one for one in entries if one["entry"].value is None],
        "may_propose": bool(staff.scopes_as(*FIGURE_CHANGE.proposers)),
    }
    return render(request, "desk/policy_rules.html", context)


@require_safe
@for_staff()
@limited("preview")
def compare(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what differs between two days or two areas."""
    start = _default_area(staff)
    initial = {
        "area": start,
        "day": staff.day.isoformat(),
        "other_area": start,
        "other_day": staff.day.replace(year=staff.day.year - 1, day=1).isoformat(),
    }
    form = CompareForm({**initial, **{name: request.GET[name] for name in request.GET}})
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        given = form.cleaned_data
        book = current_book()
        before = book.explain(given["other_area"], given["other_day"])
        after = book.explain(given["area"], given["day"])
        context |= {
            "changes": [differing(change, book) for change in diff(before, after)],
            "same": len(after),
            "here": f"{place_words(given['area'])} {given['day'].isoformat()}",
            "there": f"{place_words(given['other_area'])} {given['other_day'].isoformat()}",
        }
    return render(request, "desk/policy_compare.html", context, status=400 if form.errors else 200)


@require_safe
@for_staff()
def assumptions(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show what is assumed for an area, with who may change it, and what runs out."""
    form, area, day = _place(request, staff)
    book = current_book()
    context = {
        "form": form,
        "place": place_words(area),
        "day": day,
        "assumed": [said(entry, book) for entry in book.assumptions(area)],
        "expiring": [
            said(entry, book) | {"is_over": bool(entry.source.ends and entry.source.ends < day)}
            for entry in book.expiring(area, day, WARNED_DAYS)
        ],
        "days": WARNED_DAYS,
    }
    return render(request, "desk/policy_assumptions.html", context)


@require_safe
@for_staff()
def figures(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List the figures that were entered, and those that wait for a second person."""
    entered = Figure.objects.select_related("proposed_by", "approved_by").order_by("-pk")
    waiting = Change.objects.filter(kind=FIGURE, state=Change.State.WAITING).select_related(
        "proposed_by"
    )
    context = {
        "figures": [
            {
                "figure": figure,
                "title": words_of(figure.key).title,
                "place": scope_words(figure.scope),
                "value": say_entered(figure.key, figure.value),
            }
            for figure in entered
        ],
        "waiting": [
            {
                "change": change,
                "title": words_of(change.payload["key"]).title,
                "place": scope_words(change.payload["scope"]),
                "value": say_entered(change.payload["key"], change.payload["value"]),
                "begins": change.payload["begins_on"],
                "may_decide": change.proposed_by_id != staff.user.pk
                and covers(staff.scopes_as(*FIGURE_CHANGE.deciders), change.area),
            }
            for change in waiting
        ],
        "may_propose": bool(staff.scopes_as(*FIGURE_CHANGE.proposers)),
    }
    return render(request, "desk/policy_figures.html", context)


def said(entry: Entry, book: Book) -> dict[str, Any]:
    """Return an entry of the book as the page draws it."""
    chinese = (get_language() or "").startswith("zh")
    source = entry.source
    document = book.documents.get(source.document)
    exact = _EXACT.get(entry.key)
    return {
        "entry": entry,
        "key": entry.key,
        "part": exact if exact is not None else _part_of(entry.key),
        "words": words_of(entry.key),
        "who": _who(entry),
        "value": say(entry.key, entry.value),
        "source": source,
        "cited": cite(source, book.documents, chinese=chinese),
        "document": (document.title if chinese else document.title_en) if document else "",
        "note": note_of(source, chinese=chinese),
        "standing": STANDINGS[source.standing],
        "decider": DECIDERS.get(source.decided_by or ""),
    }


def differing(change: Difference, book: Book) -> dict[str, Any]:
    """Return what differs as the page draws it."""
    before = said(change.before, book) if change.before else None
    after = said(change.after, book) if change.after else None
    return {
        "words": words_of(change.key),
        "who": (after or before or {}).get("who", ""),
        "before": before,
        "after": after,
    }


def _who(entry: Entry) -> str:
    kind, dot, name = entry.key.partition(".")
    if kind == "no_account" and isinstance(entry.value, NoAccount):
        return bar_words(entry.value)
    return class_words(name) if kind == "tariff" and dot else ""


def _part_of(key: str) -> int:
    return next(
        number
        for number, (_, starts) in enumerate(_PARTS)
        if any(key.startswith(start) for start in starts)
    )


def say_entered(key: str, value: Any) -> Said:
    """Return an entered value in words: it is read as the book reads it."""
    read = FIGURE_KEYS[key].read(value)
    if key != "premium_amount":
        return say(key, read)
    product, amount = read
    title = words_of(f"premiums.{product}").title
    return Said(f"{title}{gettext(', ')}{say(key, amount).text}")


def _place(request: HttpRequest, staff: Staff) -> tuple[PlaceForm, str, date]:
    """Return the area and the day that are asked for; what makes no sense is the reader's today."""
    initial = {"area": _default_area(staff), "day": staff.day.isoformat()}
    form = PlaceForm({**initial, **{name: request.GET[name] for name in request.GET}})
    if not form.is_valid():
        return form, initial["area"], staff.day
    return form, form.cleaned_data["area"], form.cleaned_data["day"]


def _default_area(staff: Staff) -> str:
    """Return the first area that the reader has a role for."""
    return next(
        (code for code in sorted(current_book().areas) if staff.covers(code)),
        next(iter(sorted(current_book().areas))),
    )
