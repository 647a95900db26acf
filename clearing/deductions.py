"""Deductions from what an institution is owed, with a reason, by two persons (扣款)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Sum
from django.utils.translation import gettext

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from claims.models import Claim, Institution
from record import changes
from record.models import Change, Role
from record.operations import Actor, audit
from record.outcome import Refusal

from .faults import CannotBeDone

DEDUCT = "deduct_institution"
CLERKS = frozenset({Role.Kind.FINANCE_CLERK.value})
DECIDERS = frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value})
NIL = Decimal("0.00")


def propose_deduction(
    *,
    institution_id: int,
    amount: Decimal,
    reason: str,
    claim_number: str,
    by: AbstractBaseUser,
    day: date,
) -> Change | Refusal:
    """Propose to deduct an amount; nothing moves until another person approves.

    With a claim's number it goes back to the pooled fund that paid the claim, at most what that
    paid; without one, to the fund of the institution's area. Refused: waits_for_second_person.
    Raises CannotBeDone, NotAllowed.
    """
    institution = Institution.objects.get(pk=institution_id)
    number = claim_number.strip()
    claim = Claim.objects.filter(number=number, institution=institution).first() if number else None
    problem = _problem(amount, reason, number, claim)
    if problem:
        raise CannotBeDone("deduction_wrong", problem)
    return changes.propose(
        kind=DEDUCT,
        key=f"institution:{institution.pk}:{number or day.isoformat()}",
        area=institution.area,
        payload={"institution": institution.code, "amount": f"{amount:.2f}", "claim": number},
        reason=reason.strip(),
        by=by,
        day=day,
    )


def _problem(amount: Decimal, reason: str, number: str, claim: Claim | None) -> str:
    if amount <= 0 or amount != round(amount, 2):
        return gettext("Enter an amount above nil, with at most two decimals.")
    if not reason.strip():
        return gettext("Say in a sentence why.")
    if number and claim is None:
        return gettext("The institution has no settlement with this number.")
    if claim is not None and amount > _left_of(claim):
        return gettext("The pooled fund paid only %(amount)s yuan that can be deducted.") % {
            "amount": _left_of(claim)
        }
    return ""


def _left_of(claim: Claim) -> Decimal:
    """Return what the fund paid of a standing claim and nobody has deducted yet."""
    if claim.state != Claim.State.SETTLED:
        return NIL
    earlier = Change.objects.filter(
        kind=DEDUCT,
        key=f"institution:{claim.institution_id}:{claim.number}",
        state=Change.State.APPROVED,
    ).values("pk")
    taken = Transfer.objects.filter(
        source=Transfer.Source.DEDUCTION, source_id__in=earlier
    ).aggregate(sum=Sum("amount"))["sum"]
    return claim.pool - (taken or NIL)


def _apply_deduction(change: Change, actor: Actor, day: date) -> None:
    """Post it from the institution to the fund; what another area's fund gets back is cleared."""
    institution = Institution.objects.get(code=change.payload["institution"])
    amount = Decimal(change.payload["amount"])
    number = change.payload["claim"]
    area = institution.area
    if number:
        claim = Claim.objects.select_for_update(of=("self",)).get(number=number)
        if amount > _left_of(claim):
            raise CannotBeDone(
                "deduction_wrong", gettext("The claim was undone, or deducted from, meanwhile.")
            )
        area = claim.area
    ledger.post(
        source=Transfer.Source.DEDUCTION,
        source_id=change.pk,
        day=day,
        postings=[
            ledger.Posting(
                kind=Transfer.Kind.DEDUCTION,
                amount=amount,
                from_key=ledger.institution_key(institution.pk),
                to_key=ledger.area_key(LedgerAccount.Kind.POOL, area),
                clearing=Transfer.Clearing.POOL if area != institution.area else "",
                debtor_area=area,
                creditor_area=institution.area,
                undoes=area != institution.area,
            )
        ],
    )
    audit(
        actor=actor,
        verb="paying.deduct",
        area=institution.area,
        record=f"change:{change.pk}",
        data={"institution": institution.code, "amount": str(amount), "claim": number},
    )


DEDUCT_CHANGE = changes.Kind(
    name=DEDUCT, apply=_apply_deduction, proposers=CLERKS, deciders=DECIDERS
)
