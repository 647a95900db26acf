"""Corrections of what a month was credited (rules 4.6).

A corrected base, a contribution paid back or a back-dated retirement changes what a month should
have been credited. The difference is a transfer of its own that names the month. What gives is
posted at once; what takes away waits for two persons and stops at nil.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model

from members import queries as members
from members.models import Contribution, Person
from members.months import retired_from
from policy.book import Book
from policy.queries import current_book
from policy.refusals import refuse
from record import changes
from record.models import Change, Role
from record.operations import Actor, audit, operation, tell

from . import ledger
from .models import Adjustment, Credit, LedgerAccount, Transfer
from .pricing import NIL, check_amount, credited_so_far, worth_of

TAKE_BACK = "take_back"


class NothingToCorrect(LookupError):
    """The month was never paid, or was paid back already."""


@dataclass(slots=True)
class Correction:
    """What came of a correction.

    `posted`: at once; `proposed`: what waits for a second person; `left`: credited months without
    a price by the rules, or priced by hand, which only staff can correct.
    """

    posted: list[Adjustment] = field(default_factory=list)
    proposed: list[Change] = field(default_factory=list)
    left: list[date] = field(default_factory=list)


@operation
def correct_base(
    *,
    person_id: int,
    month: date,
    base: Decimal,
    paid_on: date,
    day: date,
    reason: str,
    actor: Actor,
) -> Correction:
    """Correct the base of a paid month; its first one stays in the history.

    A later `paid_on` than the one on record does not take standing away: the earlier one counts
    (2.3). Refused: member_left. Raises NothingToCorrect, InvalidAmount, ValueError.
    """
    base = check_amount(base)
    if paid_on > day:
        raise ValueError("a contribution cannot be paid after today")
    person = _lock(person_id, [month], day)
    contribution = _paid(person, month)
    before = contribution.base
    contribution.base, contribution.paid_on = base, min(paid_on, contribution.paid_on)
    contribution.save(update_fields=["base", "paid_on"])
    audit(
        actor=actor,
        verb="accounts.correct_base",
        subject_id=person_id,
        data={
            "month": f"{month:%Y-%m}",
            "before": str(before),
            "after": str(base),
            "paid_on": str(paid_on),
            "reason": reason,
        },
    )
    return _settle_months(person, [month], day=day, reason=reason, actor=actor)


@operation
def pay_back(*, person_id: int, month: date, day: date, reason: str, actor: Actor) -> Correction:
    """Record that a month's contribution was paid back to its payer on a day.

    Refused: member_left. Raises NothingToCorrect.
    """
    person = _lock(person_id, [month], day)
    contribution = _paid(person, month)
    contribution.paid_back_on = day
    contribution.save(update_fields=["paid_back_on"])
    audit(
        actor=actor,
        verb="accounts.pay_back",
        subject_id=person_id,
        data={"month": f"{month:%Y-%m}", "reason": reason},
    )
    return _settle_months(person, [month], day=day, reason=reason, actor=actor)


@operation
def retire_back_dated(
    *, person_id: int, retired_on: date, day: date, reason: str, actor: Actor
) -> Correction:
    """Record a retirement whose months were credited already, or move one that was recorded wrong.

    Months between that were not credited yet are made up by running them. Refused: member_left.
    """
    if retired_on > day:
        raise ValueError("a retirement that lies ahead corrects nothing")
    credited = set(Credit.objects.filter(person_id=person_id).values_list("month", flat=True))
    person = _lock(person_id, credited, day)
    before = person.retired_on
    edges = [edge for edge in (retired_from(before), retired_from(retired_on)) if edge]
    person.retired_on = retired_on
    person.save(update_fields=["retired_on"])
    audit(
        actor=actor,
        verb="accounts.retire_back_dated",
        subject_id=person_id,
        data={"before": str(before or ""), "after": str(retired_on), "reason": reason},
    )
    # Between the two beginnings the months change; without a former one, all from the new one on.
    last = max(edges) if before else date.max
    months = sorted(month for month in credited if min(edges) <= month < last)
    return _settle_months(person, months, day=day, reason=reason, actor=actor)


@operation
def settle_month(
    *, person_id: int, month: date, day: date, reason: str, actor: Actor
) -> Correction:
    """Bring a credited month to what it should be: after a contribution that was paid again.

    Refused: member_left.
    """
    person = _lock(person_id, [month], day)
    return _settle_months(person, [month], day=day, reason=reason, actor=actor)


def make_up_repaid(*, area: str, day: date, actor: Actor) -> list[Correction]:
    """Adjust the months of an area that were paid back, taken away, and have been paid again.

    A month is credited at most once, so what a second payment is worth is an adjustment too.
    """
    again = (
        Adjustment.objects.filter(
            difference__lt=0,
            person__enrolments__area=area,
            person__enrolments__ends_on=None,
            person__left_on=None,
            person__contributions__paid_back_on=None,
        )
        .extra(
            where=[
                "members_contribution.month = accounts_adjustment.month",
                "members_contribution.paid_on >= accounts_adjustment.day",
            ]
        )
        .values_list("person_id", "month")
        .distinct()
    )
    done = [
        settle_month(person_id=person_id, month=month, day=day, reason="paid again", actor=actor)
        for person_id, month in list(again)
    ]
    return [correction for correction in done if isinstance(correction, Correction)]


# --- how a month is settled -----------------------------------------------------------------------


def _lock(person_id: int, months: Iterable[date], day: date) -> Person:
    """Lock what waits for these months, then the person: in the order of an approval."""
    keys = [_key(person_id, month) for month in months]
    waiting = Change.objects.filter(kind=TAKE_BACK, key__in=keys, state=Change.State.WAITING)
    list(waiting.order_by("pk").select_for_update(of=("self",)))
    person = members.lock_person(person_id)
    if members.has_left(person, day):
        raise refuse("member_left")
    return person


def _paid(person: Person, month: date) -> Contribution:
    contribution = (
        Contribution.objects.select_for_update(of=("self",))
        .filter(person=person, month=month, paid_back_on=None)
        .first()
    )
    if contribution is None:
        raise NothingToCorrect(f"{month:%Y-%m} has no contribution that could be corrected")
    return contribution


def _settle_months(
    person: Person, months: Iterable[date], *, day: date, reason: str, actor: Actor
) -> Correction:
    book = current_book()
    area = _area_of(person, day)
    done = Correction()
    for month in months:
        had = credited_so_far(person_id=person.pk, month=month)
        if had is None:
            continue
        by_hand = Credit.objects.filter(person=person, month=month, cell=None).exists()
        should = worth_of(person=person, month=month, day=day, book=book).amount
        changes.supersede(kind=TAKE_BACK, key=_key(person.pk, month), actor=actor, day=day)
        if should is None or by_hand:
            done.left.append(month)
        elif should > had or (should < had and not _needs_two(book, area, day)):
            done.posted.append(
                post_adjustment(
                    person=person,
                    month=month,
                    difference=should - had,
                    day=day,
                    reason=reason,
                )
            )
        elif should < had:
            done.proposed.append(
                _propose_to_take(
                    person, month, should - had, area=area, day=day, reason=reason, actor=actor
                )
            )
    if done.left:
        audit(
            actor=actor,
            verb="accounts.correction_left",
            area=area,
            subject_id=person.pk,
            data={"months": [f"{month:%Y-%m}" for month in done.left]},
        )
    return done


def _needs_two(book: Book, area: str, day: date) -> bool:
    return book.rules(area, day).take_back_needs_second_person.value


def _propose_to_take(
    person: Person,
    month: date,
    difference: Decimal,
    *,
    area: str,
    day: date,
    reason: str,
    actor: Actor,
) -> Change:
    facts: dict[str, Any] = {
        "kind": TAKE_BACK,
        "key": _key(person.pk, month),
        "area": area,
        "payload": {"month": month.isoformat(), "difference": str(difference)},
        "reason": reason,
        "subject_id": person.pk,
        "day": day,
    }
    user = get_user_model().objects.filter(pk=actor.user_id).first() if actor.user_id else None
    # Facts come in by rolls too, from whoever may bring them in: without a clerk's role, or without
    # a person, the system proposes, and a clerk has to take the proposal over first.
    if user is not None and changes.may_propose(kind=TAKE_BACK, area=area, by=user, day=day):
        return changes.proposed(**facts, by=user)
    return changes.proposed(**facts, by=changes.system_user())


def post_adjustment(
    *,
    person: Person,
    month: date,
    difference: Decimal,
    day: date,
    reason: str,
    change: Change | None = None,
) -> Adjustment:
    """Post a difference of a locked person's month, what takes away up to nil.

    Inside the caller's transaction. In an area that keeps no accounts what gives is paid by bank,
    and what takes away is staff's to recover.
    """
    area = _area_of(person, day)
    rules = current_book().rules(area, day)
    disburses = rules.account_use.value == "disbursed"
    account = ledger.lock([person.pk]).get(person.pk)
    if difference > 0:
        posted = difference
        if account is None and not disburses:
            account = ledger.open_personal(person_id=person.pk, area=area, year=day.year)
    else:
        held = sum(ledger.turned(account, day), NIL) if account and not disburses else NIL
        posted = -min(-difference, held)
    adjustment = Adjustment.objects.create(
        person=person,
        month=month,
        difference=difference,
        posted=posted,
        disbursed=disburses and posted > 0,
        day=day,
        reason=reason[:200],
        change=change,
    )
    fund = ledger.area_key(LedgerAccount.Kind.CONTRIBUTIONS, area)
    bank = ledger.area_key(LedgerAccount.Kind.BANK, area)
    postings: list[ledger.Posting] = []
    if disburses and posted > 0:
        postings = [
            ledger.Posting(
                kind=Transfer.Kind.ADJUSTMENT,
                amount=posted,
                from_key=fund,
                to_key=bank,
                month=month,
            )
        ]
    elif account is not None and posted > 0:
        postings = [
            ledger.Posting(
                kind=Transfer.Kind.ADJUSTMENT,
                amount=posted,
                from_key=fund,
                account_id=account.pk,
                bucket=ledger.CURRENT,
                month=month,
            )
        ]
    elif account is not None and posted < 0:
        postings = [
            ledger.Posting(
                kind=Transfer.Kind.ADJUSTMENT,
                amount=amount,
                to_key=fund,
                account_id=account.pk,
                bucket=bucket,
                month=month,
            )
            for bucket, amount in ledger.split(account, -posted, day, "current_first")
        ]
    ledger.post(
        source=Transfer.Source.ADJUSTMENT,
        source_id=adjustment.pk,
        day=day,
        postings=postings,
        accounts={account.pk: account} if account else {},
    )
    tell(kind="adjusted", person_ids=[person.pk], data={"adjustment": adjustment.pk})
    return adjustment


def _area_of(person: Person, day: date) -> str:
    place = members.enrolment_on(person.pk, day)
    if place is None:
        raise refuse("not_enrolled")
    return place.area


def _key(person_id: int, month: date) -> str:
    return f"person:{person_id}:{month:%Y-%m}"


def _apply_take_back(change: Change, actor: Actor, day: date) -> None:
    """Take what was approved, but no more than the month has too much on this day."""
    assert change.subject_id is not None, "what is taken back is a person's"
    person = members.lock_person(change.subject_id)
    if members.has_left(person, day):
        raise refuse("member_left")
    month = date.fromisoformat(change.payload["month"])
    had = credited_so_far(person_id=person.pk, month=month) or NIL
    should = worth_of(person=person, month=month, day=day, book=current_book()).amount
    too_much = had - should if should is not None else -Decimal(change.payload["difference"])
    difference = max(Decimal(change.payload["difference"]), min(NIL, -too_much))
    if difference < 0:
        post_adjustment(
            person=person,
            month=month,
            difference=difference,
            day=day,
            reason=change.reason,
            change=change,
        )


TAKE_BACK_CHANGE = changes.Kind(
    name=TAKE_BACK,
    apply=_apply_take_back,
    proposers=frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.CASE_OFFICER.value}),
    deciders=frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value}),
)
