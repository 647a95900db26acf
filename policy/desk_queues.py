"""What worries at the desk in this room: figures that are open, and rules that run out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from record.models import Role
from record.staffing import AUDITOR, Alarm, Staff

from .book import Book
from .queries import current_book
from .saying import place_words
from .text import words_of

CLERKS = (Role.Kind.POLICY_CLERK.value, AUDITOR)
#: So long before its last day a rule that nothing follows is told of.
DAYS_AHEAD = 90
#: So many places are named in a line.
NAMED = 3


def alarms(staff: Staff) -> list[Alarm]:
    """Return the open figures and the rules that run out, one line for all areas they concern."""
    scopes = staff.scopes_as(*CLERKS)
    if not scopes:
        return []
    book = current_book()
    areas = [code for code in sorted(book.areas) if code in scopes or code[:2] in scopes]
    return [*_running_out(book, areas, staff.day), *_open(book, areas, staff.day)]


def _open(book: Book, areas: Iterable[str], day: date) -> list[Alarm]:
    found: dict[str, list[str]] = {}
    for area in areas:
        for entry in book.explain(area, day):
            if entry.source.standing == "open":
                found.setdefault(entry.key, []).append(area)
    return [
        Alarm(
            gettext("Open, and needed: %(key)s (%(places)s)")
            % {"key": str(words_of(key).title), "places": _places(where)},
            reverse("policy:desk_assumptions"),
        )
        for key, where in found.items()
    ]


def _running_out(book: Book, areas: Iterable[str], day: date) -> list[Alarm]:
    found: dict[date, list[str]] = {}
    for area in areas:
        for entry in book.expiring(area, day, DAYS_AHEAD):
            assert entry.source.ends is not None, "what expires has a last day"
            places = found.setdefault(entry.source.ends, [])
            if area not in places:
                places.append(area)
    return [
        Alarm(
            (
                gettext("Rules ran out on %(day)s with nothing in their place (%(places)s)")
                if ends < day
                else gettext("Rules run out on %(day)s with nothing after them (%(places)s)")
            )
            % {"day": ends.isoformat(), "places": _places(where)},
            reverse("policy:desk_rules"),
            is_grave=ends < day,
        )
        for ends, where in sorted(found.items())
    ]


def _places(areas: list[str]) -> str:
    named = gettext(", ").join(place_words(area) for area in areas[:NAMED])
    if len(areas) > NAMED:
        named += gettext(" and %(number)d more") % {"number": len(areas) - NAMED}
    return named
