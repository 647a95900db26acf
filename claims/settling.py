"""Settling a bill: one transaction (rules 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from accounts.waterfall import Purse, waterfall
from families.queries import Payer
from members import queries as members
from policy.refusals import refuse
from record.operations import Actor, audit_record, operation
from record.outcome import Refusal
from record.statements import Part, insert, write, written

from .bill import Bill, check_lines, line_as_json
from .engine.adjudicate import adjudicate
from .engine.decision import Decision, NoPolicyInForce
from .engine.facts import ZERO
from .looking import Answered, Seen, glance, look
from .models import Claim, Request


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes a message of an institution one message: its key, and the hash of its body."""

    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Paid:
    """What the accounts pay: the payers in order with their parts, and the postings."""

    parts: list[tuple[Payer, Decimal]]
    postings: list[ledger.Posting]
    accounts: dict[int, LedgerAccount]

    def total(self, *, own: bool) -> Decimal:
        return sum((amount for payer, amount in self.parts if payer.own is own), ZERO)


@dataclass(frozen=True, slots=True)
class Settlement:
    """A bill that is decided and asked for: its claim, which is not written yet, and who pays."""

    bill: Bill
    claim: Claim
    paid: Paid


#: The id of the claim that a settlement writes, in SQL, for what is written along with it.
WRITTEN_CLAIM = "(SELECT id FROM claim)"


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
    "claim_number_once": "duplicate_claim",
}


@operation
def _settle_once(*, bill: Bill, day: date, actor: Actor, request: RequestKey | None) -> Claim:
    members.hold_person(bill.patient_id)
    seen = look(bill, day=day, key=request.key if request else "")
    if request is not None and seen.answered is not None:
        return _answered_before(seen.answered, request)
    settlement = settlement_of(bill=bill, seen=seen, day=day)
    answered = [_answered_now(settlement, request)] if request is not None else []
    return write_settlement(settlement, actor=actor, also=answered)


def _answered_now(settlement: Settlement, request: RequestKey) -> Part:
    """Return the part that keeps what a message is answered with."""
    answer = Request(
        institution=settlement.bill.institution,
        key=request.key,
        body_hash=request.body_hash,
        verb="settle",
        answer={"number": settlement.claim.number},
    )
    return insert("answered", answer, claim_id=WRITTEN_CLAIM)


def _answered_before(answered: Answered, request: RequestKey) -> Claim:
    """Return the claim that this message was answered with before."""
    if answered.body_hash != request.body_hash or answered.claim_id is None:
        raise refuse("request_key_reused")
    return Claim.objects.get(pk=answered.claim_id)


def settle_locked(*, bill: Bill, day: date, actor: Actor, replaces: Claim | None = None) -> Claim:
    """Settle under the patient's lock, for an operation that has more to do in its transaction."""
    settlement = settlement_of(bill=bill, seen=look(bill, day=day), day=day, replaces=replaces)
    return write_settlement(settlement, actor=actor)


def settlement_of(
    *, bill: Bill, seen: Seen, day: date, replaces: Claim | None = None
) -> Settlement:
    """Work out what a bill comes to by what was seen: decide, and ask the accounts.

    Nothing is written. Raises Refused, and UnknownInstitution.
    """
    decision = decide(bill=bill, seen=seen, day=day)
    paid = ask_accounts(bill=bill, seen=seen, decision=decision, day=day)
    claim = _claim_of(bill=bill, seen=seen, decision=decision, paid=paid, day=day)
    claim.replaces = replaces
    return Settlement(bill, claim, paid)


def foresee(*, bill: Bill, day: date) -> Claim:
    """Return the claim that a settlement on this day would write; nothing is written or locked.

    Refused as `settle`, by raising. Raises InvalidBill, and UnknownInstitution.
    """
    check_lines(bill.lines)
    return settlement_of(bill=bill, seen=glance(bill, day=day), day=day).claim


def decide(*, bill: Bill, seen: Seen, day: date) -> Decision:
    """Decide a bill by the law, or raise what refuses it, in the order of rules 6."""
    if seen.taken.claim_number:
        raise refuse("duplicate_claim", number=seen.taken.claim_number)
    if seen.taken.prescription:
        raise refuse("prescription_used")
    if bill.service_date > day:
        raise refuse("service_date_in_future")
    if seen.left_on is not None and seen.left_on <= bill.service_date:
        raise refuse("member_left")
    seen.known_provider(bill)
    if seen.insured is None:
        raise refuse("not_enrolled")
    rules = seen.insured.rules
    _check_other_scheme(bill, seen.insured.patient.scheme, rules.other_benefit_categories.value)
    try:
        return adjudicate(seen.facts(bill), rules)
    except NoPolicyInForce:
        raise refuse("no_policy_in_force") from None


