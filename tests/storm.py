"""A storm of settlements and undoings against a few shared accounts, and what to look at after.

What is looked at comes from the transfers, never from the balances that an account keeps.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from django.db import DatabaseError

from accounts.models import LedgerAccount, Transfer
from claims import operations as claims
from claims.models import Accumulator, Claim, Institution
from members.models import Person
from tests.people import (
    ACTOR,
    YANGZHOU,
    bill,
    bound,
    contribute,
    enrol,
    give_money,
    hospital,
    refused,
)
from tests.together import at_once

MAY = date(2023, 5, 1)
DAY = date(2023, 5, 20)


@dataclass
class Storm:
    """Eight patients, each with the same seven payers, asked in one order and in the other."""

    payers: list[Person]
    patients: list[Person]
    hospitals: list[Institution]
    numbers: list[str] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)

    def blow(self, *, seconds: float, works: int = 8, forgiving: bool = False) -> None:
        """Settle, refund and reverse from eight threads until the time is over."""
        end = time.monotonic() + seconds
        at_once(
            [partial(self._work, place, end, forgiving=forgiving) for place in range(works)],
            seconds=seconds + 120,
        )

    def _work(self, place: int, end: float, *, forgiving: bool) -> None:
        rng = random.Random(place)
        patient = self.patients[place % len(self.patients)]
        while time.monotonic() < end:
            try:
                outcome = self._something(rng, patient)
            except DatabaseError:
                if not forgiving:
                    raise
            else:
                self.tally[refused(outcome) or type(outcome).__name__] += 1

    def _something(self, rng: random.Random, patient: Person) -> object:
        if self.numbers and rng.random() < 0.42:
            undo = rng.choice([claims.refund, claims.reverse])
            return undo(number=rng.choice(self.numbers), day=DAY, actor=ACTOR)
        amount = Decimal(rng.randrange(1, 15000)) / 100
        outcome = claims.settle(
            bill=bill(patient, rng.choice(self.hospitals), amount, day=DAY), day=DAY, actor=ACTOR
        )
        if isinstance(outcome, Claim):
            self.numbers.append(outcome.number)
        return outcome


def a_storm() -> Storm:
    """Make the cast of a storm, in Yangzhou: half the patients are residents."""
    payers = enrol(*(f"payer {place}" for place in range(7)), area=YANGZHOU)
    give_money(dict.fromkeys(payers, "120.00"), month=MAY, day=DAY)
    patients = [
        *enrol(*(f"employee {place}" for place in range(4)), area=YANGZHOU),
        *enrol(*(f"resident {place}" for place in range(4)), area=YANGZHOU, scheme="resident"),
    ]
    for patient in patients[:4]:
        contribute(patient, month=MAY, day=DAY)
    for place, patient in enumerate(patients):
        for payer in payers if place % 2 else reversed(payers):
            bound(payer, patient, day=DAY, relation="parent")
    return Storm(payers, patients, [hospital(YANGZHOU, level=level) for level in (1, 2, 3)])


def overspent(payers: list[Person]) -> list[str]:
    """Say, from the transfers alone, which accounts paid more than they ever got."""
    found = []
    for payer in payers:
        account = LedgerAccount.objects.get(person=payer)
        moved = Transfer.objects.filter(account=account).order_by("pk")
        left = Decimal(0)
        for transfer in moved:
            left += transfer.amount if transfer.to_account_id == account.pk else -transfer.amount
            if left < 0:
                found.append(f"{payer.name} paid {-left} more than there was")
                break
    return found


def claims_do_not_add_up() -> list[str]:
    """Say which claims' transfers are not what the claim says, or were not given back whole."""
    found = []
    for claim in Claim.objects.all():
        paid: Counter[tuple[int | None, str]] = Counter()
        back: Counter[tuple[int | None, str]] = Counter()
        for transfer in Transfer.objects.filter(source="claim", source_id=claim.pk):
            paid[transfer.account_id, transfer.bucket] += transfer.amount  # type: ignore[assignment]
        for transfer in Transfer.objects.filter(source="undo", source_id=claim.pk):
            back[transfer.account_id, transfer.bucket] += transfer.amount  # type: ignore[assignment]
        if sum(paid.values()) != claim.pool + claim.own_paid + claim.shared_paid:
            found.append(f"{claim.number}: not what it says")
        if back != (Counter() if claim.state == Claim.State.SETTLED else paid):
            found.append(f"{claim.number} is {claim.state}, and {dict(back)} came back")
    return found


def accumulators_do_not_add_up() -> list[str]:
    """Say whose deductible and pooled share are not the sums of their standing claims."""
    found = []
    for used in Accumulator.objects.all():
        standing = Claim.objects.filter(
            patient_id=used.person_id,
            area=used.area,
            service_date__year=used.year,
            state=Claim.State.SETTLED,
        )
        sums = (sum(c.deductible for c in standing), sum(c.pool for c in standing))
        if sums != (used.deductible, used.pool):
            found.append(f"person {used.person_id}: {sums} by the claims")
    return found
