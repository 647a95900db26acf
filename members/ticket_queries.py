"""Reads about tickets: a member's own, and those of the areas of staff."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Min, Q, QuerySet
from django.shortcuts import get_object_or_404

from record.looking import within

from .models import Enrolment, Person, Ticket, TicketEntry

#: What a member sees of a ticket's entries: everything but what staff say among themselves.
SEEN_BY_MEMBERS = frozenset(set(TicketEntry.Kind.values) - {"note", "taken"})


def tickets_of(person: Person) -> QuerySet[Ticket]:
    """Return a member's own tickets, newest first."""
    return Ticket.objects.filter(person=person).order_by("-pk")


def ticket_for(person: Person, number: str) -> Ticket:
    """Return a ticket that this member may read: their own. Raises Http404."""
    return get_object_or_404(tickets_of(person), number=number)


def tickets_in(scopes: frozenset[str]) -> QuerySet[Ticket]:
    """Return the tickets of these areas and provinces."""
    return Ticket.objects.filter(within(("area",), scopes)).select_related("person", "owner")


def ticket_in(scopes: frozenset[str], number: str) -> Ticket:
    """Return a ticket of these areas. Raises Http404."""
    return get_object_or_404(tickets_in(scopes), number=number)


def area_of_ticket(number: str) -> str:
    """Return the area that a ticket belongs to: its staff may look at the papers."""
    return Ticket.objects.filter(number=number).values_list("area", flat=True).first() or ""


def entries_of(ticket: Ticket, *, by_members: bool) -> list[TicketEntry]:
    """Return what was said and done, oldest first; for members without what is among staff."""
    entries = TicketEntry.objects.filter(ticket=ticket).order_by("pk")
    return list(entries.filter(kind__in=SEEN_BY_MEMBERS) if by_members else entries)


def first_words(tickets: Iterable[Ticket]) -> dict[int, str]:
    """Return by ticket id what each began with, in one query."""
    entries = (
        TicketEntry.objects.filter(ticket_id__in=[each.pk for each in tickets], kind="said")
        .order_by("ticket_id", "pk")
        .distinct("ticket_id")
    )
    return {entry.ticket_id: entry.text for entry in entries}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open tickets of a queue: how many, since when, how many past their day."""

    count: int
    oldest: date | None
    late: int


def waiting_in(scopes: frozenset[str], *, levels: list[str], day: date) -> Waiting:
    """Count the open tickets of these areas that are with these levels."""
    found = (
        Ticket.objects.filter(within(("area",), scopes), state="open", level__in=levels)
        .order_by()
        .aggregate(
            count=Count("pk"),
            oldest=Min("opened_on"),
            late=Count("pk", filter=Q(due_on__lt=day)),
        )
    )
    return Waiting(count=found["count"], oldest=found["oldest"], late=found["late"])


def area_of(person: Person) -> str:
    """Return the area that answers a person: where they are insured, else where they last were."""
    place = (
        Enrolment.objects.filter(person=person).order_by("-begins_on", "-pk").only("area").first()
    )
    return place.area if place else ""
