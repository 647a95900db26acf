"""What this room wants a person to look at, for the home page to gather."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from members.models import Person
from record.mailbox import mark_read
from record.models import Message

from . import inside


@dataclass(frozen=True, slots=True)
class Need:
    """Something to look at: where it leads, in a few words, and why."""

    url: str
    title: str
    note: str


def needs_of(person: Person) -> list[Need]:
    """Return what a person has not looked at yet: new bindings, premiums that came back."""
    found = []
    for message in _unread(person).filter(kind__in=["bound", "premium_rejected"]).order_by("-pk"):
        if message.kind == "bound":
            what = inside.about_binding(message.data, person.pk)
            note = gettext("New. If you do not want it, you can refuse.")
            url = reverse("families:bound", args=[message.data["binding"]])
        else:
            what = inside.about_premium(message.data, person.pk)
            note = gettext("The collector sent it back, and the money with it.")
            url = reverse("families:premium", args=[message.data["premium"]])
        if what:
            found.append(Need(url, what, note))
    return found


def was_looked_at(person: Person, **data: int) -> None:
    """Mark the messages about something as read, once a person has opened its page."""
    mark_read(_unread(person).filter(data__contains=data))


def _unread(person: Person) -> QuerySet[Message]:
    return Message.objects.filter(person=person, read_at=None)
