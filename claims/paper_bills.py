"""Writes about paper bills (零星报销, rules 6.5): handed in, checked, adjudicated, paid by bank.

The engine is the same as at a counter, on the service date. Only the pooled fund pays, to the
member's bank account; above the area's `paper_bill_alone_up_to` two persons agree. Persons are
locked first, then the bill.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError

from members import queries as members
from members.models import Person
from policy.queries import current_book
from policy.refusals import refuse
from record import changes, papers
from record.models import Change, Role
from record.operations import Actor, audit, operation, tell
from record.outcome import Refusal

from .bill import Bill, check_lines, line_as_json, line_from
from .engine.decision import Decision
from .engine.facts import Line
from .looking import glance
from .models import Claim, Institution, PaperBill, PaperBillStep
from .settling import decide, settle_locked

State = PaperBill.State
Step = PaperBillStep.Kind
OPEN = frozenset({State.SENT, State.ASKED})
#: The kind of thing under which papers of a bill are kept.
PAPERS = "paper_bill"
LARGE = "paper_bill"


@dataclass(frozen=True, slots=True)
class Written:
    """What a member reads off a bill."""

    institution_name: str
    category: str
    service_date: date
    bill_number: str
    total: Decimal
    institution: Institution | None = None


def hand_in_bill(
    *, person_id: int, written: Written, note: str, draft: str, day: date, actor: Actor
) -> PaperBill | Refusal:
    """Hand a bill in with the papers of a draft.

    Refused: member_left, not_enrolled, service_date_in_future, paper_bill_not_accepted,
    duplicate_paper_bill.
    """
    try:
        return _hand_in(
            person_id=person_id, written=written, note=note, draft=draft, day=day, actor=actor
        )
    except IntegrityError as error:
        return _duplicate(error)


@operation
def _hand_in(
    *, person_id: int, written: Written, note: str, draft: str, day: date, actor: Actor
) -> PaperBill:
    person = members.lock_person(person_id)
    _check(person, written, day)
    bill = PaperBill(person=person, applied_on=day)
    _write_down(bill, written)
    bill.save()
    handed = _papers(bill, draft, actor)
    _step(bill, Step.SEND, day, actor, note, papers=handed)
    return bill


@operation
def correct_bill(
    *, bill_id: int, written: Written, note: str, draft: str, day: date, actor: Actor
) -> PaperBill:
    """Correct a bill that is not decided, or add what was asked for; then it waits again.

    Refused as `hand_in_bill`, and with not_waiting.
    """
    bill = _lock_open(bill_id)
    _check(bill.person, written, day, but_for=bill.pk)
    _write_down(bill, written)
    bill.state = State.SENT
    bill.save()
    handed = _papers(bill, draft, actor)
    changes.supersede(kind=LARGE, key=key_of(bill.pk), actor=actor, day=day)
    _step(bill, Step.CORRECT, day, actor, note, papers=handed)
    return bill


@operation
def withdraw_bill(*, bill_id: int, day: date, actor: Actor) -> PaperBill:
    """Take a bill back that is not decided."""
    bill = _lock_open(bill_id)
    bill.state = State.WITHDRAWN
    return _decide(bill, Step.WITHDRAW, day, actor, "")


def complete_bill(
    *,
    bill_id: int,
    institution: Institution,
    written: Written,
    lines: tuple[Line, ...],
    seen: int,
    day: date,
    actor: Actor,
) -> PaperBill | Refusal:
    """Enter the lines that staff read off a bill. Raises InvalidBill, NotAllowed.

    Refused: not_waiting, changed_meanwhile, duplicate_paper_bill.
    """
    check_lines(lines)
    try:
        return _complete(
            bill_id=bill_id,
            institution=institution,
            written=written,
            lines=lines,
            seen=seen,
            day=day,
            actor=actor,
        )
    except IntegrityError as error:
        return _duplicate(error)


@operation
def _complete(
    *,
    bill_id: int,
    institution: Institution,
    written: Written,
    lines: tuple[Line, ...],
    seen: int,
    day: date,
    actor: Actor,
) -> PaperBill:
    bill = _lock_open(bill_id, seen=seen, by=actor)
    _write_down(bill, written)
    bill.institution = institution
    bill.lines = [line_as_json(line) for line in lines]
    bill.total = sum((line.amount for line in lines), Decimal("0.00"))
    bill.save()
    changes.supersede(kind=LARGE, key=key_of(bill.pk), actor=actor, day=day)
    _step(bill, Step.COMPLETE, day, actor, "", total=str(bill.total), lines=len(lines))
    return bill


@operation
def preview(*, bill_id: int, day: date) -> Decision:
    """Work out what the law says to a completed bill today; nothing is written.

    Refused as `settle`, and with bill_not_complete. Raises UnknownInstitution.
    """
    bill = PaperBill.objects.select_related("institution", "person").get(pk=bill_id)
    claimed = _as_bill(bill)
    return decide(bill=claimed, seen=glance(claimed, day=day), day=day)


@operation
def approve_bill(*, bill_id: int, seen: int, day: date, actor: Actor, note: str = "") -> PaperBill:
    """Approve a completed bill and pay the fund's share to the member's bank account.

    Refused as `preview`, and with not_waiting, changed_meanwhile, bank_account_missing,
    paper_bill_needs_two (see `propose_bill`). Raises NotAllowed.
    """
    bill, claim = _settle(bill_id, seen=seen, day=day, actor=actor, note=note)
    limit = current_book().rules(claim.area, day).paper_bill_alone_up_to.value
    if claim.pool > limit:
        raise refuse("paper_bill_needs_two", limit=str(limit))
    return bill


def propose_bill(
    *, bill_id: int, pool: Decimal, note: str, seen: int, by: AbstractBaseUser, day: date
) -> Change | Refusal:
    """Propose to approve a bill above the limit; a reviewer decides. Raises NotAllowed."""
    bill = PaperBill.objects.get(pk=bill_id)
    if _is_own(bill.person, by.pk):
        raise changes.NotAllowed("nobody decides on their own bill")
    return changes.propose(
        kind=LARGE,
        key=key_of(bill_id),
        area=area_of_bill(str(bill_id)),
        payload={"bill": bill_id, "pool": str(pool), "note": note, "seen": seen},
        reason=note or "—",
        by=by,
        day=day,
        subject_id=bill.person_id,
    )


def _apply_large(change: Change, actor: Actor, day: date) -> None:
    told = change.payload
    _, claim = _settle(told["bill"], seen=told["seen"], day=day, actor=actor, note=told["note"])
    if claim.pool != Decimal(told["pool"]):
        # Another bill has used up the deductible or the cap since it was proposed.
        raise refuse("changed_meanwhile")


LARGE_BILL_CHANGE = changes.Kind(
    name=LARGE,
    apply=_apply_large,
    proposers=frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value}),
    deciders=frozenset({Role.Kind.REVIEWER.value}),
)


@operation
def ask_about_bill(*, bill_id: int, note: str, seen: int, day: date, actor: Actor) -> PaperBill:
    """Ask the member for something; the bill stays open."""
    bill = _lock_open(bill_id, seen=seen, by=actor)
    bill.state = State.ASKED
    return _decide(bill, Step.ASK, day, actor, note)


@operation
def refuse_bill(*, bill_id: int, note: str, seen: int, day: date, actor: Actor) -> PaperBill:
    """Refuse a bill, with a reason that the member reads."""
    bill = _lock_open(bill_id, seen=seen, by=actor)
    bill.state = State.REFUSED
    return _decide(bill, Step.REFUSE, day, actor, note)


def area_of_bill(bill_id: str) -> str:
    """Return the area that decides on a bill: where its person is insured now."""
    person_id = PaperBill.objects.filter(pk=bill_id).values_list("person_id", flat=True).first()
    return members.present_area(person_id) if person_id else ""


def key_of(bill_id: int) -> str:
    """Return what a waiting change about a bill is found by."""
    return f"paper_bill:{bill_id}"


def lines_of_bill(bill: PaperBill) -> tuple[Line, ...]:
    """Return the lines that staff have entered."""
    return tuple(line_from(raw) for raw in bill.lines)


def _settle(
    bill_id: int, *, seen: int, day: date, actor: Actor, note: str
) -> tuple[PaperBill, Claim]:
    bill = _lock_open(bill_id, seen=seen, by=actor)
    claim = settle_locked(bill=_as_bill(bill), day=day, actor=actor)
    if claim.pool > 0 and not bill.person.bank_account_sealed:
        raise refuse("bank_account_missing")
    bill.state, bill.claim = State.APPROVED, claim
    _decide(bill, Step.APPROVE, day, actor, note, pool=str(claim.pool), claim=claim.number)
    return bill, claim


def _as_bill(bill: PaperBill) -> Bill:
    if bill.institution is None or not bill.lines:
        raise refuse("bill_not_complete")
    return Bill(
        number=bill.number,
        institution=bill.institution,
        visit_number=bill.bill_number,
        bill_number=bill.bill_number,
        patient_id=bill.person_id,
        category=bill.category,
        service_date=bill.service_date,
        lines=lines_of_bill(bill),
        paper=True,
    )


def _check(person: Person, written: Written, day: date, but_for: int | None = None) -> None:
    if written.service_date > day:
        raise refuse("service_date_in_future")
    if members.has_left(person, written.service_date):
        raise refuse("member_left")
    place = members.enrolment_on(person.pk, written.service_date)
    if place is None:
        raise refuse("not_enrolled")
    if not current_book().rules(place.area, day).paper_bill_accepted.value:
        raise refuse("paper_bill_not_accepted")
    held = PaperBill.objects.filter(state__in=[*OPEN, State.APPROVED])
    if but_for is not None:
        held = held.exclude(pk=but_for)
    day_and_number = {"service_date": written.service_date, "bill_number": written.bill_number}
    if held.filter(person=person, **day_and_number).exists():
        raise refuse("duplicate_paper_bill")
    if written.institution is None:
        return
    same = {"institution": written.institution, "bill_number": written.bill_number}
    if (
        held.filter(**same).exists()
        or Claim.objects.filter(state=Claim.State.SETTLED, **same).exists()
    ):
        raise refuse("duplicate_paper_bill")


def _write_down(bill: PaperBill, written: Written) -> None:
    bill.institution, bill.institution_name = written.institution, written.institution_name
    bill.category, bill.service_date = written.category, written.service_date
    bill.bill_number, bill.total = written.bill_number, written.total


def _lock_open(bill_id: int, *, seen: int | None = None, by: Actor | None = None) -> PaperBill:
    person_id = PaperBill.objects.values_list("person_id", flat=True).get(pk=bill_id)
    person = members.lock_person(person_id)
    bill = PaperBill.objects.select_for_update(of=("self",)).get(pk=bill_id)
    bill.person = person
    if by is not None and _is_own(person, by.user_id):
        raise changes.NotAllowed("nobody decides on their own bill")
    if bill.state not in OPEN:
        raise refuse("not_waiting")
    if seen is not None and bill.steps.count() != seen:
        raise refuse("changed_meanwhile")
    return bill


def _is_own(person: Person, user_id: int | None) -> bool:
    return user_id is not None and person.user_id == user_id


def _decide(
    bill: PaperBill, step: Step, day: date, actor: Actor, note: str, **data: Any
) -> PaperBill:
    bill.decided_on, bill.decided_by_id, bill.note = day, actor.user_id, note
    bill.save()
    changes.supersede(kind=LARGE, key=key_of(bill.pk), actor=actor, day=day)
    _step(bill, step, day, actor, note, **data)
    tell(kind=f"paper_bill_{step.value}", person_ids=[bill.person_id], data={})
    return bill


def _step(bill: PaperBill, step: Step, day: date, actor: Actor, note: str, **data: Any) -> None:
    PaperBillStep.objects.create(
        bill=bill,
        kind=step,
        day=day,
        by_id=actor.user_id,
        by_name=actor.name,
        note=note,
        data=data,
    )
    audit(
        actor=actor,
        verb=f"claims.paper_bill.{step.value}",
        area=members.present_area(bill.person_id),
        subject_id=bill.person_id,
        record=f"paper_bill:{bill.pk}",
        data={"note": note, **data},
    )


def _papers(bill: PaperBill, draft: str, actor: Actor) -> int:
    handed = papers.hand_in(
        draft=draft, kind=PAPERS, thing=bill.pk, subject_id=bill.person_id, actor=actor
    )
    return len(handed)


def _duplicate(error: IntegrityError) -> Refusal:
    """Another bill took the same number in this instant."""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if constraint != "paper_bill_once":
        raise error
    return refuse("duplicate_paper_bill").refusal
