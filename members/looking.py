"""Staff pages about persons: whose they may see, what is masked, how an ID number is found."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from record.looking import EVERYWHERE, LookOnlyAdmin, Scopes, within

from . import identity
from .models import Enrolment, Person
from .naming import called, sounding


def number_by_id(id_number: str, scopes: Scopes) -> str | None:
    """Return the member number of who has this ID number and is insured in the scopes."""
    found = Person.objects.filter(id_number_index=identity.index_of(id_number))
    if scopes is not EVERYWHERE:
        found = found.filter(insured_in("pk", scopes))
    return found.values_list("number", flat=True).first()


def persons_called(text: str) -> QuerySet[Person]:
    """Return whose number or sound begins like this, or who has it in the name, by an index."""
    wanted = "".join(text.split())
    if wanted.isdigit():
        return Person.objects.filter(number__startswith=wanted)
    if wanted.isascii():
        return sounding(Person.objects.all(), wanted)
    return called(Person.objects.all(), wanted)


def insured_in(person: str, scopes: frozenset[str]) -> Exists:
    """Return the condition that a row's person is insured in one of the scopes at present."""
    places = Enrolment.objects.filter(person=OuterRef(person), ends_on=None)
    return Exists(places.filter(within(("area",), scopes)))


def mask_phone(phone: str) -> str:
    """Return a phone number as lists show it: its first three and its last two digits."""
    return f"{phone[:3]}{'*' * max(len(phone) - 5, 0)}{phone[-2:]}" if len(phone) > 5 else ""


def mask_account(sealed: Any) -> str:
    """Return the last four digits of a sealed bank account."""
    return f"**** {identity.unseal(sealed)[-4:]}" if sealed else ""


class PersonScopedAdmin(LookOnlyAdmin):
    """Rows of persons: a reader sees those who are insured in the areas of their roles."""

    #: The way from a row to its person, such as `person_id`.
    person_path: ClassVar[str] = "person_id"
    subject_field: ClassVar[str] = "person"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows.filter(insured_in(self.person_path, scopes))

    @admin.display(description=_("person"), ordering="person__name_key")
    def who(self, row: Any) -> SafeString:
        """The row's person, with the way to their page."""
        return person_link(row.person)


def person_link(person: Person | None) -> SafeString:
    """Return a person's name and number as a link to their page."""
    if person is None:
        return SafeString("—")
    return format_html(
        '<a href="{}">{} <small>{}</small></a>',
        reverse("admin:members_person_change", args=[person.pk]),
        person.name,
        person.number,
    )


#: How a person is searched for from any row that has one.
BY_PERSON = ("person__number", "person__name", "person__name_key")
