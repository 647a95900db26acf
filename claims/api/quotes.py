"""Quotes: what a bill would come to, worked out as a settlement would, without a lock."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from claims.bill import Bill
from claims.models import Claim
from claims.settling import foresee
from record.operations import audit, operation
from record.outcome import Refusal, Refused

from .answers import figures_of
from .models import Quote
from .signin import Caller

_DIGITS = 15


@operation
def make_quote(*, caller: Caller, bill: Bill, day: date, now: datetime) -> tuple[Quote, Claim]:
    """Work a bill out as a settlement on this day would, and keep what it came to.

    Nothing moves, and nobody waits: the claim that is returned is never stored. Refused as
    `settle`.
    """
    claim = foresee(bill=bill, day=day)
    return _keep(caller, claim, now), claim


@operation
def quote_anew(*, caller: Caller, claim: Claim, now: datetime) -> Quote:
    """Keep what a settlement came to that was refused because its quote said otherwise."""
    return _keep(caller, claim, now)


def check_quote(*, number: str, caller: Caller, claim: Claim) -> None:
    """Refuse a settlement that differs from its quote. In the settlement's transaction.

    Refused: no_such_quote, where it is none of this patient at this institution; quote_differs.
    """
    quote = Quote.objects.filter(
        number=number, institution=caller.institution, patient_id=claim.patient_id
    ).first()
    if quote is None:
        raise Refused(Refusal("no_such_quote", data={"field": "quote"}))
    if quote.figures != figures_of(claim):
        raise Refused(Refusal("quote_differs", data={"claim": claim}))


def _keep(caller: Caller, claim: Claim, now: datetime) -> Quote:
    quote = Quote.objects.create(
        number=f"Q{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}",
        institution=caller.institution,
        patient_id=claim.patient_id,
        figures=figures_of(claim),
        quoted_at=now,
    )
    audit(
        actor=caller.actor,
        verb="claims.quote",
        area=claim.area,
        subject_id=claim.patient_id,
        record=f"quote:{quote.number}",
    )
    return quote
