"""The relay: takes waiting messages from the outbox and sends each once.

A message is sent inside the transaction that marks it, under its row's lock, so that two relays
never send the same one. Only a crash between the sending and the commit can repeat one, and then
with the same key.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import translation

from .channels import Letter, channels
from .copy_model import CopyWish
from .models import Message
from .texts import text_for

log = logging.getLogger(__name__)

#: After so many failures a message is stuck: staff look at it. The last wait is about 17 hours.
TRIES = 12
_FIRST_WAIT = timedelta(seconds=30)


def send_waiting(*, limit: int = 500) -> int:
    """Send messages that wait, oldest first. Returns how many were tried."""
    tried = 0
    while tried < limit and _send_one():
        tried += 1
    return tried


@transaction.atomic
def _send_one() -> bool:
    message = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(Q(state=Message.State.WAITING) & Q(try_at__lte=Now()))
        .select_related("person__user__copy_wish", "user__copy_wish")
        .order_by("try_at", "pk")
        .first()
    )
    if message is None:
        return False
    message.attempts += 1
    try:
        # A savepoint, so that a channel that uses the database cannot spoil the marking.
        with transaction.atomic():
            _send(message)
    except Exception as error:  # noqa: BLE001  (whatever a gateway throws, the message is kept)
        _failed(message, error)
    else:
        message.state, message.last_error = Message.State.SENT, ""
        message.save(update_fields=["state", "attempts", "last_error"])
        Message.objects.filter(pk=message.pk).update(sent_at=Now())
    return True


#: These are sent whatever was wished: they warn the owner of a sign-in that somebody else may use.
_ALWAYS = frozenset(
    {
        "link_code",
        "linked",
        "payout_proposed",
        "death_reported",
        "bank_account_entered",
        "bank_account_changed",
    }
)


def _send(message: Message) -> None:
    """Hand a copy to the first channel that reaches its reader; the portal shows it in any case."""
    letter = _letter(message)
    if letter.phone or letter.email:
        any(channel.send(letter) for channel in channels())


def _letter(message: Message) -> Letter:
    phone, email = _address(message)
    with translation.override(settings.LANGUAGE_CODE):
        text = text_for(message.kind, message.data)
        return Letter(
            key=f"message-{message.pk}",
            title=str(text.title),
            body=f"{text.body} {settings.PUBLIC_URL}",
            phone=phone,
            email=email,
        )


def _address(message: Message) -> tuple[str, str]:
    """Return the phone and the e-mail address for the copy, as its reader wishes; empty for none.

    By text message, unless they wish otherwise; by e-mail where no phone is on record.
    """
    person, user = message.person, message.user
    if user is None and person is not None:
        user = person.user
    phone = person.phone if person is not None else ""
    email = user.email if user is not None else ""
    if message.kind in _ALWAYS or user is None:
        return phone, email
    wish = getattr(user, "copy_wish", None)
    way = wish.way if wish is not None else CopyWish.Way.SMS
    if way == CopyWish.Way.NONE:
        return "", ""
    if way == CopyWish.Way.EMAIL and email:
        return "", email
    return phone, email


def _failed(message: Message, error: Exception) -> None:
    message.last_error = f"{type(error).__name__}: {error}"[:500]
    if message.attempts >= TRIES:
        message.state = Message.State.STUCK
        log.error("message %s is stuck after %s attempts", message.pk, message.attempts)
    message.save(update_fields=["state", "attempts", "last_error"])
    wait = _FIRST_WAIT * 2 ** (message.attempts - 1)
    Message.objects.filter(pk=message.pk).update(try_at=Now() + wait)
