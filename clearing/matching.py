"""An institution's records against the portal's, over a window of days. Pure: no database.

Every record and every event comes out exactly once. Nothing is guessed: what does not fit is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

#: A record may be this many days away from its event and still be found on its wrong day. What is
#: younger than that may still be coming.
WINDOW = timedelta(days=3)


class Kind(StrEnum):
    """What happened: a settlement, or that it was undone (reversed or refunded)."""

    SETTLEMENT = "settlement"
    UNDO = "undo"


class Outcome(StrEnum):
    """How a record and an event stand to each other. The first three are no differences."""

    MATCHED = "matched"
    CANCELLED_OUT = "cancelled_out"
    IN_FLIGHT = "in_flight"
    AMOUNT = "amount"
    ONLY_INSTITUTION = "only_institution"
    ONLY_PORTAL = "only_portal"
    DOUBLED = "doubled"
    WRONG_DAY = "wrong_day"


NO_DIFFERENCE = frozenset({Outcome.MATCHED, Outcome.CANCELLED_OUT, Outcome.IN_FLIGHT})


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a bill came to and who paid, in yuan."""

    gross: Decimal
    pool: Decimal
    own: Decimal
    shared: Decimal
    cash: Decimal


@dataclass(frozen=True, slots=True)
class Event:
    """What the portal has: a claim settled, or undone, on a day.

    `expected`: False where the institution cannot know of it, because people of the desk undid it.
    """

    kind: Kind
    claim_id: int
    number: str
    visit: str
    bill: str
    day: date
    amounts: Amounts
    expected: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """What the institution has: a line of its day file. `claim_id`: of the claim that it names."""

    row_id: int
    kind: Kind
    claim_id: int | None
    visit: str
    bill: str
    day: date
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Finding:
    """A record, an event, or both, and how they stand to each other. `key` names it for good."""

    outcome: Outcome
    key: str
    record: Record | None = None
    event: Event | None = None

    @property
    def day(self) -> date:
        """Return the day under which it is reported: the record's, else the event's."""
        if self.record is not None:
            return self.record.day
        assert self.event is not None, "a finding is of a record or an event"
        return self.event.day


Bill = tuple[Kind, str, str]


def match(*, records: Sequence[Record], events: Sequence[Event], today: date) -> list[Finding]:
    """Match records with events.

    First what is the same in all; then the same claim or bill with another amount or on another
    day; what is left over stands alone. One side alone is in flight while it is young.
    """
    order = sorted(records, key=lambda record: (record.day, record.row_id))
    by_claim = {(event.kind, event.claim_id): event for event in events}
    by_bill: dict[Bill, list[Event]] = {}
    for event in events:
        by_bill.setdefault((event.kind, event.visit, event.bill), []).append(event)

    taken: dict[Event, Record] = {}
    paired: dict[Record, Event] = {}
    for is_close in (_same_in_all, _same_amount, _same_day, _any):
        for record in order:
            if record in paired:
                continue
            found = next(
                (
                    event
                    for event in _candidates(record, by_claim, by_bill)
                    if event not in taken and is_close(record, event)
                ),
                None,
            )
            if found is not None:
                paired[record], taken[found] = found, record
    findings = [_of_pair(record, event) for record, event in paired.items()]
    findings += _of_records(order, paired, by_claim, by_bill, today)
    findings += _of_events([event for event in events if event not in taken], today)
    return findings


def _candidates(
    record: Record,
    by_claim: dict[tuple[Kind, int], Event],
    by_bill: dict[Bill, list[Event]],
) -> list[Event]:
    if record.claim_id is not None:
        named = by_claim.get((record.kind, record.claim_id))
        return [named] if named is not None else []
    return by_bill.get((record.kind, record.visit, record.bill), [])


def _same_in_all(record: Record, event: Event) -> bool:
    return record.day == event.day and record.amounts == event.amounts


def _same_amount(record: Record, event: Event) -> bool:
    return record.amounts == event.amounts


def _same_day(record: Record, event: Event) -> bool:
    return record.day == event.day


def _any(_record: Record, _event: Event) -> bool:
    return True


def _of_pair(record: Record, event: Event) -> Finding:
    if record.amounts != event.amounts:
        outcome = Outcome.AMOUNT
    elif record.day != event.day:
        outcome = Outcome.WRONG_DAY
    else:
        outcome = Outcome.MATCHED
    return Finding(outcome, f"{outcome}:{event.kind}:{event.number}", record, event)


def _of_records(
    order: Sequence[Record],
    paired: dict[Record, Event],
    by_claim: dict[tuple[Kind, int], Event],
    by_bill: dict[Bill, list[Event]],
    today: date,
) -> Iterable[Finding]:
    """Yield the records without an event: doubled where another record has the same, else alone."""
    seen: dict[Bill, int] = {}
    for record in order:
        bill = (record.kind, record.visit, record.bill)
        number = seen[bill] = seen.get(bill, 0) + 1
        if record in paired:
            continue
        name = f"{record.kind}:{record.visit}/{record.bill}"
        events = _candidates(record, by_claim, by_bill)
        if events or number > 1:
            key = f"{Outcome.DOUBLED}:{name}:{number}"
            yield Finding(Outcome.DOUBLED, key, record, events[0] if events else None)
        else:
            outcome = Outcome.ONLY_INSTITUTION
            key = f"{outcome}:{name}"
            if _is_young(record.day, today):
                outcome = Outcome.IN_FLIGHT
            yield Finding(outcome, key, record)


def _of_events(left: Sequence[Event], today: date) -> Iterable[Finding]:
    """Yield the events without a record; a settlement and its undoing cancel each other out."""
    kinds: dict[int, set[Kind]] = {}
    for event in left:
        kinds.setdefault(event.claim_id, set()).add(event.kind)
    for event in left:
        key = f"{Outcome.ONLY_PORTAL}:{event.kind}:{event.number}"
        if not event.expected or len(kinds[event.claim_id]) > 1:
            outcome = Outcome.CANCELLED_OUT
        elif _is_young(event.day, today):
            outcome = Outcome.IN_FLIGHT
        else:
            outcome = Outcome.ONLY_PORTAL
        yield Finding(outcome, key, event=event)


def _is_young(day: date, today: date) -> bool:
    return today < day + WINDOW
