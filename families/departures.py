"""Departures (SZ-17, rules 4.5): a payout in full, and a death that is reported before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from accounts import ledger
from accounts.closing import close_account
from accounts.models import Credit, LedgerAccount, Transfer
from members import operations as members_operations
from members import queries as members
from members.bank_accounts import check_number, packed
from members.models import Person
from policy.refusals import refusal, refuse
from record import changes
from record.models import Change, Role
from record.operations import Actor, audit, operation, tell
from record.outcome import Refusal

from .bindings import end_binding
from .locking import lock_family
from .models import Payout, RecoveryItem

LEFT = "member_left"
PAYOUT = "payout"


class InvalidPayees(ValueError):
    """The payees cannot be paid like this; `problems` says why, one plain line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


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
    if reason not in {Person.Departure.DEATH, Person.Departure.EMIGRATION}:
        raise ValueError(f"{reason!r} is no reason for a payout")
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
    account = ledger.lock_for_departure(person_id=person_id, area=place.area)
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
def report_death(
    *, person_id: int, died_on: date, day: date, actor: Actor, reason: str = ""
) -> list[RecoveryItem]:
    """Record a death: at once everything ends as at a payout, which is still to come.

    The account is frozen and pays for nobody. What was credited or spent since the day of death is
    listed for staff to recover. Refused: member_left.
    """
    persons, bindings = lock_family(person_id)
    person = persons[person_id]
    if not person.born <= died_on <= day:
        raise ValueError("the day of death lies before the birth or after today")
    if person.left_on is not None:
        raise refuse(LEFT)
    for binding in bindings:
        end_binding(binding, code=LEFT, day=day)
    members_operations.mark_left(person=person, reason=Person.Departure.DEATH, day=died_on)
    place = members.enrolment_on(person_id, day)
    account = ledger.lock_for_departure(person_id=person_id, area=place.area if place else "")
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
    # Should the report be false, the person is the one who can tell.
    tell(kind="death_reported", person_ids=[person_id])
    audit(
        actor=actor,
        verb="families.death",
        area=place.area if place else "",
        subject_id=person_id,
        purpose=reason[:200],
        data={"died_on": str(died_on), "to_recover": len(items)},
    )
    return items


def check_payees(payees: Sequence[dict[str, Any]]) -> list[str]:
    """Say what is wrong with the payees: each has a name, and the shares add up to the whole."""
    problems = []
    if not payees:
        problems.append("name at least one payee")
    if any(not str(payee.get("name") or "").strip() for payee in payees):
        problems.append("every payee needs a name")
    shares = [_share_of(payee) for payee in payees]
    if any(share is None or not 0 < share <= 1 for share in shares):
        problems.append("every payee needs a share above 0 and up to 1, such as 0.5")
    elif payees and sum(share for share in shares if share is not None) != 1:
        problems.append("the shares must add up to 100%")
    return problems


def _share_of(payee: dict[str, Any]) -> Decimal | None:
    try:
        share = Decimal(str(payee.get("share", "")))
    except InvalidOperation:
        return None
    return share if share.is_finite() else None


def propose_payout(
    *,
    person_id: int,
    reason: str,
    payees: Sequence[dict[str, Any]],
    evidence: str,
    by: AbstractBaseUser,
    day: date,
) -> Change | Refusal:
    """Propose to pay an account out in full; nothing moves until another person approves.

    `reason`: `death` or `emigration`. `payees`: each with `name` and `share` (of 1), and what the
    bank needs. `evidence` names the papers that were seen. The member is told, so that a false
    payout is noticed. Refused: member_left, not_enrolled, waits_for_second_person.
    Raises InvalidPayees, NotAllowed.
    """
    problems = check_payees(payees)
    if reason not in {Person.Departure.DEATH, Person.Departure.EMIGRATION}:
        problems.append("the reason is death or emigration")
    if not evidence.strip():
        problems.append("name the papers that were seen")
    if problems:
        raise InvalidPayees(problems)
    person = members.person(person_id)
    reported = person.departure == Person.Departure.DEATH and person.paid_out_on is None
    if members.has_left(person, day) and not (reported and reason == Person.Departure.DEATH):
        return refusal("member_left")
    place = members.enrolment_on(person_id, day)
    if place is None:
        return refusal("not_enrolled")
    change = changes.propose(
        kind=PAYOUT,
        key=f"person:{person_id}",
        area=place.area,
        payload={"reason": reason, "payees": [as_kept(payee) for payee in payees]},
        reason=evidence,
        by=by,
        day=day,
        subject_id=person_id,
    )
    if isinstance(change, Change):
        tell(kind="payout_proposed", person_ids=[person_id], data={"change": change.pk})
    return change


def as_kept(payee: dict[str, Any]) -> dict[str, Any]:
    """Return a checked payee as a change keeps it: a bank account encrypted, with its last digits.

    Raises InvalidAccount for an account that is none.
    """
    kept = {name: value for name, value in payee.items() if name != "account"}
    kept |= {"name": str(payee["name"]).strip(), "share": str(payee["share"])}
    if payee.get("account"):
        kept |= packed(check_number(str(payee["account"])))
    return kept


def _apply_payout(change: Change, actor: Actor, day: date) -> None:
    assert change.subject_id is not None, "a payout is of a person"
    problems = check_payees(change.payload["payees"])
    if problems:
        raise InvalidPayees(problems)
    pay_out(
        person_id=change.subject_id,
        reason=change.payload["reason"],
        day=day,
        actor=actor,
        payees=change.payload["payees"],
        approved_by_id=change.decided_by_id,
    )


_PROPOSERS = frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.FINANCE_CLERK.value})
_DECIDERS = frozenset({Role.Kind.REVIEWER.value})

PAYOUT_CHANGE = changes.Kind(
    name=PAYOUT,
    apply=_apply_payout,
    proposers=_PROPOSERS,
    deciders=_DECIDERS,
    # The member has been told, and has these days to say that they are alive, or still here.
    days_to_wait=settings.PAYOUT_DAYS_TO_WAIT,
)
