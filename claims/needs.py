"""What of this room needs a person: gathered by the home page."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from members.models import Person

from .models import PaperBill


def needs_of(person: Person, day: date) -> list[dict[str, str]]:
    """Return what waits for this person, as `components/tasks.html` shows it."""
    asked = PaperBill.objects.filter(person=person, state=PaperBill.State.ASKED)
    return [
        {
            "url": reverse("claims:bill_correct", args=[row.pk]),
            "title": gettext("Your bill of %(institution)s waits for you")
            % {"institution": row.institution_name},
            "note": row.note,
        }
        for row in asked
    ]
