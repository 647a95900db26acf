"""Settling a bill: one transaction (rules 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, connection

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from families.queries import Payer, payers_for
from members import queries as members
from members.models import Person
from policy.book import Book
from policy.queries import current_book
from policy.refusals import refuse
from record.operations import Actor, audit, operation
from record.outcome import Refusal

from . import queries
from .bill import Bill, check_lines, line_as_json
from .engine.adjudicate import adjudicate
from .engine.decision import Decision, NoPolicyInForce
from .engine.facts import ZERO, Facts
from .engine.waterfall import Purse, waterfall
from .models import Claim, Request


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes a message of an institution one message: its key, and the hash of its body."""

    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class _Paid:
    """What the accounts pay: the payers in order with their parts, and the postings."""

    parts: list[tuple[Payer, Decimal]]
    postings: list[ledger.Posting]
    accounts: dict[int, LedgerAccount]

    def total(self, *, own: bool) -> Decimal:
        return sum((amount for payer, amount in self.parts if payer.own is own), ZERO)


def settle(
    *, bill: Bill, day: date, actor: Actor, request: RequestKey | None = None
) -> Claim | Refusal:
    """Settle a bill on a day. The same request again answers with the same claim.

    Refused: duplicate_claim, prescription_used, service_date_in_future, member_left,
    not_enrolled, other_scheme_not_applicable, other_scheme_exceeds_bill, no_policy_in_force,
    request_key_reused. Raises InvalidBill, and UnknownInstitution.
    """
    check_lines(bill.lines)
    try:
        return _settle_once(bill=bill, day=day, actor=actor, request=request)
    except IntegrityError as error:
        # Another patient's message took the key, the bill or the prescription in this instant.
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        code = _CONFLICTS.get(constraint)
        if code is None:
            raise
        return refuse(code).refusal


_CONFLICTS = {
    "request_key_once": "request_key_reused",
    "claim_bill_once": "duplicate_claim",
    "claim_prescription_once": "prescription_used",
    "claims_claim_number_key": "duplicate_claim",
}


@operation
def _settle_once(*, bill: Bill, day: date, actor: Actor, request: RequestKey | None) -> Claim:
    patient = members.lock_person(bill.patient_id)
    if request is not None:
        before = _answered(bill.institution.pk, request)
        if before is not None:
            return before
    claim = settle_locked(bill=bill, patient=patient, day=day, actor=actor)
    if request is not None:
        Request.objects.create(
            institution=bill.institution,
            key=request.key,
            body_hash=request.body_hash,
            verb="settle",
            claim=claim,
            answer={"number": claim.number},
        )
    return claim


def _answered(institution_id: int, request: RequestKey) -> Claim | None:
    """Return the claim that this message was answered with before, if it was."""
    before = (
        Request.objects.filter(institution_id=institution_id, key=request.key)
        .select_related("claim")
        .first()
    )
    if before is None:
        return None
    if before.body_hash != request.body_hash or before.claim is None:
        raise refuse("request_key_reused")
    return before.claim


def settle_locked(
    *, bill: Bill, patient: Person, day: date, actor: Actor, replaces: Claim | None = None
) -> Claim:
    """Settle under the patient's lock: look, decide, ask the accounts, write."""
    _check_message(bill, patient, day)
    book = current_book()
    provider = queries.provider_on(bill.institution, bill.service_date)
    context = queries.care_context(
        person_id=bill.patient_id,
        service_date=bill.service_date,
        day=day,
        care_area=provider.area,
        book=book,
    )
    if context is None:
        raise refuse("not_enrolled")
    _check_other_scheme(bill, context.patient.scheme, context.rules.other_benefit_categories.value)
    prescriber_level = (
        queries.provider_on(bill.prescriber, bill.service_date).level if bill.prescriber else None
    )
    facts = Facts(
        service_date=bill.service_date,
        category=bill.category,
        provider=provider,
        patient=context.patient,
        used=queries.used_in(
            person_id=bill.patient_id,
            area=context.patient.area,
            year=bill.service_date.year,
        ),
        lines=bill.lines,
        prescriber_level=prescriber_level,
        merged_into_admission=bill.merged_into_admission,
        other_scheme_paid=bill.other_scheme_paid,
    )
    try:
        decision = adjudicate(facts, context.rules)
    except NoPolicyInForce:
        raise refuse("no_policy_in_force") from None
    paid = _ask_accounts(
        bill=bill, decision=decision, area=context.settlement_area, day=day, book=book
    )
    claim = _store(bill=bill, facts=facts, decision=decision, paid=paid, day=day, replaces=replaces)
    _post(claim, bill, paid, day)
    count_used(claim, sign=1)
    audit(
        actor=actor,
        verb="claims.settle",
        area=claim.area,
        subject_id=claim.patient_id,
        record=f"claim:{claim.number}",
        data={"pool": str(claim.pool), "cash": str(claim.cash)},
    )
    return claim


def _check_message(bill: Bill, patient: Person, day: date) -> None:
    """Refuse what can be told from the message and the register of persons (6, in this order)."""
    taken = queries.taken_by(bill)
    if taken.claim_number:
        raise refuse("duplicate_claim", number=taken.claim_number)
    if taken.prescription:
        raise refuse("prescription_used")
    if bill.service_date > day:
        raise refuse("service_date_in_future")
    if members.has_left(patient, bill.service_date):
        raise refuse("member_left")


