"""A registration elsewhere in a few words: for a ticket about it, for who decides as the second."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext, gettext_lazy

from policy.saying import place_words
from record.change_words import Fact, register_words
from record.models import Change

from .about import About
from .models import Person, Registration
from .residence import BACK_DATED


def about_registration(person: Person, key: str) -> About | None:
    """Return what a registration's id means to a person, or None where it is not theirs."""
    if not (key.isascii() and key.isdigit()):
        return None
    found = Registration.objects.filter(person=person, pk=int(key)).first()
    if found is None:
        return None
    title = gettext("registration in %(area)s, applied for on %(day)s") % {
        "area": place_words(found.area),
        "day": found.applied_on.isoformat(),
    }
    return About(title=title)


def _facts(change: Change) -> list[Fact]:
    begins_on = Fact(
        gettext("To hold from"),
        date.fromisoformat(change.payload["begins_on"]).isoformat(),
        gettext("a day that is over"),
    )
    row = Registration.objects.filter(pk=change.payload["registration"]).first()
    if row is None:
        return [begins_on]
    return [
        Fact(gettext("Number"), row.number),
        Fact(gettext("Kind"), row.get_kind_display()),
        Fact(gettext("Lives in"), place_words(row.area)),
        begins_on,
    ]


def register_change_words() -> None:
    """Say what a back-dated approval is called where changes wait, and what it would do."""
    register_words(BACK_DATED, title=gettext_lazy("Living elsewhere, back-dated"), facts=_facts)
