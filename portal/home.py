"""What the home page gathers: the balance, the year so far, what moved, who pays for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext

from accounts import queries as accounts
from accounts.words import lines_of, missing_account
from claims.own import DeductibleLeft, YearProgress, year_progress
from families import needs as family_needs
from families import queries as families
from families import words as family_words
from families.relatives import Family, family_of
from members import needs as member_needs
from members import queries as members
from members.models import Enrolment, Person
from policy.book import Book
from policy.queries import current_book
from record.prepared import prepared

MOVES_SHOWN = 3
#: Until which hour of the day which greeting is said.
_NOON, _EVENING = 12, 18


def home_context(*, person: Person, now: datetime) -> dict[str, Any]:
    """Return everything that the home page of a person shows."""
    local = timezone.localtime(now)
    today = local.date()
    book = current_book()
    place = members.enrolment_on(person.pk, today)
    account = accounts.account_of(person.pk)
    family = family_of(person, day=today)
    context: dict[str, Any] = {
        "greeting": _greeting(person, local.hour),
        "today": today,
        "has_left": members.has_left(person, today),
        "needs": _needs(person, today, family=family, place=place, book=book),
        "given": family_words.people_of(family.given, book=book),
    }
    if account is None:
        context["none"] = missing_account(person, today)
    else:
        moved = accounts.latest_movements_of(account, MOVES_SHOWN)
        context |= {
            "balance": accounts.balance_on(account, today),
            "moves": lines_of(moved, reader_id=person.pk),
            "is_frozen": account.frozen_on is not None,
            "links": [
                *_code_link(shown=place is not None and not members.has_left(person, today)),
                {"url": reverse("accounts:movements"), "text": gettext("See all movements")},
                {"url": reverse("accounts:interest"), "text": gettext("How interest is reckoned")},
            ],
        }
    if place is not None:
        payers = families.in_order(
            authorizers=[(r.person.pk, r.area) for r in family.received if r.area],
            patient_id=person.pk,
            patient_area=place.area,
            day=today,
            book=book,
        )
        progress = year_progress(person=person, place=place, day=today, book=book)
        context |= {
            "place": gettext("insured in %(area)s")
            % {"area": family_words.area_name(book, place.area)},
            "payers": family_words.chain_of(
                payers=payers,
                person=person,
                family=family,
                book=book,
                has_account=account is not None,
            ),
            "is_insured": True,
            "is_resident": place.scheme == Enrolment.Scheme.RESIDENT,
            "progress": progress,
            "example_figures": [gettext("deductible"), gettext("limit of the year")],
            "gauges": _gauges(progress) if progress else [],
        }
        context |= _crew(person, place, family, book, now)
    return context


def _code_link(*, shown: bool) -> list[dict[str, str]]:
    """Return the way to the payment code, for whoever can be treated on it."""
    if not shown:
        return []
    address, text = reverse("families:payment_code"), gettext("Show my payment code")
    return [{"url": address, "text": text, "icon": "qr-code"}]


def _needs(
    person: Person, today: date, *, family: Family, place: Enrolment | None, book: Book
) -> list[Any]:
    """Gather what waits for a person, room by room."""
    if members.has_left(person, today):
        return []
    area = place.area if place else ""
    found: list[Any] = []
    for row in _waiting(person.pk):
        need = member_needs.words_of(*row) or family_needs.words_of(
            *row, person=person, family=family
        )
        found += [need] if need else []
    return found + family_needs.premiums_open(person, today, family=family, area=area, book=book)


@prepared
def _waiting(person: int) -> QuerySet[Any, tuple[str, str, str, str]]:
    """What the rooms have as rows, read at once."""
    return member_needs.rows_of(person).union(family_needs.rows_of(person), all=True)


def _greeting(person: Person, hour: int) -> str:
    if hour < _NOON:
        text = gettext("Good morning, %(name)s")
    elif hour < _EVENING:
        text = gettext("Good afternoon, %(name)s")
    else:
        text = gettext("Good evening, %(name)s")
    return text % {"name": person.name}


def _crew(
    person: Person, place: Enrolment, family: Any, book: Book, now: datetime
) -> dict[str, Any]:
    if not family.given:
        return {}
    seats = family_words.seats_of(
        person=person, family=family, place=place, book=book, day=timezone.localdate(now)
    )
    return {"crew": seats.drawn, "crew_text": family_words.seats_sentence(seats)}


def _gauges(progress: YearProgress) -> list[dict[str, Any]]:
    """Put the year into words with their bars: each deductible, then the cap."""
    gauges = [_deductible(left, alone=len(progress.deductibles) == 1) for left in
              progress.deductibles]  # fmt: skip
    is_open = any(left.left for left in progress.deductibles)
    figures = {"cap": f"{progress.cap:,.2f}", "pooled": f"{progress.pooled:,.2f}"}
    note = gettext("limit of the year %(cap)s, %(pooled)s paid so far") % figures
    if progress.cap_left == 0:
        words: dict[str, Any] = {
            "before": gettext("The limit of this year is reached"),
            "figure": None,
            "after": "",
        }
    else:
        words = {
            "before": pgettext("before: 5,000.00 yuan more this year", "The fund can pay"),
            "figure": progress.cap_left,
            "after": pgettext("after: the fund can pay 5,000.00", "yuan more this year"),
        }
        if is_open and not progress.pooled:
            note = gettext("It pays once the deductible is reached; %(rest)s") % {"rest": note}
    gauges.append(
        {
            **words,
            "value": progress.pooled,
            "limit": progress.cap,
            "label": gettext("How much of the year's limit is used"),
            "note": note,
        }
    )
    return gauges


def _deductible(left: DeductibleLeft, *, alone: bool) -> dict[str, Any]:
    levels = pgettext("between items of a list", ", ").join(str(level) for level in left.levels)
    figures = {"paid": f"{left.paid:,.2f}", "threshold": f"{left.threshold:,.2f}"}
    note = gettext("%(paid)s counted so far, deductible %(threshold)s") % figures
    if not alone:
        note = gettext("at institutions of level %(levels)s: %(rest)s") % {
            "levels": levels,
            "rest": note,
        }
    if left.left == 0:
        words: dict[str, Any] = {
            "before": gettext("The deductible is reached"),
            "figure": None,
            "after": "",
        }
    else:
        words = {
            "before": pgettext("before: 230.00 yuan to the deductible", "Still"),
            "figure": left.left,
            "after": pgettext("after: still 230.00", "yuan to the deductible"),
        }
    return {
        **words,
        "value": left.paid,
        "limit": left.threshold,
        "label": gettext("How much of the deductible is reached"),
        "note": note,
    }
