"""Departures (SZ-17, rules 4.5): a payout in full, and a death that is reported before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from accounts import ledger
from accounts.closing import close_account
from accounts.models import Credit, LedgerAccount, Transfer
from members import operations as members_operations
from members import queries as members
from members.models import Person
from policy.refusals import refuse
from record import changes
from record.models import Change, Role
from record.operations import Actor, audit, operation

from .bindings import end_binding
from .locking import lock_family
from .models import Payout, RecoveryItem

LEFT = "member_left"


@operation
def payout(
    *,
    person_id: int,
    reason: str,
    day: date,
    actor: Actor,
    payees: Sequence[dict[str, Any]] = (),
) -> Payout:
    """Pay an account out in full, with its interest up to the day before; the member leaves.

    `reason`: `death` or `emigration`. After a reported death the payout is still to come and is
    not refused. Refused: member_left.
    """
    return pay_out(person_id=person_id, reason=reason, day=day, actor=actor, payees=payees)


def pay_out(
    *,
    person_id: int,
    reason: str,
    day: date,
    actor: Actor,
    payees: Sequence[dict[str, Any]],
    approved_by_id: int | None = None,
) -> Payout:
    """Do the payout inside the caller's transaction."""
    persons, bindings = lock_family(person_id)
    person = persons[person_id]
    death_reported = person.departure == Person.Departure.DEATH and person.paid_out_on is None
    if members.has_left(person, day) and not (death_reported and reason == "death"):
        raise refuse(LEFT)
    for binding in bindings:
        end_binding(binding, code=LEFT, day=day)
    if not death_reported:
        members_operations.mark_left(person=person, reason=reason, day=day)
    person.paid_out_on = day
    person.save(update_fields=["paid_out_on"])

    place = members.enrolment_on(person_id, day)
    if place is None:
        raise refuse("not_enrolled")
    account = ledger.lock([person_id]).get(person_id)
    interest = amount = ledger.NIL
    if account is not None:
        interest = close_account(account=account, area=place.area, day=day)
        amount = sum(ledger.turned(account, day), ledger.NIL)
    done = Payout.objects.create(
        person=person,
        reason=reason,
        day=day,
        interest=interest,
        amount=amount,
        payees=list(payees),
        approved_by_id=approved_by_id,
    )
    if account is not None:
        _empty(account, done, area=place.area, day=day)
    audit(
        actor=actor,
        verb="families.payout",
        area=place.area,
        subject_id=person_id,
        record=f"payout:{done.pk}",
        data={"reason": reason, "amount": str(amount)},
    )
    return done


def _empty(account: LedgerAccount, done: Payout, *, area: str, day: date) -> None:
    current, carried = ledger.turned(account, day)
    bank = ledger.area_key(LedgerAccount.Kind.BANK, area)
    ledger.post(
        source=Transfer.Source.PAYOUT,
        source_id=done.pk,
        day=day,
        postings=[
            ledger.take(
                account_id=account.pk,
                bucket=bucket,
                to_key=bank,
                amount=amount,
                kind=Transfer.Kind.PAYOUT,
            )
            for bucket, amount in ((ledger.CURRENT, current), (ledger.CARRIED, carried))
            if amount > 0
        ],
        accounts={account.pk: account},
    )
    if account.frozen_on is None:
        LedgerAccount.objects.filter(pk=account.pk).update(frozen_on=day)


@operation
def report_death(*, person_id: int, died_on: date, day: date, actor: Actor) -> list[RecoveryItem]:
    """Record a death: at once everything ends as at a payout, which is still to come.

    The account is frozen and pays for nobody. What was credited or spent since the day of death is
    listed for staff to recover. Refused: member_left.
    """
    persons, bindings = lock_family(person_id)
    person = persons[person_id]
    if person.left_on is not None:
        raise refuse(LEFT)
    for binding in bindings:
        end_binding(binding, code=LEFT, day=day)
    members_operations.mark_left(person=person, reason=Person.Departure.DEATH, day=died_on)
    account = ledger.lock([person_id]).get(person_id)
    if account is not None:
        LedgerAccount.objects.filter(pk=account.pk).update(frozen_on=day)
    since = Transfer.objects.filter(value_date__gte=died_on).filter(
        Q(account__person_id=person_id)
        | Q(
            source=Transfer.Source.CREDIT,
            source_id__in=Credit.objects.filter(person_id=person_id).values("pk"),
        )
    )
    items = RecoveryItem.objects.bulk_create(
        RecoveryItem(person=person, transfer=transfer, listed_on=day) for transfer in since
    )
    audit(
        actor=actor,
        verb="families.death",
        subject_id=person_id,
        data={"died_on": str(died_on), "to_recover": len(items)},
    )
    return items


def check_payees(payees: Sequence[dict[str, Any]]) -> list[str]:
    """Say what is wrong with the payees: each has a name, and the shares add up to the whole."""
    problems = []
    if not payees:
        problems.append("name at least one payee")
    if any(not payee.get("name") for payee in payees):
        problems.append("every payee needs a name")
    if payees and sum(Decimal(str(payee.get("share", 0))) for payee in payees) != 1:
        problems.append("the shares must add up to 100%")
    return problems


def _apply_payout(change: Change, actor: Actor, day: date) -> None:
    assert change.subject_id is not None, "a payout is of a person"
    pay_out(
        person_id=change.subject_id,
        reason=change.payload["reason"],
        day=day,
        actor=actor,
        payees=change.payload["payees"],
        approved_by_id=change.decided_by_id,
    )


PAYOUT_CHANGE = changes.Kind(
    name="payout",
    apply=_apply_payout,
    proposers=frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.FINANCE_CLERK.value}),
    deciders=frozenset({Role.Kind.REVIEWER.value}),
)
