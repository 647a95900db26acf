"""Everything that a settlement has to know, in one statement under the patient's lock.

Each room says in SQL what it is asked for (`members.queries.CARE_FACTS`,
`families.queries.AUTHORIZERS`, `accounts.ledger.LOCKED_PURSES`) and reads its own answer; here they
are put together. The statement comes back with one row for each payer who may be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts import ledger
from accounts.models import LedgerAccount
from families import queries as families
from families.queries import Payer
from members import queries as members
from members.months import first_of, months_after
from policy.book import Book, Rules
from policy.queries import NEWEST_FIGURE, book_through
from record.statements import statement

from .bill import Bill
from .engine.facts import ZERO, Facts, Patient, Provider, Used
from .models import Institution


class UnknownInstitution(LookupError):
    """No institution has this code, or the register says nothing of it on the service date."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that had its effect: the hash of its body, and the claim it was answered with."""

    body_hash: str
    claim_id: int | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a bill would take a second time: a claim's number or visit and bill; a prescription."""

    claim_number: str | None
    prescription: bool


@dataclass(frozen=True, slots=True)
class Insured:
    """The patient as the register has them, with the rules of their area on the service date."""

    patient: Patient
    rules: Rules
    settlement_area: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found. `insured` is None where the patient is insured nowhere on the service date.

    `authorizers`: ids and areas, oldest binding first. `accounts`: by person id, locked.
    """

    answered: Answered | None
    taken: Taken
    book: Book
    left_on: date | None
    provider: Provider | None
    prescriber_level: int | None
    insured: Insured | None
    used: Used
    authorizers: tuple[tuple[int, str], ...]
    accounts: dict[int, LedgerAccount]

    def facts(self, bill: Bill) -> Facts:
        """Return what the bill is judged by. Raises UnknownInstitution."""
        assert self.insured is not None, "who is insured nowhere is refused before"
        return Facts(
            service_date=bill.service_date,
            category=bill.category,
            provider=self.known_provider(bill),
            patient=self.insured.patient,
            used=self.used,
            lines=bill.lines,
            prescriber_level=self.prescriber_level,
            merged_into_admission=bill.merged_into_admission,
            other_scheme_paid=bill.other_scheme_paid,
        )

    def known_provider(self, bill: Bill) -> Provider:
        """Return the institution on the service date. Raises UnknownInstitution."""
        if self.provider is None:
            raise _unknown(bill.institution, bill.service_date)
        if bill.prescriber is not None and self.prescriber_level is None:
            raise _unknown(bill.prescriber, bill.service_date)
        return self.provider

    def payers(self, bill: Bill, day: date) -> list[Payer]:
        """Return who may be asked for the payable part, in the order of the law."""
        assert self.insured is not None, "who is insured nowhere is refused before"
        area = self.insured.settlement_area
        only_at_home = self.book.rules(area, day).shared_only_in_province.value
        areas = self.book.areas
        in_province = areas[bill.institution.area].province == areas[area].province
        return families.in_order(
            authorizers=self.authorizers,
            patient_id=bill.patient_id,
            patient_area=area,
            day=day,
            book=self.book,
            relatives=in_province or not only_at_home,
        )


LOOK = f"""
WITH care AS ({members.CARE_FACTS}),
authorizer AS ({families.AUTHORIZERS}),
payer AS (
    SELECT %(look_patient)s::bigint AS person_id, NULL AS area, 0 AS place
    UNION ALL
    SELECT person_id, area, place FROM authorizer
),
purse AS ({ledger.LOCKED_PURSES})
SELECT
    care.*,
    answered.body_hash, answered.claim_id,
    coalesce(
        (SELECT number FROM claims_claim WHERE number = %(look_number)s),
        (
            SELECT number FROM claims_claim
            WHERE institution_id = %(look_institution)s AND visit_number = %(look_visit)s
              AND bill_number = %(look_bill)s AND state = 'settled'
        )
    ) AS taken_by,
    %(look_prescription)s::text <> '' AND EXISTS (
        SELECT FROM claims_claim
        WHERE prescription_number = %(look_prescription)s AND state = 'settled'
    ) AS prescription_taken,
    ({NEWEST_FIGURE}) AS figure,
    term.level, term.networked, term.designated, term.outpatient,
    (
        SELECT level FROM claims_institutionterm
        WHERE institution_id = %(look_prescriber)s AND begins_on <= %(care_service_date)s
          AND (ends_on IS NULL OR ends_on > %(care_service_date)s)
    ) AS prescriber_level,
    used.deductible AS used_deductible, used.pool AS used_pool,
    payer.area AS payer_area, payer.person_id AS payer_id,
    purse.*
