"""What staff see of an application: the queue, and one with its facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, QuerySet
from django.http import Http404

from claims.models import Claim
from members import queries as members
from members.identity import mask_id_number, unseal
from members.looking import insured_in
from members.models import Contribution, Enrolment, Person, Registration
from members.months import first_of, months_after
from members.residence import BACK_DATED, PAPERS, key_of
from record.models import Change, Paper
from record.papers import papers_of
from record.staffing import Staff

#: Months that are shown as paid or not, and claims there.
MONTHS, CLAIMS = 12, 10


@dataclass(frozen=True, slots=True)
class Case:
    """One application with what decides on it."""

    row: Registration
    person: Person
    area: str
    id_number: str
    papers: list[Paper]
    by_month: bool
    months: list[tuple[date, bool]]
    retired: bool
    enrolled_since: date | None
    earlier: list[Registration]
    claims: list[Claim]
    waiting: Change | None
    seen: int

    @property
    def in_standing(self) -> bool:
        """Say whether this month or the one before is paid, or none has to be."""
        return self.retired or not self.by_month or any(paid for _, paid in self.months[:2])


def latest_late_day(day: date) -> date:
    """Return the day on which, or before which, an application must have come to be late."""
    return day - timedelta(days=settings.RESIDENCE_ANSWER_DAYS)


def of_staff(staff: Staff, scopes: frozenset[str] | None = None) -> QuerySet[Registration]:
    """Return the registrations of people of these areas; nobody meets their own at work."""
    found = Registration.objects.filter(insured_in("person_id", scopes or staff.scopes))
    return found.exclude(person__user=staff.user.pk)


def queue(staff: Staff, chosen: dict[str, Any]) -> QuerySet[Registration]:
    """Return the applications that a filter chooses, the oldest first."""
    found = of_staff(staff)
    state = chosen.get("state") or Registration.State.APPLIED
    if state != "all":
        found = found.filter(state=state)
    if chosen.get("kind"):
        found = found.filter(kind=chosen["kind"])
    if chosen.get("area"):
        found = found.filter(insured_in("person_id", frozenset([chosen["area"]])))
    if chosen.get("late"):
        found = found.filter(
            state=Registration.State.APPLIED, applied_on__lte=latest_late_day(staff.day)
        )
    order = ("applied_on", "pk") if state == Registration.State.APPLIED else ("-applied_on", "-pk")
    return found.select_related("person").annotate(seen=Count("steps")).order_by(*order)


def papers_counted(rows: list[Registration]) -> dict[int, int]:
    """Return how many papers these have, by id."""
    counted = (
        Paper.objects.filter(kind=PAPERS, thing__in=[str(row.pk) for row in rows])
        .values("thing")
        .annotate(number=Count("pk"))
        .values_list("thing", "number")
        .order_by()
    )
    return {int(thing): number for thing, number in counted}


def areas_of(rows: list[Registration]) -> dict[int, str]:
    """Return where their people are insured now, by person id."""
    people = {row.person_id for row in rows}
    found = Enrolment.objects.filter(person_id__in=people, ends_on=None)
    return dict(found.values_list("person_id", "area"))


def standing_of(rows: list[Registration], day: date) -> dict[int, date | None]:
    """Return the last month that is paid for each of their people, by person id."""
    people = {row.person_id for row in rows}
    found = (
        Contribution.objects.filter(person_id__in=people, paid_back_on=None, paid_on__lte=day)
        .values("person_id")
        .annotate(last=Max("month"))
        .values_list("person_id", "last")
        .order_by()
    )
    return dict(found)


def payers_of(rows: list[Registration], day: date) -> frozenset[int]:
    """Return who of their people pays by the month: employees who are not retired."""
    working = {row.person_id for row in rows if not members.is_retired(row.person, day)}
    found = Enrolment.objects.filter(
        person_id__in=working, ends_on=None, scheme=Enrolment.Scheme.EMPLOYEE
    )
    return frozenset(found.values_list("person_id", flat=True))


def case_for(staff: Staff, registration_id: int) -> Case:
    """Return one application of the areas of this staff. Raises Http404."""
    row = of_staff(staff).select_related("person").filter(pk=registration_id).first()
    if row is None:
        raise Http404("no such registration in these areas")
    person, day = row.person, staff.day
    place = members.enrolment_on(person.pk, day)
    months = [months_after(first_of(day), -back) for back in range(MONTHS)]
    paid = set(
        Contribution.objects.filter(
            person=person, month__in=months, paid_back_on=None, paid_on__lte=day
        ).values_list("month", flat=True)
    )
    return Case(
        row=row,
        person=person,
        area=place.area if place else "",
        id_number=mask_id_number(unseal(person.id_number_sealed)),
        papers=list(papers_of(PAPERS, row.pk)),
        by_month=place is not None and place.scheme == Enrolment.Scheme.EMPLOYEE,
        months=[(month, month in paid) for month in months],
        retired=members.is_retired(person, day),
        enrolled_since=place.begins_on if place else None,
        earlier=list(Registration.objects.filter(person=person).exclude(pk=row.pk).order_by("-pk")),
        claims=list(
            Claim.objects.filter(patient=person, institution__area=row.area)
            .select_related("institution")
            .defer("decision", "lines")
            .order_by("-service_date", "-pk")[:CLAIMS]
        ),
        waiting=Change.objects.filter(
            kind=BACK_DATED, key=key_of(row.pk), state=Change.State.WAITING
        )
        .select_related("proposed_by")
        .first(),
        seen=row.steps.count(),
    )
