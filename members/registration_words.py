"""A registration elsewhere in a few words, for a ticket that is about it."""

from __future__ import annotations

from django.utils.translation import gettext

from policy.saying import place_words

from .about import About
from .models import Person, Registration


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
