"""Opening a record: first why, then for half an hour; a whole ID number by a reason of its own."""

from __future__ import annotations

import time
from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from members.looking import insured_in
from members.models import Enrolment, Person
from record.looks import look
from record.staffing import Staff

#: How long a record stays open with one purpose.
OPEN_SECONDS = 30 * 60
_OPENED = "opened_records"

PURPOSES: Mapping[str, object] = {
    "counter": gettext_lazy("The person is at the counter"),
    "call": gettext_lazy("The person called or wrote"),
    "case": gettext_lazy("A case that I work on"),
    "check": gettext_lazy("A check or an audit"),
    "other": gettext_lazy("Something else"),
}


class PurposeForm(forms.Form):
    """Why somebody opens a record. The person reads it."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why do you open this record?"),
        choices=list(PURPOSES.items()),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Number of the case, or in your words"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("The person can read this, with your name and the time."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, str]:
        """Something else, and a case, need words."""
        given = super().clean() or {}
        if given.get("why") in {"other", "case"} and not given.get("note", "").strip():
            self.add_error("note", gettext("Say which case it is, or what it is for."))
        return given

    def purpose(self) -> str:
        """Return the purpose as the record keeps it, in the portal's language."""
        with translation.override(settings.LANGUAGE_CODE):
            words = str(PURPOSES[self.cleaned_data["why"]])
        note = self.cleaned_data["note"].strip()
        return f"{words}：{note}" if note else words


class UnmaskForm(forms.Form):
    """Why somebody must see an ID number whole."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you need the whole ID number?"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


def person_for(staff: Staff, number: str) -> Person:
    """Return a person insured in the areas of who asks. Raises Http404 for everybody else."""
    people = Person.objects.filter(insured_in("pk", staff.scopes), number=number)
    person = people.first()
    if person is None:
        raise Http404("nobody with this number is insured in the areas of who asks")
    return person


def area_of(person: Person) -> str:
    """Return where a person is insured at present."""
    places = Enrolment.objects.filter(person=person, ends_on=None)
    return places.values_list("area", flat=True).first() or ""


def open_record(request: HttpRequest, *, staff: Staff, person: Person, purpose: str) -> None:
    """Record the look with its purpose, and keep the record open for a while."""
    look(
        actor=staff.actor,
        subject_id=person.pk,
        record=f"person:{person.pk}",
        purpose=purpose,
        area=area_of(person),
        day=staff.day,
    )
    opened = {
        number: until
        for number, until in request.session.get(_OPENED, {}).items()
        if until > time.time()
    }
    request.session[_OPENED] = {**opened, person.number: int(time.time()) + OPEN_SECONDS}


def is_open(request: HttpRequest, *, staff: Staff, person: Person) -> bool:
    """Say whether who asks has said why, not long ago. One's own record needs no reason."""
    if person.user_id == staff.user.pk:
        return True
    until: int = request.session.get(_OPENED, {}).get(person.number, 0)
    return until > time.time()