def _check_other_scheme(bill: Bill, scheme: str, other_benefits: frozenset[str]) -> None:
    if bill.other_scheme_paid == 0:
        return
    if scheme != "resident" and bill.category not in other_benefits:
        raise refuse("other_scheme_not_applicable")
    if bill.other_scheme_paid > bill.gross:
        raise refuse("other_scheme_exceeds_bill")


def ask_accounts(*, bill: Bill, seen: Seen, decision: Decision, day: date) -> Paid:
    """Ask the payers' accounts for the payable part, in the law's order (AH39-2.3.1)."""
    if bill.paper or decision.payable == 0:
        return Paid([], [], {})
    assert seen.insured is not None, "a bill was decided for somebody insured"
    care_area = bill.institution.area
    spending_order = seen.book.rules(seen.insured.settlement_area, day).spending_order.value
    payers = {payer.person_id: payer for payer in seen.payers(bill, day)}
    purses = [
        Purse(person_id, sum(ledger.turned(seen.accounts[person_id], day), ZERO))
        for person_id in payers
        if person_id in seen.accounts and seen.accounts[person_id].frozen_on is None
    ]
    paid = Paid([], [], {account.pk: account for account in seen.accounts.values()})
    for part in waterfall(decision.payable, purses):
        payer, account = payers[part.person_id], seen.accounts[part.person_id]
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
            for bucket, amount in ledger.split(account, part.amount, day, spending_order)
        )
    return paid


def _claim_of(*, bill: Bill, seen: Seen, decision: Decision, paid: Paid, day: date) -> Claim:
    """Return the claim that is to be written, with its decision step by step."""
    assert seen.insured is not None, "a bill was decided for somebody insured"
    own, shared = paid.total(own=True), paid.total(own=False)
    return Claim(
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
        area=seen.insured.patient.area,
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
            "provider_level": seen.known_provider(bill).level,
            "prescriber_level": seen.prescriber_level,
        },
        paper=bill.paper,
    )


def write_settlement(settlement: Settlement, *, actor: Actor, also: Sequence[Part] = ()) -> Claim:
    """Write the claim, what it moves, what it uses up, and its record, in one statement.

    `also`: what another room writes in it; `WRITTEN_CLAIM` names the claim's id.
    """
    bill, claim, paid = settlement.bill, settlement.claim, settlement.paid
    parts = [
        insert("claim", claim, returning=["id", "settled_at"]),
        *ledger.posting_parts(
            source=Transfer.Source.CLAIM,
            record="claim",
            day=claim.settled_on,
            postings=[*_from_pool(claim, bill), *paid.postings],
            accounts=paid.accounts,
        ),
        *used_parts(claim, sign=1),
        insert(
            "audited",
            audit_record(
                actor=actor,
                verb="claims.settle",
                area=claim.area,
                subject_id=claim.patient_id,
                record=f"claim:{claim.number}",
                data={"pool": str(claim.pool), "cash": str(claim.cash)},
            ),
        ),
        *also,
    ]
    row = write(parts, returning="SELECT id, settled_at FROM claim")
    assert row is not None, "the claim was written"
    written(claim, id=row[0], settled_at=row[1])
    return claim


def _from_pool(claim: Claim, bill: Bill) -> list[ledger.Posting]:
    """Return what the pooled fund pays: to the institution, or by bank for a paper bill (6.5)."""
    if claim.pool == 0:
        return []
    care_area = bill.institution.area
    bank = ledger.area_key(LedgerAccount.Kind.BANK, claim.area)
    return [
        ledger.Posting(
            kind=Transfer.Kind.POOL,
            amount=claim.pool,
            from_key=ledger.area_key(LedgerAccount.Kind.POOL, claim.area),
            to_key=bank if claim.paper else ledger.institution_key(bill.institution.pk),
            clearing=(
                Transfer.Clearing.POOL if claim.area != care_area and not claim.paper else ""
            ),
            debtor_area=claim.area,
            creditor_area=care_area,
        )
    ]


_USED = """
INSERT INTO claims_accumulator AS used (person_id, area, year, deductible, pool)
VALUES (%(used_person)s, %(used_area)s, %(used_year)s, greatest(%(used_deductible)s, 0),
        greatest(%(used_pool)s, 0))
ON CONFLICT (person_id, area, year) DO UPDATE
SET deductible = used.deductible + %(used_deductible)s, pool = used.pool + %(used_pool)s
"""


def used_parts(claim: Claim, *, sign: int) -> list[Part]:
    """Return what counts a claim's deductible and pooled share in its year, or gives them back."""
    if claim.deductible == 0 and claim.pool == 0:
        return []
    values = {
        "used_person": claim.patient_id,
        "used_area": claim.area,
        "used_year": claim.service_date.year,
        "used_deductible": sign * claim.deductible,
        "used_pool": sign * claim.pool,
    }
    return [Part("used", _USED, values)]
