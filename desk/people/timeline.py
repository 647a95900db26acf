"""A person's timeline: what happened in any room, newest first, in one list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import Transfer
from claims.models import Claim, PaperBill
from families.models import Binding, Move, Payout, Premium
from members.models import Enrolment, Person, Registration, Stay
from members.ticket_queries import tickets_of
from policy.saying import place_words
from record.change_words import title_of
from record.mailbox import ONLY_OUTSIDE
from record.models import AuditRecord, Change, Message
from record.operations import name_of
from record.texts import text_for

#: So much of each kind is looked at, and so many lines are shown.
EACH, SHOWN = 15, 60
#: So many looks, of which many are the same once more.
LOOKS = 60

_KINDS = {
    Transfer.Kind.CREDIT,
    Transfer.Kind.BACK_CREDIT,
    Transfer.Kind.ADJUSTMENT,
    Transfer.Kind.INTEREST_CURRENT,
    Transfer.Kind.PAYOUT,
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day. `who`: the member of staff behind it, if one was."""

    day: date
    what: str
    detail: str = ""
    who: str = ""
    amount: Decimal | None = None


def timeline_of(person: Person, *, with_care: bool) -> list[Event]:
    """Return what happened to a person. `with_care`: settled bills and paper bills too."""
    parts = [
        _insured(person),
        _money(person),
        _family(person),
        _residence(person),
        _changes(person),
        _asked(person),
        _told(person),
        _looks(person),
    ]
    if with_care:
        parts += [_care(person), _paper_bills(person)]
    return sorted(chain.from_iterable(parts), key=lambda event: event.day, reverse=True)[:SHOWN]


def _insured(person: Person) -> list[Event]:
    places = Enrolment.objects.filter(person=person).order_by("-begins_on")[:EACH]
    found = [
        Event(place.begins_on, gettext("Insured"), place_words(place.area)) for place in places
    ]
    found += [
        Event(
            move.day,
            gettext("Moved"),
            f"{place_words(move.from_area)} → {place_words(move.to_area)}",
            amount=move.balance,
        )
        for move in Move.objects.filter(person=person)[:EACH]
    ]
    if person.left_on:
        found.append(Event(person.left_on, str(person.get_departure_display())))
    if person.retired_on:
        found.append(Event(person.retired_on, gettext("Retired")))
    return found


def _money(person: Person) -> list[Event]:
    rows = Transfer.objects.filter(account__person=person, kind__in=_KINDS).order_by("-pk")[:EACH]
    found = [
        Event(
            row.day,
            str(row.get_kind_display()),
            row.month.strftime("%Y-%m") if row.month else "",
            amount=row.amount,
        )
        for row in rows
    ]
    found += [
        Event(row.paid_on, gettext("Premium"), amount=row.amount)
        for row in Premium.objects.filter(insured=person).order_by("-pk")[:EACH]
    ]
    found += [
        Event(row.day, gettext("Paid out"), amount=row.amount)
        for row in Payout.objects.filter(person=person)[:EACH]
    ]
    return found


def _family(person: Person) -> list[Event]:
    found = []
    for gives, rows in (
        (True, Binding.objects.filter(authorizer=person).select_related("member")),
        (False, Binding.objects.filter(member=person).select_related("authorizer")),
    ):
        for row in rows.order_by("-pk")[:EACH]:
            other = row.member if gives else row.authorizer
            begun = gettext("Pays for %(name)s") if gives else gettext("%(name)s pays")
            found.append(Event(row.bound_on, begun % {"name": other.name}))
            if row.ended_on:
                words = gettext("Binding with %(name)s ended") % {"name": other.name}
                found.append(Event(row.ended_on, words))
    return found


def _residence(person: Person) -> list[Event]:
    found = [
        Event(
            row.applied_on,
            gettext("Registration elsewhere"),
            _listed(place_words(row.area), row.get_state_display()),
        )
        for row in Registration.objects.filter(person=person).order_by("-pk")[:EACH]
    ]
    found += [
        Event(stay.begins_on, gettext("Stay"), str(stay.get_kind_display()))
        for stay in Stay.objects.filter(person=person).order_by("-pk")[:EACH]
    ]
    return found


def _care(person: Person) -> list[Event]:
    rows = Claim.objects.filter(patient=person).select_related("institution").order_by("-pk")
    return [
        Event(row.service_date, gettext("Bill"), _listed(row.institution.name, row.number),
              amount=row.gross)
        for row in rows[:EACH]
    ]  # fmt: skip


def _paper_bills(person: Person) -> list[Event]:
    found = []
    rows = PaperBill.objects.filter(person=person).select_related("decided_by").order_by("-pk")
    for row in rows[:EACH]:
        where = _listed(row.institution_name, row.number)
        found.append(Event(row.applied_on, gettext("Paper bill"), where, amount=row.total))
        if row.decided_on:
            how = _listed(row.number, row.get_state_display())
            who = name_of(row.decided_by) if row.decided_by else ""
            found.append(Event(row.decided_on, gettext("Paper bill decided"), how, who=who))
    return found


def _asked(person: Person) -> list[Event]:
    """Questions and objections: that they were, and how they stand, but nothing that was said."""
    found = []
    for row in tickets_of(person)[:EACH]:
        what, number = str(row.get_kind_display()).capitalize(), row.number
        found.append(Event(row.opened_on, what, _listed(number, row.get_channel_display())))
        if row.answered_on:
            found.append(Event(row.answered_on, gettext("Answered"), f"{what} {number}"))
    return found


def _told(person: Person) -> list[Event]:
    """Messages by their titles, which name no illness, institution, amount or relative."""
    rows = Message.objects.filter(person=person).exclude(kind__in=ONLY_OUTSIDE).order_by("-pk")
    return [
        Event(_day(row.written_at), gettext("Message"), str(text_for(row.kind).title))
        for row in rows[:EACH]
    ]


def _changes(person: Person) -> list[Event]:
    rows = Change.objects.filter(subject=person).select_related("proposed_by", "decided_by")
    return [
        Event(
            row.decided_on or row.proposed_on,
            title_of(row.kind),
            str(row.get_state_display()),
            who=name_of(row.decided_by or row.proposed_by),
        )
        for row in rows.order_by("-pk")[:EACH]
    ]


def _looks(person: Person) -> list[Event]:
    """Looks, those of one member of staff on one day for one purpose in one line."""
    rows = AuditRecord.objects.filter(subject=person, verb__startswith="look").order_by("-pk")
    times = Counter(
        (_day(row.at), _look_words(row.verb), row.purpose, row.actor_name) for row in rows[:LOOKS]
    )
    return [
        Event(day, words, _often(purpose, number), who=who)
        for (day, words, purpose, who), number in islice(times.items(), EACH)
    ]


def _often(purpose: str, number: int) -> str:
    if number == 1:
        return purpose
    often = ngettext("%(number)d time", "%(number)d times", number) % {"number": number}
    return _listed(purpose, often) if purpose else often


def _look_words(verb: str) -> str:
    match verb:
        case "look.unmask":
            return gettext("Whole ID number seen")
        case "look.account":
            return gettext("Whole bank account seen")
    return gettext("Record opened")


def _listed(*words: object) -> str:
    return gettext(", ").join(str(each) for each in words)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
