"""What this room wants a person to look at, for the home page to gather."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from members.models import Person
from members.needs import as_rows
from policy.book import Book
from record.mailbox import mark_read
from record.models import Message

from . import inside
from .checking.queries import asked_of
from .offers import ME, Insured, Offer, State, offers_for
from .relatives import Family


@dataclass(frozen=True, slots=True)
class Need:
    """Something to look at: where it leads, in a few words, and why."""

    url: str
    title: str
    note: str


_NEWS, _CHECK = "news", "check"


def rows_of(person: Person | int) -> QuerySet[Any, Any]:
    """Return what waits for an answer, and unread news of bindings and returned premiums.

    As `members.needs` has rows.
    """
    unread = _unread(person).filter(kind__in=["bound", "premium_rejected"])
    asked = as_rows(
        asked_of(person).select_related(None),
        _CHECK,
        key=Cast("pk", TextField()),
        about="binding__relation",
        note="binding_id",
    )
    news = as_rows(unread, _NEWS, key=Cast("pk", TextField()), about="kind", note="data")
    return asked.union(news, all=True)


def words_of(
    what: str, key: str, about: str, note: str, *, person: Person, family: Family
) -> Need | None:
    """Put one of these rows into words; None for a row of another room, or one that is over."""
    if what == _CHECK:
        return _to_answer(key, note, family)
    if what != _NEWS:
        return None
    data = json.loads(note)
    if about == "bound":
        relative = next((r for r in family.received if r.binding.pk == data.get("binding")), None)
        if relative is None:
            return None
        return Need(
            reverse("families:bound", args=[relative.binding.pk]),
            gettext("The account of %(name)s may now pay for you") % {"name": relative.person.name},
            gettext("New. If you do not want it, you can refuse."),
        )
    title = inside.about_premium(data, person.pk)
    if not title:
        return None
    return Need(
        reverse("families:premium", args=[data["premium"]]),
        title,
        gettext("The collector sent it back, and the money with it."),
    )


def _to_answer(key: str, binding: str, family: Family) -> Need | None:
    """Say that staff have asked whether a binding is right, while it holds."""
    given = next((r for r in family.given if str(r.binding.pk) == binding), None)
    if given is None:
        return None
    return Need(
        reverse("families:check", args=[key]),
        gettext("Does your account rightly pay for %(name)s?") % {"name": given.person.name},
        gettext("We check some bindings afterwards. Please answer."),
    )


def premiums_open(
    person: Person, day: date, *, family: Family, area: str, book: Book
) -> list[Need]:
    """Return the premiums that a person can pay today, for themselves or relatives.

    `family`, `area`: their active bindings, and where they are insured today.
    """
    insured = [Insured(ME, person, area)] if area else []
    insured += [
        Insured(str(relative.binding.pk), relative.person, relative.area, relative)
        for relative in family.given
        if relative.area
    ]
    if not any(_is_collected(one, day, book) for one in insured):
        return []
    by_product: dict[str, list[Offer]] = {}
    offers = offers_for(insured, received=bool(family.received), day=day, book=book)
    for offer in (each for group in offers.values() for each in group):
        if offer.state is State.OPEN:
            by_product.setdefault(offer.product, []).append(offer)
    if not by_product:
        return []
    groups = list(by_product.values())
    closes = min(offer.row.value.closes for group in groups for offer in group if offer.row)
    comma = pgettext("between items of a list", ", ")
    titles = comma.join(group[0].title for group in groups)
    names = dict.fromkeys(_name(offer) for group in groups for offer in group)
    # One line for all of them: the page says who can have which.
    return [
        Need(
            reverse("families:premiums"),
            gettext("%(product)s can be paid now") % {"product": titles},
            gettext("for %(names)s, until %(day)s")
            % {"names": comma.join(names), "day": closes.isoformat()},
        )
    ]


def _is_collected(insured: Insured, day: date, book: Book) -> bool:
    """Say whether any premium is collected on a day where somebody is insured."""
    rows = book.rules(insured.area, day).premium_amount.values()
    return any(row.value.opens <= day <= row.value.closes for row in rows)


def _name(offer: Offer) -> str:
    return gettext("yourself") if offer.insured.key == ME else offer.insured.person.name


def was_looked_at(person: Person, **data: int) -> None:
    """Mark the messages about something as read, once a person has opened its page."""
    mark_read(_unread(person).filter(data__contains=data))


def _unread(person: Person | int) -> QuerySet[Message]:
    return Message.objects.filter(person=person, read_at=None)
