"""Comparing an institution's day file with the portal, and the cases that differences open.

Comparing again changes nothing that people concluded. A case that nobody has touched closes by
itself when a later file or message has brought what was missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Q

from claims.models import Claim, Institution
from record.operations import Actor, audit, operation

from .matching import (
    NO_DIFFERENCE,
    WINDOW,
    Amounts,
    Event,
    Finding,
    Kind,
    Outcome,
    Record,
    match,
)
from .models import Case, CaseTask, DayFile, DayRow

#: How long the area of care has for a case, and the other areas for their answers.
CASE_TIME = timedelta(days=10)
TASK_TIME = timedelta(days=5)


def findings_for(*, institution: Institution, day: date, today: date) -> list[Finding]:
    """Return what comparing a day gives, for its own records and events alone."""
    records = _records(institution, day)
    events = _events(institution, day, {r.claim_id for r in records if r.claim_id is not None})
    covered = _days_with_files(institution, day)
    found = match(records=records, events=events, today=today)
    return [
        finding
        for finding in found
        # An event of a day without a file is not missing: there is nothing to look in.
        if finding.day == day and (finding.record is not None or day in covered)
    ]


def _around(day: date) -> tuple[date, date]:
    """Return what is looked at for a day: its window, and the windows of the days in that."""
    return day - 2 * WINDOW, day + 2 * WINDOW


def _newest_files(institution: Institution, days: tuple[date, date]) -> list[int]:
    newest = (
        DayFile.objects.filter(institution=institution, day__range=days)
        .values("day")
        .annotate(newest=Max("version"))
    )
    wanted = Q(pk__in=[])
    for row in newest:
        wanted |= Q(day=row["day"], version=row["newest"])
    return list(
        DayFile.objects.filter(wanted, institution=institution).values_list("pk", flat=True)
    )


def _days_with_files(institution: Institution, day: date) -> set[date]:
    return set(
        DayFile.objects.filter(institution=institution, day__range=_around(day)).values_list(
            "day", flat=True
        )
    )


def _records(institution: Institution, day: date) -> list[Record]:
    rows = DayRow.objects.filter(file__in=_newest_files(institution, _around(day))).select_related(
        "file"
    )
    return [
        Record(
            row_id=row.pk,
            kind=Kind.SETTLEMENT if row.kind == DayRow.Kind.SETTLEMENT else Kind.UNDO,
            claim_id=row.claim_id,
            visit=row.visit_number,
            bill=row.bill_number,
            day=row.file.day,
            amounts=Amounts(row.gross, row.pool, row.own_paid, row.shared_paid, row.cash),
        )
        for row in rows
    ]


_EVENT_FIELDS = (
    "number",
    "visit_number",
    "bill_number",
    "settled_on",
    "undone_on",
    "gross",
    "pool",
    "own_paid",
    "shared_paid",
    "cash",
)


def _events(institution: Institution, day: date, named: set[int]) -> list[Event]:
    first, last = _around(day)
    claims = Claim.objects.filter(institution=institution, paper=False).filter(
        Q(settled_on__range=(first, last)) | Q(undone_on__range=(first, last)) | Q(pk__in=named)
    )
    undone_here = set(
        Case.objects.filter(
            institution=institution, action=Case.Action.REVERSE, state=Case.State.CONCLUDED
        ).values_list("claim_id", flat=True)
    )
    events: list[Event] = []
    for claim in claims.only(*_EVENT_FIELDS).order_by("pk"):
        amounts = Amounts(claim.gross, claim.pool, claim.own_paid, claim.shared_paid, claim.cash)
        common: dict[str, Any] = {
            "claim_id": claim.pk,
            "number": claim.number,
            "visit": claim.visit_number,
            "bill": claim.bill_number,
            "amounts": amounts,
        }
        events.append(Event(kind=Kind.SETTLEMENT, day=claim.settled_on, **common))
        if claim.undone_on is not None:
            expected = claim.pk not in undone_here
            events.append(Event(kind=Kind.UNDO, day=claim.undone_on, expected=expected, **common))
    return events


@operation
def compare(*, file_id: int, today: date, actor: Actor) -> Counter[str]:
    """Compare a day file with the portal, open the cases that are new, close what came by itself.

    Returns how often each outcome was found. Of a day's files only the newest counts.
    """
    file = (
        DayFile.objects.select_for_update(of=("self",))
        .select_related("institution")
        .get(pk=file_id)
    )
    institution = file.institution
    found = findings_for(institution=institution, day=file.day, today=today)
    resent = _resent(institution, found, today)
    differences = [
        finding
        for finding in found
        if finding.outcome not in NO_DIFFERENCE and finding.key not in resent
    ]
    opened = _open_cases(institution, differences, today)
    _close_what_came(institution, file.day, found, today)
    counts = Counter(
        str(Outcome.MATCHED if finding.key in resent else finding.outcome) for finding in found
    )
    file.compared_on, file.result = today, dict(sorted(counts.items()))
    file.save(update_fields=["compared_on", "result"])
    if opened:
        audit(
            actor=actor,
            verb="reconciliation.compare",
            area=institution.area,
            record=f"dayfile:{file.pk}",
            data={"opened": opened, **file.result},
        )
    return counts


def compare_around(*, file_id: int, today: date, actor: Actor) -> None:
    """Compare a new day file, and those of the days around it, which it may complete."""
    file = DayFile.objects.get(pk=file_id)
    for number in sorted(_newest_files(file.institution, (file.day - WINDOW, file.day + WINDOW))):
        compare(file_id=number, today=today, actor=actor)


def compare_young(*, today: date, actor: Actor) -> int:
    """Compare again the files of which something was still coming; return how many."""
    young = DayFile.objects.filter(result__in_flight__gt=0, compared_on__lt=today)
    numbers = list(young.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        compare(file_id=number, today=today, actor=actor)
    return len(numbers)


def _resent(institution: Institution, found: Iterable[Finding], today: date) -> set[str]:
    """Return the keys of records that were asked for again and have come, and note that they did.

    The institution settled them anew, so they are now on another day, or there twice.
    """
    asked = {
        case.key.partition(":")[2]: case
        for case in Case.objects.filter(
            institution=institution,
            action=Case.Action.RESEND,
            state=Case.State.CONCLUDED,
            difference=Case.Difference.ONLY_INSTITUTION,
        )
    }
    keys: set[str] = set()
    for finding in found:
        record = finding.record
        if record is None or finding.outcome in {Outcome.AMOUNT, Outcome.MATCHED}:
            continue
        case = asked.get(f"{record.kind}:{record.visit}/{record.bill}")
        if case is None:
            continue
        if finding.event is not None:
            keys.add(finding.key)
            if case.fulfilled_on is None:
                case.fulfilled_on = today
                case.save(update_fields=["fulfilled_on"])
    return keys


def _open_cases(institution: Institution, differences: Sequence[Finding], today: date) -> int:
    known = set(
        Case.objects.filter(
            institution=institution, key__in=[finding.key for finding in differences]
        ).values_list("key", flat=True)
    )
    new = [finding for finding in differences if finding.key not in known]
    claims = Claim.objects.in_bulk([f.event.claim_id for f in new if f.event is not None])
    made = Case.objects.bulk_create(
        Case(
            institution=institution,
            area=institution.area,
            key=finding.key,
            difference=finding.outcome.value,
            day=finding.day,
            claim=claims[finding.event.claim_id] if finding.event else None,
            ours=_as_json(finding.event),
            theirs=_as_json(finding.record),
            amount=_in_question(finding),
            opened_on=today,
            due_on=today + CASE_TIME,
        )
        for finding in new
    )
    CaseTask.objects.bulk_create(task for case in made for task in _tasks(case, today))
    return len(made)


def _as_json(side: Event | Record | None) -> dict[str, str] | None:
    if side is None:
        return None
    amounts = side.amounts
    return {
        "kind": str(side.kind),
        "day": side.day.isoformat(),
        "visit": side.visit,
        "bill": side.bill,
        "gross": str(amounts.gross),
        "pool": str(amounts.pool),
        "own": str(amounts.own),
        "shared": str(amounts.shared),
        "cash": str(amounts.cash),
    }


def _in_question(finding: Finding) -> Decimal:
    """Return what fund and accounts would lose or gain, if the institution were right."""

    def paid(side: Event | Record | None) -> Decimal:
        if side is None:
            return Decimal("0.00")
        return side.amounts.pool + side.amounts.own + side.amounts.shared

    if finding.outcome in {Outcome.DOUBLED, Outcome.WRONG_DAY}:
        return paid(finding.record)
    return abs(paid(finding.record) - paid(finding.event))


def _tasks(case: Case, today: date) -> Iterable[CaseTask]:
    """Yield what the areas of enrolment and of authorizers are asked: each its own amount."""
    if case.claim is None:
        return
    shares: dict[tuple[str, str], Decimal] = {}
    enrolment = (case.claim.area, CaseTask.Part.ENROLMENT.value)
    shares[enrolment] = case.claim.pool
    for payer in case.claim.decision.get("payers", ()):
        part = CaseTask.Part.ENROLMENT if payer["own"] else CaseTask.Part.AUTHORIZER
        place = (payer["area"], part.value)
        shares[place] = shares.get(place, Decimal("0.00")) + Decimal(payer["amount"])
    for (area, kind), amount in sorted(shares.items()):
        if area != case.area:
            yield CaseTask(case=case, area=area, part=kind, amount=amount, due_on=today + TASK_TIME)


def _close_what_came(
    institution: Institution, day: date, found: Sequence[Finding], today: date
) -> None:
    """Close the open cases of a day whose difference is no longer found: nobody touched them."""
    still = {finding.key for finding in found if finding.outcome != Outcome.MATCHED}
    Case.objects.filter(institution=institution, day=day, state=Case.State.OPEN).exclude(
        key__in=still
    ).update(state=Case.State.SETTLED_ITSELF, closed_on=today)
