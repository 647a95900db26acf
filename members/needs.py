"""What of this room needs a person: gathered by the home page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext

from policy.queries import current_book

from .models import Person, Registration, Ticket
from .residence_words import area_name

_ASKED, _ANSWERED = "asked", "answered"


def needs_of(person: Person, day: date) -> list[dict[str, str]]:
    """Return what waits for this person, as `components/tasks.html` shows it; in one query."""
    return [need for row in rows_of(person) if (need := words_of(*row))]


def rows_of(person: Person | int) -> QuerySet[Any, Any]:
    """Return what waits for this person as rows that another room's can be joined to.

    Four texts each: what it is, its key, what it is about, and a note (`as_rows`).
    """
    asked = Registration.objects.filter(person=person, state=Registration.State.ASKED)
    answered = Ticket.objects.filter(person=person, state=Ticket.State.ANSWERED, seen_at=None)
    return as_rows(asked, _ASKED, key=Cast("pk", TextField()), about="area", note="note").union(
        as_rows(answered, _ANSWERED, key=F("number"), about="about_kind", note="kind"), all=True
    )


def as_rows(
    rows: QuerySet[Any], what: str, *, key: Any, about: str, note: str
) -> QuerySet[Any, Any]:
    """Return rows of any table with the four columns that a union of them needs."""
    named: QuerySet[Any] = rows.order_by().annotate(
        need=Value(what, TextField()), need_key=key, need_note=Cast(note, TextField())
    )
    return named.values_list("need", "need_key", about, "need_note")


def words_of(what: str, key: str, about: str, note: str) -> dict[str, str] | None:
    """Put one of these rows into words; None for a row of another room."""
    if what not in (_ASKED, _ANSWERED):
        return None
    if what == _ANSWERED:
        return {
            "url": reverse("members:ticket", args=[key]),
            "title": gettext("Your objection has been answered")
            if note == Ticket.Kind.OBJECTION
            else gettext("Your question has been answered"),
            "note": gettext("Read the answer"),
        }
    return {
        "url": reverse("members:residence_correct", args=[key]),
        "title": gettext("Your registration in %(place)s waits for you")
        % {"place": area_name(current_book(), about)},
        "note": note,
    }
