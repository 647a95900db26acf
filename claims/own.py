"""Reads of a patient's own claims: fetching one is the check that it may be seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404

from members import queries as members
from members.models import Enrolment, Person
from policy.book import Book
from record.prepared import prepared

from .engine.facts import ZERO
from .models import Claim
from .queries import used_in


@dataclass(frozen=True, slots=True)
class DeductibleLeft:
    """The deductible at institutions of some levels: what it is, what is left of it; yuan."""

    levels: tuple[int, ...]
    threshold: Decimal
    left: Decimal

    @property
    def paid(self) -> Decimal:
        """Return how much of it counts as paid this year."""
        return self.threshold - self.left


@dataclass(frozen=True, slots=True)
class YearProgress:
    """How far a member is this year: deductible and cap of general outpatient care, in yuan."""

    year: int
    area: str
    retired: bool
    deductibles: tuple[DeductibleLeft, ...]
    cap: Decimal
    pooled: Decimal
    is_example: bool

    @property
    def cap_left(self) -> Decimal:
        """Return what the pooled fund can still pay this year."""
        return max(ZERO, self.cap - self.pooled)


def year_progress(
    *, person: Person, place: Enrolment, day: date, book: Book
) -> YearProgress | None:
    """Return a member's year so far, or None where no outpatient rule is for them."""
    outpatient = book.rules(place.area, day).outpatient
    if outpatient is None or place.scheme == Enrolment.Scheme.RESIDENT:
        return None
    retired = members.is_retired(person, day)
    terms = outpatient.value.terms(retired=retired)
    used = used_in(person_id=person.pk, area=place.area, year=day.year)
    by_threshold: dict[Decimal, list[int]] = {}
    for level, threshold in sorted(terms.deductible.items()):
        by_threshold.setdefault(threshold, []).append(level)
    return YearProgress(
        year=day.year,
        area=place.area,
        retired=retired,
        deductibles=tuple(
            DeductibleLeft(tuple(levels), threshold, max(ZERO, threshold - used.deductible))
            for threshold, levels in by_threshold.items()
        ),
        cap=terms.cap,
        pooled=used.pool,
        is_example=outpatient.source.standing == "example",
    )


def claims_of(person: Person) -> QuerySet[Claim]:
    """Return a patient's own claims, newest first. Who paid for them does not make them theirs."""
    return (
        Claim.objects.filter(patient=person)
        .select_related("institution")
        .order_by("-service_date", "-pk")
    )


def claim_for(person: Person, number: str) -> Claim:
    """Return a claim that this person may see: their own. Raises Http404."""
    claim = _claim.first(person.pk, number)
    if claim is None:
        raise Http404
    return claim


@prepared
def _claim(person: int, number: str) -> QuerySet[Claim]:
    mine = Claim.objects.filter(patient_id=person, number=number)
    return mine.select_related("institution", "replaces")


def follower_of(claim: Claim) -> Claim | None:
    """Return the claim that settles what remained after a partial refund, if there is one."""
    return _follower.first(claim.pk)


@prepared
def _follower(claim: int) -> QuerySet[Claim]:
    return Claim.objects.filter(replaces_id=claim)


def chain_of(claim: Claim) -> list[Claim]:
    """Return a claim with those that it settles the rest of, and those that settle its own rest.

    Oldest first. Each partial refund adds one link, and a link has one follower at most.
    """
    links = [claim]
    while (before := links[0].replaces) is not None:
        links.insert(0, before)
    while links[-1].undone_on and (after := follower_of(links[-1])) is not None:
        links.append(after)
    return links


def payers_of(claim: Claim) -> dict[int, str]:
    """Return the names of those whose accounts paid a claim, by person id."""
    ids = {payer["person"] for payer in claim.decision["payers"]}
    return dict(_names(sorted(ids))) if ids else {}


@prepared
def _names(persons: list[int]) -> QuerySet[Person, tuple[int, str]]:
    return Person.objects.filter(pk__any_of=persons).values_list("pk", "name")
