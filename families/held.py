"""What an area holds for the heirs of a payer who has left (rules 7), and its release.

A refund or reversal after the payout leaves the payer's share with the area that paid. One person
proposes to whom it goes, another approves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Sum

from accounts import ledger
from accounts.models import LedgerAccount, Transfer
from members import queries as members
from policy.refusals import refuse
from record import changes
from record.models import Change, Role
from record.operations import Actor, audit
from record.outcome import Refusal

from .departures import InvalidPayees, as_kept, check_payees

RELEASE_HELD = "release_held"
FEN = Decimal("0.01")


class NothingHeld(LookupError):
    """The area holds nothing for the heirs of this person."""


def held_for(*, person_id: int, area: str) -> Decimal:
    """Return what an area holds for the heirs of a person."""
    key = ledger.held_key(area, person_id)
    totals = LedgerAccount.objects.filter(key=key, kind=LedgerAccount.Kind.HELD).values_list("pk")
    received = Transfer.objects.filter(to_account__in=totals).aggregate(sum=Sum("amount"))["sum"]
    released = Transfer.objects.filter(from_account__in=totals).aggregate(sum=Sum("amount"))["sum"]
    return (received or ledger.NIL) - (released or ledger.NIL)


def propose_release(
    *,
    person_id: int,
    area: str,
    payees: Sequence[dict[str, Any]],
    evidence: str,
    by: AbstractBaseUser,
    day: date,
) -> Change | Refusal:
    """Propose to pay by bank what an area holds for the heirs of a person.

    Refused: waits_for_second_person. Raises InvalidPayees, NothingHeld, NotAllowed.
    """
    problems = check_payees(payees)
    if not evidence.strip():
        problems.append("name the papers that were seen")
    if problems:
        raise InvalidPayees(problems)
    held = held_for(person_id=person_id, area=area)
    if held <= 0:
        raise NothingHeld(f"{area} holds nothing for the heirs of this person")
    return changes.propose(
        kind=RELEASE_HELD,
        key=f"person:{person_id}:{area}",
        area=area,
        payload={"amount": str(held), "payees": [as_kept(payee) for payee in payees]},
        reason=evidence,
        by=by,
        day=day,
        subject_id=person_id,
    )


def split_among(amount: Decimal, payees: Sequence[dict[str, Any]]) -> list[Decimal]:
    """Split an amount by the payees' shares, to the fen; what is left over goes to the first."""
    parts = [
        (amount * Decimal(payee["share"])).quantize(FEN, rounding=ROUND_DOWN) for payee in payees
    ]
    parts[0] += amount - sum(parts, ledger.NIL)
    return parts


def _apply_release(change: Change, actor: Actor, day: date) -> None:
    """Pay what was approved, if it is still held: a transfer for each payee."""
    assert change.subject_id is not None, "what is held is held for a person's heirs"
    person = members.lock_person(change.subject_id)
    amount = Decimal(change.payload["amount"])
    if held_for(person_id=person.pk, area=change.area) < amount:
        raise refuse("not_waiting")
    payees = change.payload["payees"]
    held = ledger.held_key(change.area, person.pk)
    bank = ledger.area_key(LedgerAccount.Kind.BANK, change.area)
    parts = split_among(amount, payees)
    ledger.post(
        source=Transfer.Source.RELEASE,
        source_id=change.pk,
        day=day,
        postings=[
            ledger.Posting(kind=Transfer.Kind.PAYOUT, amount=part, from_key=held, to_key=bank)
            for part in parts
            if part > 0
        ],
    )
    audit(
        actor=actor,
        verb="families.release_held",
        area=change.area,
        subject_id=person.pk,
        record=f"change:{change.pk}",
        data={"amount": str(amount), "parts": [str(part) for part in parts]},
    )


RELEASE_CHANGE = changes.Kind(
    name=RELEASE_HELD,
    apply=_apply_release,
    proposers=frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.FINANCE_CLERK.value}),
    deciders=frozenset({Role.Kind.REVIEWER.value}),
)
