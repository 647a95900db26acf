"""What of this room needs a person: gathered by the home page."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from policy.queries import current_book

from .models import Person, Registration
from .residence_words import area_name


def needs_of(person: Person, day: date) -> list[dict[str, str]]:
    """Return what waits for this person, as `components/tasks.html` shows it."""
    asked = Registration.objects.filter(person=person, state=Registration.State.ASKED)
    book = current_book()
    return [
        {
            "url": reverse("members:residence_correct", args=[row.pk]),
            "title": gettext("Your registration in %(place)s waits for you")
            % {"place": area_name(book, row.area)},
            "note": row.note,
        }
        for row in asked
    ]
