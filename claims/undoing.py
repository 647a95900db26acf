"""Undoing a claim: reversal, refund, and a refund of a part (rules 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from accounts.undoing import undo_postings
from members import queries as members
from policy.refusals import refuse
from record.operations import Actor, audit_record, operation
from record.statements import Part, insert, write

from .bill import Bill, check_lines
from .engine.facts import ZERO, Line
from .models import Claim
from .settling import settle_locked, used_parts


@dataclass(frozen=True, slots=True)
class Undoing:
    """An undone claim; what is held by person id; the claim of what remains, if any."""

    claim: Claim
    held: dict[int, Decimal] = field(default_factory=dict)
    settled: Claim | None = None


@operation
def reverse(*, number: str, day: date, actor: Actor) -> Undoing:
    """Undo a whole claim on its settlement day (冲正).

    Refused: no_such_claim, already_reversed, already_refunded, reversal_window_passed.
    """
    claim = _lock_claim(number)
    if claim.settled_on != day:
        raise refuse("reversal_window_passed")
    return _undo(claim, state=Claim.State.REVERSED, day=day, actor=actor)


@operation
def refund(*, number: str, day: date, actor: Actor) -> Undoing:
    """Undo a whole claim on its settlement day or later (退费).

    Refused: no_such_claim, already_reversed, already_refunded.
    """
    claim = _lock_claim(number)
    return _undo(claim, state=Claim.State.REFUNDED, day=day, actor=actor)


@operation
def refund_partly(
    *,
    number: str,
    remaining: Sequence[Line],
    new_number: str,
    day: date,
    actor: Actor,
    other_scheme_paid: Decimal = ZERO,
) -> Undoing:
    """Refund a claim and settle its remaining lines anew, in one step: both or neither.

    Everything else of the claim stays; it is settled on `day` by the payers of that day.
    Refused as `refund` and as `settle`. Raises InvalidBill.
    """
    check_lines(remaining)
    claim = _lock_claim(number)
    undone = _undo(claim, state=Claim.State.REFUNDED, day=day, actor=actor)
    settled = settle_locked(
        bill=Bill(
            number=new_number,
            institution=claim.institution,
            visit_number=claim.visit_number,
            bill_number=claim.bill_number,
            patient_id=claim.patient_id,
            category=claim.category,
            service_date=claim.service_date,
            lines=tuple(remaining),
            prescriber=claim.prescriber,
            prescription_number=claim.prescription_number,
            merged_into_admission=claim.decision["merged_into_admission"],
            other_scheme_paid=other_scheme_paid,
            paper=claim.paper,
        ),
        day=day,
        actor=actor,
        replaces=claim,
    )
    return Undoing(claim=claim, held=undone.held, settled=settled)


def _lock_claim(number: str) -> Claim:
    """Lock a standing claim under its patient's lock, or refuse."""
    patient_id = Claim.objects.filter(number=number).values_list("patient_id", flat=True).first()
    if patient_id is None:
        raise refuse("no_such_claim")
    members.hold_person(patient_id)
    claim = (
        Claim.objects.select_for_update(of=("self",), no_key=True)
        .select_related("institution", "prescriber")
        .get(number=number)
    )
    if claim.state == Claim.State.REVERSED:
        raise refuse("already_reversed")
    if claim.state == Claim.State.REFUNDED:
        raise refuse("already_refunded")
    return claim


def _undo(claim: Claim, *, state: Claim.State, day: date, actor: Actor) -> Undoing:
    """Give everything back: to each payer, to the accumulators, and in clearing."""
    back_key = (
        ledger.area_key(LedgerAccount.Kind.BANK, claim.area)
        if claim.paper
        else ledger.institution_key(claim.institution_id)
    )
    undone = undo_postings(
        source=Transfer.Source.CLAIM, source_id=claim.pk, back_key=back_key, day=day
    )
    claim.state, claim.undone_on = state, day
    write(
        [
            Part(
                "undone",
                _UNDONE,
                {"undone_id": claim.pk, "undone_state": state.value, "undone_day": day},
            ),
            *ledger.posting_parts(
                source=Transfer.Source.UNDO,
                record="undone",
                day=day,
                postings=undone.postings,
                accounts=undone.accounts,
            ),
            *used_parts(claim, sign=-1),
            insert(
                "audited",
                audit_record(
                    actor=actor,
                    verb=f"claims.{state.value}",
                    area=claim.area,
                    subject_id=claim.patient_id,
                    record=f"claim:{claim.number}",
                ),
            ),
        ]
    )
    return Undoing(claim=claim, held=undone.held)


_UNDONE = """
UPDATE claims_claim SET state = %(undone_state)s, undone_on = %(undone_day)s
WHERE id = %(undone_id)s RETURNING id
"""
