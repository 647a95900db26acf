"""What staff decide month by month, two persons: a price by hand, a correction by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from members import queries as members
from members.models import Person
from members.months import first_of
from policy.queries import current_book
from policy.refusals import refusal, refuse
from record import changes
from record.models import Change, Role
from record.operations import Actor
from record.outcome import Refusal

from . import ledger
from .corrections import post_adjustment
from .models import Credit, LedgerAccount, Transfer
from .pricing import NIL, check_amount, credited_so_far, worth_of

PRICE_MONTH = "price_month"
ADJUST_MONTH = "adjust_month"


class NotUnpriced(Exception):
    """The month has a price by the rules, gives no account, or nothing is due for it."""


class NotCredited(Exception):
    """The month was not credited yet: there is nothing to adjust."""


def propose_price(
    *,
    person_id: int,
    month: date,
    amount: Decimal,
    reason: str,
    by: AbstractBaseUser,
    day: date,
) -> Change | Refusal:
    """Propose what an unpriced month is worth (AH49-1.1e).

    Refused: member_left, month_not_begun, already_priced, waits_for_second_person.
    Raises NotUnpriced, InvalidAmount, NotAllowed.
    """
    amount = check_amount(amount)
    month = first_of(month)
    if month > first_of(day):
        return refusal("month_not_begun")
    person = members.person(person_id)
    if members.has_left(person, day):
        return refusal("member_left")
    if Credit.objects.filter(person=person, month=month).exists():
        return refusal("already_priced")
    worth = worth_of(person=person, month=month, day=day, book=current_book())
    if worth.amount is not None:
        raise NotUnpriced(f"{month:%Y-%m} is not left without a price")
    return changes.propose(
        kind=PRICE_MONTH,
        key=f"person:{person_id}:{month:%Y-%m}",
        area=_area_of(person, day),
        payload={"month": month.isoformat(), "amount": str(amount), "unpriced": worth.reason},
        reason=reason,
        by=by,
        day=day,
        subject_id=person_id,
    )


def propose_adjustment(
    *,
    person_id: int,
    month: date,
    difference: Decimal,
    reason: str,
    by: AbstractBaseUser,
    day: date,
) -> Change | Refusal:
    """Propose to give or take a difference to what a month was credited.

    For what the rules cannot work out, such as a month that was priced by hand. Refused:
    member_left, waits_for_second_person. Raises NotCredited, InvalidAmount, NotAllowed.
    """
    difference = check_amount(difference, negative=True)
    if difference == 0:
        raise ValueError("a difference of nil changes nothing")
    month = first_of(month)
    person = members.person(person_id)
    if members.has_left(person, day):
        return refusal("member_left")
    if credited_so_far(person_id=person_id, month=month) is None:
        raise NotCredited(f"{month:%Y-%m} was not credited")
    return changes.propose(
        kind=ADJUST_MONTH,
        key=f"person:{person_id}:{month:%Y-%m}",
        area=_area_of(person, day),
        payload={"month": month.isoformat(), "difference": str(difference)},
        reason=reason,
        by=by,
        day=day,
        subject_id=person_id,
    )


def _area_of(person: Person, day: date) -> str:
    place = members.enrolment_on(person.pk, day)
    if place is None:
        raise ValueError("the person is enrolled nowhere on this day")
    return place.area


def _lock(change: Change, day: date) -> Person:
    assert change.subject_id is not None, "a month is a person's"
    person = members.lock_person(change.subject_id)
    if members.has_left(person, day):
        raise refuse("member_left")
    return person


def _apply_price(change: Change, _actor: Actor, day: date) -> None:
    """Credit the month once, as of the day of the approval."""
    person = _lock(change, day)
    month = date.fromisoformat(change.payload["month"])
    amount = Decimal(change.payload["amount"])
    book = current_book()
    area = _area_of(person, day)
    worth = worth_of(person=person, month=month, day=day, book=book)
    account = ledger.lock([person.pk]).get(person.pk)
    if worth.amount is not None or Credit.objects.filter(person=person, month=month).exists():
        # It has a price by now, or a run or another pair of persons was quicker.
        raise refuse("already_priced")
    disburses = book.rules(area, day).account_use.value == "disbursed"
    try:
        with transaction.atomic():
            credit = Credit.objects.create(
                person=person,
                month=month,
                area=worth.area,
                amount=amount,
                disbursed=disburses,
                change=change,
            )
    except IntegrityError:
        raise refuse("already_priced") from None
    if amount == NIL:
        return
    kind = Transfer.Kind.BACK_CREDIT if month < first_of(day) else Transfer.Kind.CREDIT
    if disburses:
        to_key: str | None = ledger.area_key(LedgerAccount.Kind.BANK, area)
        kind = Transfer.Kind.DISBURSEMENT
    else:
        to_key = None
        account = account or ledger.open_personal(person_id=person.pk, area=area, year=day.year)
    ledger.post(
        source=Transfer.Source.CREDIT,
        source_id=credit.pk,
        day=day,
        postings=[
            ledger.Posting(
                kind=kind,
                amount=amount,
                from_key=ledger.area_key(LedgerAccount.Kind.CONTRIBUTIONS, area),
                to_key=to_key,
                account_id=None if to_key or account is None else account.pk,
                bucket="" if to_key else ledger.CURRENT,
                month=month,
            )
        ],
        accounts={account.pk: account} if account else {},
    )


def _apply_adjustment(change: Change, _actor: Actor, day: date) -> None:
    person = _lock(change, day)
    post_adjustment(
        person=person,
        month=date.fromisoformat(change.payload["month"]),
        difference=Decimal(change.payload["difference"]),
        day=day,
        reason=change.reason,
        change=change,
    )


_CLERKS = frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.CASE_OFFICER.value})
_DECIDERS = frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value})

PRICE_CHANGE = changes.Kind(
    name=PRICE_MONTH, apply=_apply_price, proposers=_CLERKS, deciders=_DECIDERS
)
ADJUST_CHANGE = changes.Kind(
    name=ADJUST_MONTH, apply=_apply_adjustment, proposers=_CLERKS, deciders=_DECIDERS
)
