"""How messages leave the portal: replaceable channels, by default the console and e-mail.

An installation names its own in the setting `MESSAGE_CHANNELS`, a list of dotted paths to classes
with the method of `Channel`. The first one that can reach somebody is used.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

DEFAULT_CHANNELS = ("record.channels.ConsoleSms", "record.channels.Mail")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go. `key` is the same at each attempt: a gateway can tell a repetition."""

    key: str
    title: str
    body: str
    phone: str = ""
    email: str = ""


class Channel(Protocol):
    """A way out."""

    def send(self, letter: Letter) -> bool:
        """Send a letter; False where this channel cannot reach its reader. Raises if it failed."""


class ConsoleSms:
    """Writes text messages to the log, the number masked: for where there is no gateway."""

    def send(self, letter: Letter) -> bool:
        """Log a letter to a phone."""
        if not letter.phone:
            return False
        masked = f"{letter.phone[:3]}****{letter.phone[-2:]}"
        log.info("SMS to %s (%s): %s %s", masked, letter.key, letter.title, letter.body)
        return True


class Mail:
    """Sends e-mail through Django's own backend (`EMAIL_URL`)."""

    def send(self, letter: Letter) -> bool:
        """Send a letter to an address."""
        if not letter.email:
            return False
        EmailMessage(
            subject=letter.title,
            body=letter.body,
            to=[letter.email],
            headers={"Message-ID": f"<{letter.key}@portal.invalid>"},
        ).send(fail_silently=False)
        return True


@cache
def _channels(paths: tuple[str, ...]) -> tuple[Channel, ...]:
    return tuple(import_string(path)() for path in paths)


def channels() -> tuple[Channel, ...]:
    """Return the channels of this installation."""
    return _channels(tuple(getattr(settings, "MESSAGE_CHANNELS", DEFAULT_CHANNELS)))