def _check_other_scheme(bill: Bill, scheme: str, other_benefits: frozenset[str]) -> None:
    if bill.other_scheme_paid == 0:
        return
    if scheme != "resident" and bill.category not in other_benefits:
        raise refuse("other_scheme_not_applicable")
    if bill.other_scheme_paid > bill.gross:
        raise refuse("other_scheme_exceeds_bill")


def _ask_accounts(*, bill: Bill, decision: Decision, area: str, day: date, book: Book) -> _Paid:
    """Ask the payers' accounts for the payable part, locked in id order, in the law's order."""
    if bill.paper or decision.payable == 0:
        return _Paid([], [], {})
    rules = book.rules(area, day)
    care_area = bill.institution.area
    in_province = book.areas[care_area].province == book.areas[area].province
    payers = payers_for(
        patient_id=bill.patient_id,
        patient_area=area,
        day=day,
        book=book,
        relatives=in_province or not rules.shared_only_in_province.value,
    )
    locked = ledger.lock([payer.person_id for payer in payers])
    purses = [
        Purse(payer.person_id, sum(ledger.turned(locked[payer.person_id], day), ZERO))
        for payer in payers
        if payer.person_id in locked and locked[payer.person_id].frozen_on is None
    ]
    by_person = {payer.person_id: payer for payer in payers}
    paid = _Paid([], [], {account.pk: account for account in locked.values()})
    for part in waterfall(decision.payable, purses):
        payer, account = by_person[part.person_id], locked[part.person_id]
        paid.parts.append((payer, part.amount))
        kind = Transfer.Kind.OWN_ACCOUNT if payer.own else Transfer.Kind.SHARED_ACCOUNT
        paid.postings.extend(
            ledger.Posting(
                kind=kind,
                amount=amount,
                to_key=ledger.institution_key(bill.institution.pk),
                account_id=account.pk,
                bucket=bucket,
                clearing=kind.value if payer.area != care_area else "",
                debtor_area=payer.area,
                creditor_area=care_area,
            )
            for bucket, amount in ledger.split(
                account, part.amount, day, rules.spending_order.value
            )
        )
    return paid


def _store(
    *, bill: Bill, facts: Facts, decision: Decision, paid: _Paid, day: date, replaces: Claim | None
) -> Claim:
    own, shared = paid.total(own=True), paid.total(own=False)
    return Claim.objects.create(
        number=bill.number,
        institution=bill.institution,
        visit_number=bill.visit_number,
        bill_number=bill.bill_number,
        prescription_number=bill.prescription_number,
        prescriber=bill.prescriber,
        patient_id=bill.patient_id,
        category=bill.category,
        service_date=bill.service_date,
        settled_on=day,
        area=facts.patient.area,
        lines=[line_as_json(line) for line in bill.lines],
        gross=decision.gross,
        out_of_policy=decision.out_of_policy,
        first_self_pay=decision.first_self_pay,
        in_policy=decision.in_policy,
        remote_self_pay=decision.remote_self_pay,
        deductible=decision.deductible,
        pool=decision.pool,
        other_scheme_paid=decision.other_scheme_paid,
        own_paid=own,
        shared_paid=shared,
        cash=decision.gross - decision.pool - decision.other_scheme_paid - own - shared,
        reasons=[reason.code for reason in decision.reasons],
        decision={
            "steps": [step.as_json() for step in decision.steps],
            "payers": [
                {
                    "person": payer.person_id,
                    "area": payer.area,
                    "own": payer.own,
                    "amount": str(amount),
                }
                for payer, amount in paid.parts
            ],
            "merged_into_admission": bill.merged_into_admission,
            "provider_level": facts.provider.level,
            "prescriber_level": facts.prescriber_level,
        },
        paper=bill.paper,
        replaces=replaces,
    )


def _post(claim: Claim, bill: Bill, paid: _Paid, day: date) -> None:
    """Move the money: the pooled fund's share first, then the accounts in their order."""
    postings = []
    care_area = bill.institution.area
    if claim.pool > 0:
        pool = ledger.area_key(LedgerAccount.Kind.POOL, claim.area)
        bank = ledger.area_key(LedgerAccount.Kind.BANK, claim.area)
        postings.append(
            ledger.Posting(
                kind=Transfer.Kind.POOL,
                amount=claim.pool,
                from_key=pool,
                to_key=bank if claim.paper else ledger.institution_key(bill.institution.pk),
                clearing=(
                    Transfer.Clearing.POOL if claim.area != care_area and not claim.paper else ""
                ),
                debtor_area=claim.area,
                creditor_area=care_area,
            )
        )
    ledger.post(
        source=Transfer.Source.CLAIM,
        source_id=claim.pk,
        day=day,
        postings=postings + paid.postings,
        accounts=paid.accounts,
    )


def count_used(claim: Claim, *, sign: int) -> None:
    """Count a claim's deductible and pooled share in its service year, or give them back."""
    if claim.deductible == 0 and claim.pool == 0:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO claims_accumulator AS used (person_id, area, year, deductible, pool)"
            " VALUES (%(person)s, %(area)s, %(year)s, greatest(%(deductible)s, 0),"
            " greatest(%(pool)s, 0))"
            " ON CONFLICT (person_id, area, year) DO UPDATE"
            " SET deductible = used.deductible + %(deductible)s, pool = used.pool + %(pool)s",
            {
                "person": claim.patient_id,
                "area": claim.area,
                "year": claim.service_date.year,
                "deductible": sign * claim.deductible,
                "pool": sign * claim.pool,
            },
        )
