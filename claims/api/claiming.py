"""The effects that institutions have: settling and undoing, each the work of one message."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from claims import undoing
from claims.bill import Bill, check_lines
from claims.engine.facts import Line
from claims.looking import look
from claims.models import Claim, Request
from claims.settling import settlement_of, write_settlement
from claims.undoing import Undoing
from policy.refusals import refuse
from record.operations import operation
from record.outcome import Refusal, Refused

from . import once
from .answers import (
    ClaimAnswer,
    GivenBackAnswer,
    ReversalAnswer,
    UndoneAnswer,
    answer_of,
    yuan,
)
from .once import Effect, Message
from .quotes import check_quote
from .signin import Caller

_RANDOM_DIGITS = 12


def new_number(day: date) -> str:
    """Return a number for a claim: its day and twelve digits at random, of nobody's order."""
    return f"{day:%Y%m%d}{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"


def settle(
    *, caller: Caller, message: Message, bill: Bill, day: date, quote: str | None = None
) -> Effect:
    """Settle a bill under its patient's lock, and keep the message's answer in the same statement.

    Refused as `claims.settling.settle`, no_such_quote, quote_differs.
    """
    check_lines(bill.lines)
    settlement = settlement_of(bill=bill, seen=look(bill, day=day), day=day)
    if quote is not None:
        check_quote(number=quote, caller=caller, claim=settlement.claim)
    answer = answer_of(settlement.claim, care_area=caller.institution.area)
    effect = Effect(201, answer, settlement.claim, kept=True)
    kept = once.kept_part(message, effect)
    write_settlement(settlement, actor=caller.actor, also=[kept])
    return effect


def refund(
    *,
    caller: Caller,
    number: str,
    day: date,
    remaining: Sequence[Line] | None,
    other_scheme_paid: Decimal,
) -> Effect:
    """Refund a claim of the caller's, whole or but for the remaining lines."""
    _own(caller, number)
    if remaining is None:
        undone = undoing.refund(number=number, day=day, actor=caller.actor)
    else:
        undone = undoing.refund_partly(
            number=number,
            remaining=remaining,
            new_number=new_number(day),
            day=day,
            actor=caller.actor,
            other_scheme_paid=other_scheme_paid,
        )
    done = _done(undone)
    return Effect(200, _undone_answer(caller, done), done.claim)


def reverse(*, caller: Caller, number: str, day: date) -> Effect:
    """Reverse a claim of the caller's on its settlement day."""
    _own(caller, number)
    done = _done(undoing.reverse(number=number, day=day, actor=caller.actor))
    return Effect(200, _undone_answer(caller, done), done.claim)


def reverse_request(*, caller: Caller, key: str, day: date) -> Effect:
    """Reverse what a settlement did that was never answered, or see to it that it does nothing.

    Refused: request_in_progress, while the settlement is being worked on; request_key_reused,
    where the number was another message's; and as `reverse`.
    """
    institution_id = caller.institution.pk
    settled = once.take_settlement(institution_id, key)
    if settled is None or settled.verb == once.REVERSED_FIRST:
        if settled is None:
            once.forbid_settlement(institution_id, key)
        return Effect(200, ReversalAnswer(request=key, outcome="never_settled", undone=None))
    if settled.verb != "settle" or settled.claim_id is None:
        raise refuse("request_key_reused", field="request")
    number = Claim.objects.values_list("number", flat=True).get(pk=settled.claim_id)
    done = _done(undoing.reverse(number=number, day=day, actor=caller.actor))
    undone = _undone_answer(caller, done)
    return Effect(200, ReversalAnswer(request=key, outcome="reversed", undone=undone), done.claim)


def claim_of(caller: Caller, number: str) -> Claim | None:
    """Return a claim of the caller's institution, or None; a paper bill is the member's."""
    return (
        Claim.objects.select_related("replaces", "institution")
        .filter(number=number, institution=caller.institution, paper=False)
        .first()
    )


@operation
def request_of(*, caller: Caller, key: str) -> Request:
    """Return what a number of the caller's was used for, with its claim.

    Refused: request_in_progress, while its message is being worked on; no_such_request.
    """
    if once.take_settlement(caller.institution.pk, key) is None:
        raise Refused(Refusal("no_such_request"))
    return Request.objects.select_related("claim__replaces").get(
        institution=caller.institution, key=key
    )


def show(caller: Caller, claim: Claim) -> ClaimAnswer:
    """Return a claim as it stands."""
    replaces = claim.replaces.number if claim.replaces is not None else None
    return answer_of(claim, care_area=caller.institution.area, replaces=replaces)


def _own(caller: Caller, number: str) -> None:
    if not Claim.objects.filter(
        number=number, institution=caller.institution, paper=False
    ).exists():
        raise refuse("no_such_claim")


def _done(outcome: Undoing | Refusal) -> Undoing:
    """Hand a refusal of an operation on to the one around it, which takes everything back."""
    if isinstance(outcome, Refusal):
        raise Refused(outcome)
    return outcome


def _undone_answer(caller: Caller, done: Undoing) -> UndoneAnswer:
    area, claim = caller.institution.area, done.claim
    held = sum(done.held.values(), Decimal(0))
    return UndoneAnswer(
        claim=answer_of(claim, care_area=area),
        given_back=GivenBackAnswer(
            pool=yuan(claim.pool),
            own_account=yuan(claim.own_paid),
            shared_accounts=yuan(claim.shared_paid),
            held=yuan(held),
            cash=yuan(claim.cash),
        ),
        settled=answer_of(done.settled, care_area=area, replaces=claim.number)
        if done.settled is not None
        else None,
    )