FROM care
JOIN payer ON true
LEFT JOIN purse ON purse.person_id = payer.person_id
LEFT JOIN claims_institutionterm term
    ON term.institution_id = %(look_institution)s AND term.begins_on <= %(care_service_date)s
    AND (term.ends_on IS NULL OR term.ends_on > %(care_service_date)s)
LEFT JOIN claims_accumulator used
    ON used.person_id = %(look_patient)s AND used.area = care.area AND used.year = %(look_year)s
LEFT JOIN claims_request answered
    ON answered.institution_id = %(look_institution)s AND answered.key = %(look_key)s
ORDER BY payer.place
"""  # noqa: S608  (only constants of this house are put together)


#: The same for who only wants to know: no row is locked.
_GLANCE = LOOK.replace(ledger.LOCKED_PURSES, ledger.PURSES)


def look(bill: Bill, *, day: date, key: str = "") -> Seen:
    """Look at everything a bill's settlement on a day depends on, and lock the accounts.

    The caller has locked the patient, in a statement before this one: only so does this one see
    what another settlement of the same patient has just written. `key`: the request's.
    """
    return _read(bill, statement(LOOK).named_rows(_values(bill, day, key)))


def glance(bill: Bill, *, day: date) -> Seen:
    """Look at the same without a lock: for a quote or a preview, which nobody waits for."""
    return _read(bill, statement(_GLANCE).named_rows(_values(bill, day, "")))


def _values(bill: Bill, day: date, key: str) -> dict[str, Any]:
    return {
        **members.care_values(
            person_id=bill.patient_id,
            service_date=bill.service_date,
            day=day,
            care_area=bill.institution.area,
        ),
        "payers_member": bill.patient_id,
        "payers_day": day,
        "look_patient": bill.patient_id,
        "look_number": bill.number,
        "look_institution": bill.institution.pk,
        "look_visit": bill.visit_number,
        "look_bill": bill.bill_number,
        "look_prescription": bill.prescription_number,
        "look_prescriber": bill.prescriber.pk if bill.prescriber else None,
        "look_year": bill.service_date.year,
        "look_key": key,
    }


def _read(bill: Bill, rows: Sequence[dict[str, Any]]) -> Seen:
    first = rows[0]
    book = book_through(first["figure"])
    facts = members.care_facts_of(first, bill.service_date)
    return Seen(
        answered=Answered(first["body_hash"], first["claim_id"]) if first["body_hash"] else None,
        taken=Taken(first["taken_by"], first["prescription_taken"]),
        book=book,
        left_on=facts.left_on,
        provider=_provider(bill.institution, first),
        prescriber_level=first["prescriber_level"],
        insured=_insured(bill, facts, book),
        used=Used(first["used_deductible"] or ZERO, first["used_pool"] or ZERO),
        authorizers=tuple((row["payer_id"], row["payer_area"]) for row in rows[1:]),
        accounts={
            row["person_id"]: ledger.account_of_purse(row) for row in rows if row["id"] is not None
        },
    )


def _provider(institution: Institution, row: dict[str, Any]) -> Provider | None:
    if row["level"] is None:
        return None
    return Provider(
        area=institution.area,
        kind=institution.kind,
        level=row["level"],
        networked=row["networked"],
        designated=row["designated"],
        outpatient=row["outpatient"],
    )


def _insured(bill: Bill, facts: members.CareFacts, book: Book) -> Insured | None:
    place = facts.service_place
    if place is None:
        return None
    rules = book.rules(place.area, bill.service_date)
    earliest = months_after(first_of(bill.service_date), -rules.standing_months_back.value)
    return Insured(
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


def _unknown(institution: Institution, day: date) -> UnknownInstitution:
    return UnknownInstitution(f"{institution.code} is not in the register on {day}")
