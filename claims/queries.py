"""Reads about claims: the facts of a bill, and what a user may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from members import queries as members
from members.months import first_of, months_after
from policy.book import Book, Rules

from .bill import Bill
from .engine.facts import Patient, Provider, Used
from .models import Accumulator, Institution, InstitutionTerm


class UnknownInstitution(LookupError):
    """No institution has this code, or the register says nothing of it on the service date."""


@dataclass(frozen=True, slots=True)
class CareContext:
    """What the register of persons says of a patient on the service date, with its rules."""

    patient: Patient
    rules: Rules
    settlement_area: str


def provider_on(institution: Institution, day: date) -> Provider:
    """Return an institution as the register has it on a day. Raises UnknownInstitution."""
    term = (
        InstitutionTerm.objects.filter(institution=institution, begins_on__lte=day)
        .filter(Q(ends_on=None) | Q(ends_on__gt=day))
        .first()
    )
    if term is None:
        raise UnknownInstitution(f"{institution.code} is not in the register on {day}")
    return Provider(
        area=institution.area,
        kind=institution.kind,
        level=term.level,
        networked=term.networked,
        designated=term.designated,
        outpatient=term.outpatient,
    )


def care_context(
    *, person_id: int, service_date: date, day: date, care_area: str, book: Book
) -> CareContext | None:
    """Return a patient's facts with the rules of their area, or None if not insured then."""
    facts = members.care_facts(
        person_id=person_id, service_date=service_date, day=day, care_area=care_area
    )
    place = facts.service_place
    if place is None:
        return None
    rules = book.rules(place.area, service_date)
    earliest = months_after(first_of(service_date), -rules.standing_months_back.value)
    return CareContext(
        patient=Patient(
            area=place.area,
            scheme=place.scheme,
            retired=facts.retired,
            paid_months=frozenset(month for month in facts.paid_months if month >= earliest),
            stays=facts.stays,
            registered=facts.registered,
        ),
        rules=rules,
        settlement_area=facts.settlement_area,
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """What a bill would take a second time: a claim's number or visit and bill; a prescription."""

    claim_number: str | None
    prescription: bool


_TAKEN = """
SELECT
    (
        SELECT number FROM claims_claim
        WHERE number = %(number)s
           OR (institution_id = %(institution)s AND visit_number = %(visit)s
               AND bill_number = %(bill)s AND state = 'settled')
        LIMIT 1
    ),
    %(prescription)s <> '' AND EXISTS (
        SELECT FROM claims_claim
        WHERE prescription_number = %(prescription)s AND state = 'settled'
    )
"""


def taken_by(bill: Bill) -> Taken:
    """Look for a claim with the bill's number, or standing for its visit, bill or prescription."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKEN,
            {
                "number": bill.number,
                "institution": bill.institution.pk,
                "visit": bill.visit_number,
                "bill": bill.bill_number,
                "prescription": bill.prescription_number,
            },
        )
        number, prescription = cursor.fetchone() or (None, False)
    return Taken(number, prescription)


def used_in(*, person_id: int, area: str, year: int) -> Used:
    """Return what a person has used in a year in an area."""
    row = Accumulator.objects.filter(person_id=person_id, area=area, year=year).values_list(
        "deductible", "pool"
    )
    return next((Used(deductible, pool) for deductible, pool in row), Used())
