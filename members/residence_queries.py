"""Reads of one's own registrations elsewhere: fetching one is the check that it may be seen."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from .models import Person, Registration
from .residence import OPEN


def registrations_of(person: Person) -> list[Registration]:
    """Return a person's registrations, newest first."""
    return list(Registration.objects.filter(person=person).order_by("-pk"))


def registration_for(person: Person, registration_id: int) -> Registration:
    """Return a registration of this person. Raises Http404."""
    return get_object_or_404(Registration, pk=registration_id, person=person)


def open_registration_for(person: Person, registration_id: int) -> Registration:
    """Return an application of this person that is not decided. Raises Http404."""
    return get_object_or_404(Registration, pk=registration_id, person=person, state__in=OPEN)
