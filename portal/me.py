"""What the page "Me" gathers: who I am to the insurance, and who looked at my record."""

from __future__ import annotations

from datetime import date
from typing import Any

from families.words import area_name
from members import queries as members
from members.identity import unseal
from members.looking import mask_account
from members.models import Enrolment, Person, User
from members.record_words import what_was_done
from policy.book import Book
from policy.queries import current_book
from record.models import AuditRecord
from record.queries import records_about

RECORDS_SHOWN = 10


def me_context(*, user: User, today: date) -> dict[str, Any]:
    """Return what "Me" shows; without an insured person only how one signs in."""
    person = members.person_of(user)
    if person is None:
        return {"person": None}
    book = current_book()
    return {
        "person": person,
        "facts": _facts(person),
        "history": _history(members.enrolments_of(person.pk), book),
        "records": [
            look_in_words(record)
            for record in records_about(person.pk, not_by=user.pk, last=RECORDS_SHOWN)
        ],
        "has_left": members.has_left(person, today),
        "retired": members.is_retired(person, today),
    }


def _facts(person: Person) -> dict[str, str]:
    return {
        "id_number": unseal(person.id_number_sealed),
        "phone": person.phone,
        "bank_account": mask_account(person.bank_account_sealed),
    }


def _history(enrolments: list[Enrolment], book: Book) -> list[dict[str, Any]]:
    rows = []
    for place in enrolments:
        words = [str(place.get_scheme_display())]
        if place.scheme == Enrolment.Scheme.EMPLOYEE:
            words += [str(place.get_mode_display()), str(place.get_employment_display())]
        rows.append(
            {
                "area": area_name(book, place.area),
                "words": words,
                "begins": place.begins_on,
                "ends": place.ends_on,
            }
        )
    return rows


def look_in_words(record: AuditRecord) -> dict[str, Any]:
    """Return who did what with a person's record, when and why."""
    return {
        "at": record.at,
        "who": record.actor_name,
        "is_staff": record.actor is not None and record.actor.is_staff,
        "what": what_was_done(record.verb),
        "purpose": record.purpose,
    }
