"""Questions and objections: opened, answered, passed on, escalated, closed (AH49-3.3).

They live in this room because they are a person's, and point to things of many rooms by kind and
key (`members.about`). Levels are the notice's: the county's officers have a ticket first; whoever
lets its day pass hands it to the next level, with a new day of that level's own number of days.
In each area the county's level is its case officers, the city's its reviewers, the province's the
officers and reviewers whose role is for the province.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models.functions import Now

from policy.book import Book
from policy.refusals import refuse
from record import papers as kept_papers
from record import queries as record
from record.models import Role
from record.operations import SYSTEM, Actor, audit, operation, tell
from record.papers import CleanPaper

from .models import Person, Ticket, TicketEntry

#: Who answers: the roles that may open the desk's pages of tickets and write there.
OFFICERS = (Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value)
LEVELS = (Ticket.Level.COUNTY, Ticket.Level.CITY, Ticket.Level.PROVINCE)
LONGEST_TEXT = 4_000
#: The kind of thing under which papers of a ticket are kept.
PAPERS = "ticket"
#: A member's own tickets that wait at the same time, and that they may open on one day.
MOST_OPEN = 10
MOST_A_DAY = 10

_DIGITS = "0123456789"


def days_at(level: str, *, book: Book, area: str, day: date) -> int:
    """Return within how many days a level of an area answers."""
    rules = book.rules(area, day)
    days: int = getattr(rules, f"ticket_days_{level}").value
    return days


@operation
def open_ticket(
    *,
    person_id: int | None,
    area: str,
    kind: str,
    text: str,
    day: date,
    book: Book,
    actor: Actor,
    about_kind: str = "",
    about_key: str = "",
    channel: str = Ticket.Channel.PORTAL,
    sender: str = "",
    received_on: date | None = None,
    papers: Sequence[CleanPaper] = (),
) -> Ticket:
    """Open a ticket with its first words and papers. A letter may have come before it is entered.

    Refused: too_many_tickets, for a member who has as many waiting or opened as many today.
    Raises `record.papers.TooMany`.
    """
    if person_id is not None and channel == Ticket.Channel.PORTAL:
        # Under the person's lock, so that two clicks do not both find room.
        Person.objects.select_for_update(no_key=True).get(pk=person_id)
        own = Ticket.objects.filter(person_id=person_id, channel=Ticket.Channel.PORTAL)
        waiting = own.filter(state=Ticket.State.OPEN).count()
        if waiting >= MOST_OPEN or own.filter(opened_on=day).count() >= MOST_A_DAY:
            raise refuse("too_many_tickets")
    opened_on = received_on or day
    due_on = opened_on + timedelta(days_at(Ticket.Level.COUNTY, book=book, area=area, day=day))
    ticket = Ticket.objects.create(
        number=_number(),
        person_id=person_id,
        area=area,
        kind=kind,
        channel=channel,
        about_kind=about_kind,
        about_key=about_key,
        sender=sender,
        level=Ticket.Level.COUNTY,
        state=Ticket.State.OPEN,
        opened_on=opened_on,
        due_on=max(due_on, day),
    )
    _enter(ticket, TicketEntry.Kind.SAID, actor, text=text)
    _keep(ticket, papers, actor)
    _audit(ticket, "open", actor)
    return ticket


@operation
def say_more(
    *,
    ticket_id: int,
    text: str,
    day: date,
    book: Book,
    actor: Actor,
    papers: Sequence[CleanPaper] = (),
) -> Ticket:
    """Add a member's words: what was answered waits for an answer again, with a new day.

    Refused: ticket_closed. Raises `record.papers.TooMany`.
    """
    ticket = _lock(ticket_id)
    if ticket.state == Ticket.State.ANSWERED:
        ticket.state = Ticket.State.OPEN
        ticket.due_on = day + timedelta(days_at(ticket.level, book=book, area=ticket.area, day=day))
        ticket.save(update_fields=["state", "due_on"])
    _enter(ticket, TicketEntry.Kind.SAID, actor, text=text)
    _keep(ticket, papers, actor)
    _audit(ticket, "say_more", actor)
    return ticket


@operation
def answer(
    *, ticket_id: int, text: str, day: date, actor: Actor, papers: Sequence[CleanPaper] = ()
) -> Ticket:
    """Answer a ticket, with papers where they help; the member is told, and who answers has it.

    Refused: ticket_closed. Raises `record.papers.TooMany`.
    """
    ticket = _lock(ticket_id)
    ticket.state = Ticket.State.ANSWERED
    ticket.answered_on = day
    ticket.owner_id = actor.user_id
    ticket.seen_at = None
    ticket.save(update_fields=["state", "answered_on", "owner", "seen_at"])
    _enter(ticket, TicketEntry.Kind.ANSWER, actor, text=text)
    _keep(ticket, papers, actor)
    _audit(ticket, "answer", actor)
    if ticket.person_id is not None:
        tell(kind="ticket_answered", person_ids=[ticket.person_id], data={"ticket": ticket.number})
    return ticket


@operation
def note(*, ticket_id: int, text: str, actor: Actor) -> Ticket:
    """Write a note that staff alone read. Refused: ticket_closed."""
    ticket = _lock(ticket_id)
    _enter(ticket, TicketEntry.Kind.NOTE, actor, text=text)
    _audit(ticket, "note", actor)
    return ticket


@operation
def take(*, ticket_id: int, actor: Actor) -> Ticket:
    """Take a ticket, from nobody or from a colleague. Refused: ticket_closed."""
    ticket = _lock(ticket_id)
    ticket.owner_id = actor.user_id
    ticket.save(update_fields=["owner"])
    _enter(ticket, TicketEntry.Kind.TAKEN, actor)
    _audit(ticket, "take", actor)
    return ticket


@operation
def pass_on(
    *, ticket_id: int, level: str, text: str, day: date, book: Book, actor: Actor
) -> Ticket:
    """Hand a ticket to another level, which says why and has its own days. Refused: ticket_closed.

    Raises ValueError for the level that has it.
    """
    ticket = _lock(ticket_id)
    if level == ticket.level or level not in LEVELS:
        raise ValueError(f"the ticket is with the {ticket.level}, and cannot go to {level!r}")
    _hand_over(ticket, level, day=day, book=book)
    _enter(ticket, TicketEntry.Kind.PASSED, actor, text=text, level=level)
    _audit(ticket, "pass_on", actor, level=level)
    return ticket


@operation
def close(*, ticket_id: int, text: str, day: date, actor: Actor, by_member: bool) -> Ticket:
    """Close a ticket. Staff may only after an answer, so that nothing ends unanswered.

    Refused: ticket_closed, not_answered.
    """
    ticket = _lock(ticket_id)
    if not by_member and ticket.state == Ticket.State.OPEN:
        raise refuse("not_answered")
    ticket.state = Ticket.State.CLOSED
    ticket.save(update_fields=["state"])
    _enter(ticket, TicketEntry.Kind.CLOSED, actor, text=text)
    _audit(ticket, "close", actor, by_member=by_member)
    if not by_member and ticket.person_id is not None:
        tell(kind="ticket_closed", person_ids=[ticket.person_id], data={"ticket": ticket.number})
    return ticket


def see(ticket: Ticket) -> None:
    """Note that the member has read the answer."""
    if ticket.seen_at is None and ticket.state != Ticket.State.OPEN:
        Ticket.objects.filter(pk=ticket.pk, seen_at=None).update(seen_at=Now())


def escalate_due(*, day: date, book: Book) -> int:
    """Hand every ticket whose day has passed to the next level. Returns how many.

    Each is an operation of its own, so that one that fails holds up no other. At the province it
    stays with the province, and the province's administrators are told, once for each new day.
    """
    late = Ticket.objects.filter(state=Ticket.State.OPEN, due_on__lt=day).order_by("due_on", "pk")
    count = 0
    for ticket_id in list(late.values_list("pk", flat=True)):
        done = _escalate(ticket_id=ticket_id, day=day, book=book)
        count += done is True
    return count


@operation
def _escalate(*, ticket_id: int, day: date, book: Book) -> bool:
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    if ticket.state != Ticket.State.OPEN or ticket.due_on >= day:
        return False
    place = LEVELS.index(Ticket.Level(ticket.level))
    level = LEVELS[min(place + 1, len(LEVELS) - 1)]
    _hand_over(ticket, level, day=day, book=book)
    _enter(ticket, TicketEntry.Kind.ESCALATED, SYSTEM, level=level)
    _audit(ticket, "escalate", SYSTEM, level=level)
    tell(
        kind="ticket_escalated",
        user_ids=_staff_of(level, ticket.area, day),
        data={"ticket": ticket.number},
    )
    if ticket.person_id is not None:
        tell(kind="ticket_passed", person_ids=[ticket.person_id], data={"ticket": ticket.number})
    return True


def _staff_of(level: str, area: str, day: date) -> Iterable[int]:
    """Return who is told of a ticket that has come to a level."""
    if level == Ticket.Level.PROVINCE:
        kinds = [*OFFICERS, Role.Kind.ADMINISTRATOR.value]
        return record.users_with_role(kinds=kinds, area=area[:2], day=day)
    return record.users_with_role(kinds=[Role.Kind.REVIEWER.value], area=area, day=day)


def _hand_over(ticket: Ticket, level: str, *, day: date, book: Book) -> None:
    ticket.level = level
    ticket.owner = None
    if ticket.state == Ticket.State.OPEN:
        ticket.due_on = day + timedelta(days_at(level, book=book, area=ticket.area, day=day))
    ticket.save(update_fields=["level", "owner", "due_on"])


def _lock(ticket_id: int) -> Ticket:
    """Lock a ticket that is not closed, or refuse."""
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=ticket_id)
    if ticket.state == Ticket.State.CLOSED:
        raise refuse("ticket_closed")
    return ticket


def _number() -> str:
    """Return a number that nobody can guess the neighbours of, in digits, to be read aloud."""
    return "".join(secrets.choice(_DIGITS) for _ in range(12))


def _enter(
    ticket: Ticket, kind: TicketEntry.Kind, actor: Actor, *, text: str = "", level: str = ""
) -> None:
    TicketEntry.objects.create(
        ticket=ticket,
        kind=kind,
        level=level,
        text=text,
        by_id=actor.user_id,
        by_name=actor.name,
    )


def _keep(ticket: Ticket, papers: Sequence[CleanPaper], actor: Actor) -> None:
    if papers:
        kept_papers.keep(
            papers=papers,
            kind=PAPERS,
            thing=ticket.number,
            subject_id=ticket.person_id,
            actor=actor,
        )


def _audit(ticket: Ticket, verb: str, actor: Actor, **data: object) -> None:
    audit(
        actor=actor,
        verb=f"members.ticket_{verb}",
        area=ticket.area,
        subject_id=ticket.person_id,
        record=f"ticket:{ticket.number}",
        data=data,
    )
