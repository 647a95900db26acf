"""A user's messages in the portal: to themselves, and to the insured person that they are.

Here a message may say what it is about, to its reader alone: a room registers what stands inside
(`register_inside`), and `LEADS` says which page it leads to. What leaves the portal says neither
(`texts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from .copy_model import CopyWish
from .models import Message
from .operations import Actor, audit, operation
from .texts import Text, text_for

#: Sent to a phone and nowhere else: a code must not wait in a list.
ONLY_OUTSIDE = ("link_code",)
#: Kind → the page that a message leads to, and which entry of its data the page's address takes.
LEADS: dict[str, tuple[str, str]] = {
    "linked": ("usersessions_list", ""),
    "bound": ("families:bound", "binding"),
    "binding_ended": ("families:bound", "binding"),
    "binding_check": ("families:check", "check"),
    "moved": ("portal:me", ""),
    "premium_paid": ("families:premium", "premium"),
    "premium_cancelled": ("families:premium", "premium"),
    "premium_accepted": ("families:premium", "premium"),
    "premium_rejected": ("families:premium", "premium"),
    "adjusted": ("accounts:movements", ""),
    "ticket_answered": ("members:ticket", "ticket"),
    "ticket_passed": ("members:ticket", "ticket"),
    "ticket_closed": ("members:ticket", "ticket"),
    "ticket_escalated": ("members:desk_ticket", "ticket"),
    "paper_bill_ask": ("claims:bills", ""),
    "paper_bill_approve": ("claims:bills", ""),
    "paper_bill_refuse": ("claims:bills", ""),
    "paper_bill_withdraw": ("claims:bills", ""),
    "looked_up": ("portal:me", ""),
    "bank_account_entered": ("members:bank_account", ""),
    "bank_account_changed": ("members:bank_account", ""),
    "bank_account_refused": ("members:bank_account", ""),
    "payment_came_back": ("members:bank_account", ""),
    "residence_approve": ("members:residence", ""),
    "residence_ask": ("members:residence", ""),
    "residence_refuse": ("members:residence", ""),
    "residence_withdraw": ("members:residence", ""),
    "residence_end": ("members:residence", ""),
    "payout_proposed": ("portal:help", ""),
    "death_reported": ("portal:help", ""),
    "death_undone": ("families:family", ""),
    "run_waits": ("desk:today", ""),
    "many_looks": ("desk:today", ""),
    "looks_daily": ("desk:looks", ""),
    "change_approve": ("desk:today", ""),
    "change_refuse": ("desk:today", ""),
    "change_withdraw": ("desk:today", ""),
    "change_supersede": ("desk:today", ""),
}

#: `inside(data, reader's person id)`: what a message says inside the portal, or nothing.
Inside = Callable[[Mapping[str, Any], int | None], str]
_INSIDE: dict[str, Inside] = {}


def register_inside(kinds: Iterable[str], inside: Inside) -> None:
    """Make known what messages of these kinds say inside the portal."""
    for kind in kinds:
        _INSIDE[kind] = inside


def register_leads(leads: Mapping[str, tuple[str, str]]) -> None:
    """Make known where messages of a room's kinds lead."""
    LEADS.update(leads)


def messages_of(user: models.Model) -> QuerySet[Message]:
    """Return a user's messages, newest first."""
    people = apps.get_model("members", "Person").objects.filter(user_id=user.pk)
    # Two look-ups by index, which a join to the persons would not be.
    return _to(person_id=Subquery(people.values("pk")[:1]), user_id=user.pk).order_by("-pk")


def _to(*, person_id: Any, user_id: Any) -> QuerySet[Message]:
    return Message.objects.filter(Q(user_id=user_id) | Q(person_id=person_id)).exclude(
        kind__in=ONLY_OUTSIDE
    )


def unread_count(user: models.Model) -> int:
    """Return how many messages a user has not read."""
    return messages_of(user).filter(read_at=None).count()


def unread_of_person() -> Coalesce:
    """Return the unread messages of a person and their user, counted in the query of the person."""
    unread = _to(person_id=OuterRef("pk"), user_id=OuterRef("user_id")).filter(read_at=None)
    counted = unread.order_by().values(one=Value(1)).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def message_for(user: models.Model, message_id: int) -> Message:
    """Return a message of this user's. Raises Http404."""
    return get_object_or_404(messages_of(user), pk=message_id)


def mark_read(messages: QuerySet[Message]) -> int:
    """Mark messages as read that are not yet. Returns how many."""
    return messages.filter(read_at=None).update(read_at=Now())


def inside_of(message: Message) -> tuple[Text, str, str]:
    """Return what a message says, what it is about inside the portal, and where it leads."""
    inside = _INSIDE.get(message.kind)
    detail = inside(message.data, message.person_id) if inside else ""
    return text_for(message.kind), detail, leads_to(message.kind, message.data)


def leads_to(kind: str, data: Mapping[str, Any]) -> str:
    """Return the address of the page that a message leads to; empty where there is none."""
    view, entry = LEADS.get(kind, ("", ""))
    if not view or (entry and entry not in data):
        return ""
    try:
        return reverse(view, args=[data[entry]] if entry else None)
    except NoReverseMatch:
        return ""


def copies_for(user: models.Model) -> str:
    """Return how a user wants copies of their messages."""
    way = CopyWish.objects.filter(user_id=user.pk).values_list("way", flat=True).first()
    return way or CopyWish.Way.SMS


@operation
def wish_copies(*, user_id: int, way: str, actor: Actor) -> None:
    """Keep how a user wants copies of their messages."""
    CopyWish.objects.update_or_create(user_id=user_id, defaults={"way": way})
    audit(actor=actor, verb="record.copies", data={"way": way})


def stuck() -> QuerySet[Message]:
    """Return the messages that could not be sent, oldest first."""
    return Message.objects.filter(state=Message.State.STUCK).order_by("pk")


@operation
def try_again(*, message_ids: Iterable[int], actor: Actor) -> int:
    """Let stuck messages wait for the relay again, with all their tries. Returns how many."""
    rows = stuck().filter(pk__in=list(message_ids))
    number = rows.update(state=Message.State.WAITING, attempts=0, try_at=Now())
    audit(actor=actor, verb="record.messages.try_again", data={"messages": number})
    return number
