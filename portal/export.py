"""The copy of all that is held about a member: as JSON for machines, as PDF for people.

Made on demand and kept nowhere; each one is an audit record, and a day has only so many. It holds
what the member's own pages show: of others nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.utils.translation import gettext, pgettext

from accounts.exporting import sections_of as of_accounts
from claims.exporting import sections_of as of_claims
from families.exporting import sections_of as of_families
from members.exporting import sections_of as of_members
from members.identity import mask_id_number, unseal
from members.models import Person
from members.ticket_queries import area_of
from record import documents
from record.documents import Issued
from record.exporting import Section
from record.models import AuditRecord, Document
from record.operations import Actor, audit

TEMPLATE = Path(__file__).parent / "typst" / "record.typ"
VERB = "portal.export"


def sections_of(person: Person, day: date) -> Iterator[Section]:
    """Yield all that is held about a person, room by room."""
    for room in (of_members, of_accounts, of_families, of_claims):
        yield from room(person, day)


def exports_today(person: Person, day: date) -> int:
    """Return how many copies a person has had made on a day."""
    return AuditRecord.objects.filter(subject=person, verb=VERB, at__date=day).count()


def as_json(person: Person, *, day: date, actor: Actor) -> bytes:
    """Return the copy as JSON."""
    _note(person, "json", actor)
    held = {section.key: section.as_json() for section in sections_of(person, day)}
    return json.dumps({"made_on": day.isoformat(), **held}, ensure_ascii=False, indent=1).encode()


def as_pdf(person: Person, *, day: date, actor: Actor) -> Issued:
    """Return the copy as a document with a number."""
    _note(person, "pdf", actor)
    return documents.issue(
        kind=Document.Kind.RECORD,
        template=TEMPLATE,
        data={
            "title": gettext("Copy of my record"),
            "subtitle": gettext("Employees' basic medical insurance, outpatient mutual aid"),
            "facts": [
                [gettext("Name"), person.name],
                [gettext("ID number"), mask_id_number(unseal(person.id_number_sealed))],
                [gettext("As of"), day.isoformat()],
            ],
            "note": gettext(
                "All that this portal holds about you; of others only what your own pages show."
            ),
            "none": gettext("Nothing is held of"),
            "between": pgettext("between items of a list", ", "),
            "sections": [section.as_table() for section in sections_of(person, day)],
        },
        person_id=person.pk,
        area=area_of(person),
        day=day,
        actor=actor,
    )


def _note(person: Person, form: str, actor: Actor) -> None:
    audit(
        actor=actor,
        verb=VERB,
        area=area_of(person),
        subject_id=person.pk,
        record=f"person:{person.pk}",
        data={"form": form},
    )
