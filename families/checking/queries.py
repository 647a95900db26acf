"""Reads about the after-check: an area's checks, one with what staff judge by, a member's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from accounts.models import Transfer
from families.models import Binding, BindingCheck, CheckDraw
from families.relatives import bindings_of
from members import identity
from members import queries as members
from members.models import Enrolment, Person
from record.looking import within
from record.prepared import prepared

from .operations import waiting_end

#: Other bindings of either person on the page of a check.
OTHERS = 12


def checks_in(scopes: frozenset[str]) -> QuerySet[BindingCheck]:
    """Return the checks of these areas and provinces."""
    return BindingCheck.objects.filter(within(("area",), scopes)).select_related(
        "binding__authorizer", "binding__member", "closed_by"
    )


def check_in(scopes: frozenset[str], check_id: int) -> BindingCheck:
    """Return a check of these areas. Raises Http404."""
    found = checks_in(scopes).select_related("binding__consent__notice")
    return get_object_or_404(found, pk=check_id)


def binding_in(scopes: frozenset[str], binding_id: int) -> Binding:
    """Return a binding that holds, whose authorizer is insured in these areas. Raises Http404."""
    places = Enrolment.objects.filter(person=OuterRef("authorizer"), ends_on=None)
    ours = Binding.objects.filter(Exists(places.filter(within(("area",), scopes))), ended_on=None)
    return get_object_or_404(ours.select_related("authorizer", "member"), pk=binding_id)


def open_check_of(binding: Binding) -> BindingCheck | None:
    """Return the check of a binding that is not closed yet, or None."""
    return binding.checks.filter(closed_on=None).first()


def for_staff_to_do(day: date) -> Q:
    """Return the condition that staff are next: nobody was asked, or an answer is here or late."""
    return Q(closed_on=None) & (Q(asked_on=None) | ~Q(answer="") | Q(answer_by__lt=day))


def asked_and_waiting(day: date) -> Q:
    """Return the condition that the authorizer is next."""
    return Q(closed_on=None, asked_on__isnull=False, answer="", answer_by__gte=day)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for staff: how many, since when, how many past their day."""

    count: int
    oldest: date | None
    late: int


def waiting_in(scopes: frozenset[str], day: date) -> Waiting:
    """Count what waits for staff in these areas."""
    open_checks = BindingCheck.objects.filter(within(("area",), scopes), closed_on=None).order_by()
    found = open_checks.aggregate(
        count=Count("pk", filter=for_staff_to_do(day)),
        oldest=Min("drawn_on", filter=for_staff_to_do(day)),
        late=Count("pk", filter=for_staff_to_do(day) & Q(due_on__lt=day)),
    )
    return Waiting(count=found["count"], oldest=found["oldest"], late=found["late"])


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two persons as staff see them: with a masked ID number, and where they are."""

    person: Person
    id_number: str
    area: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What staff judge a binding by.

    `paid`, `times`: what the account has paid for relatives since the binding, whoever they are.
    `change_id`: the proposal to end it that waits for a second person.
    """

    authorizer: Side
    member: Side
    others: list[Binding]
    paid: Decimal
    times: int
    change_id: int | None


def facts_of(check: BindingCheck, day: date) -> Facts:
    """Gather what staff judge a binding by."""
    binding = check.binding
    areas = members.areas_on({binding.authorizer_id, binding.member_id}, day)
    others = bindings_of(binding.authorizer) | bindings_of(binding.member)
    paid = Transfer.objects.filter(
        account__person_id=binding.authorizer_id,
        kind=Transfer.Kind.SHARED_ACCOUNT,
        undoes=False,
        value_date__gte=binding.bound_on,
    ).aggregate(amount=Sum("amount"), times=Count("pk"))
    change = waiting_end(binding.pk)
    return Facts(
        authorizer=_side(binding.authorizer, areas),
        member=_side(binding.member, areas),
        others=list(others.exclude(pk=binding.pk).distinct().order_by("-pk")[:OTHERS]),
        paid=paid["amount"] or Decimal("0.00"),
        times=paid["times"],
        change_id=change.pk if change else None,
    )


def _side(person: Person, areas: dict[int, str]) -> Side:
    return Side(
        person=person,
        id_number=identity.mask_id_number(identity.unseal(person.id_number_sealed)),
        area=areas.get(person.pk, ""),
    )


def draws_in(scopes: frozenset[str]) -> QuerySet[CheckDraw]:
    """Return the samples of these areas, newest first."""
    return CheckDraw.objects.filter(within(("area",), scopes))


def asked_of(person: Person | int) -> QuerySet[BindingCheck]:
    """Return the checks about which a person is asked, and has not answered."""
    return BindingCheck.objects.filter(
        binding__authorizer=person,
        binding__ended_on=None,
        asked_on__isnull=False,
        answer="",
        closed_on=None,
    ).select_related("binding__member")


def asked_now(person: Person) -> list[BindingCheck]:
    """Return the same, read."""
    return _asked(person.pk)


@prepared
def _asked(person: int) -> QuerySet[BindingCheck]:
    return asked_of(person)


def check_for(person: Person, check_id: int) -> BindingCheck:
    """Return a check about which a person was asked, answered or not. Raises Http404."""
    mine = BindingCheck.objects.filter(binding__authorizer=person, asked_on__isnull=False)
    return get_object_or_404(mine.select_related("binding__member"), pk=check_id)
