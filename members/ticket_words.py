"""Tickets in words: what they are called, and their course, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .about import About
from .models import Ticket, TicketEntry

_OFFICE: Mapping[str, str | Promise] = {
    Ticket.Level.COUNTY: _("the county's office"),
    Ticket.Level.CITY: _("the city's office"),
    Ticket.Level.PROVINCE: _("the province's office"),
}


def office(level: str) -> str:
    """Return who a level is, in words."""
    return str(_OFFICE[level])


def headline(ticket: Ticket, thing: About | None) -> str:
    """Return what a ticket is called: its kind, and what it is about."""
    kind = str(ticket.get_kind_display())
    if thing is None:
        return (
            gettext("A general question")
            if ticket.kind == Ticket.Kind.QUESTION
            else gettext("A general objection")
        )
    return gettext("%(kind)s: %(thing)s") % {"kind": kind.capitalize(), "thing": thing.title}


def purpose_of(ticket: Ticket) -> str:
    """Return why somebody of the staff looks at a ticket's person: to answer it."""
    return gettext("to answer the question %(number)s") % {"number": ticket.number}


def course_of(
    ticket: Ticket, entries: Sequence[TicketEntry], *, for_member: bool
) -> list[dict[str, Any]]:
    """Put entries into steps as `components/course.html` draws them, with what comes next."""
    level = Ticket.Level.COUNTY.value
    steps = []
    for entry in entries:
        level = entry.level or level
        steps.append(
            {
                "title": _title(entry, level, for_member=for_member, by_portal=_by_portal(ticket)),
                "note": _note(entry, for_member=for_member),
                "text": entry.text,
                "state": "done",
                "is_answer": entry.kind == TicketEntry.Kind.ANSWER,
            }
        )
    if ticket.state == Ticket.State.OPEN:
        due = gettext("An answer by %(day)s") % {"day": ticket.due_on.isoformat()}
        steps.append({"title": due, "note": office(ticket.level), "state": "current"})
    elif steps:
        steps[-1]["state"] = "current" if ticket.state == Ticket.State.ANSWERED else "done"
    return steps


def _by_portal(ticket: Ticket) -> bool:
    return ticket.channel == Ticket.Channel.PORTAL


#: What was done → words, with who did it and where it is now.
_DONE: Mapping[str, str | Promise] = {
    TicketEntry.Kind.ANSWER: _("Answer of %(office)s"),
    TicketEntry.Kind.NOTE: _("Note among staff"),
    TicketEntry.Kind.TAKEN: _("Taken by %(name)s"),
    TicketEntry.Kind.PASSED: _("Passed on to %(office)s"),
    TicketEntry.Kind.ESCALATED: _("The day passed without an answer: now with %(office)s"),
    TicketEntry.Kind.CLOSED: _("Closed"),
}


#: What is titled by who did it.
_NAMED = frozenset({TicketEntry.Kind.SAID, TicketEntry.Kind.TAKEN})


def _title(entry: TicketEntry, level: str, *, for_member: bool, by_portal: bool) -> str:
    if entry.kind == TicketEntry.Kind.SAID:
        if for_member:
            return gettext("You wrote") if by_portal else gettext("You wrote or said")
        words = gettext("%(name)s wrote") if by_portal else gettext("Written down by %(name)s")
        return words % {"name": entry.by_name}
    return str(_DONE[entry.kind]) % {"office": office(level), "name": entry.by_name}


def _note(entry: TicketEntry, *, for_member: bool) -> str:
    at = f"{localtime(entry.at):%Y-%m-%d %H:%M}"
    if for_member or entry.by_id is None or entry.kind in _NAMED:
        return at
    return f"{at}, {entry.by_name}"
