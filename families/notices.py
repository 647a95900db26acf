"""The consent notice (告知书): versions with their text and hash (AH39-2.2.1b)."""

from __future__ import annotations

import hashlib
from datetime import date

from django.db.models import Q

from .models import Notice


def hash_of(text: str) -> str:
    """Return the SHA-256 of a notice's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def publish_notice(
    *, version: str, language: str, text: str, begins_on: date, scope: str = ""
) -> Notice:
    """Publish a version of the notice for an area, a province (two digits), or everywhere.

    The same version with the same text again is the one that is there; another text under an old
    version breaks its unique constraint.
    """
    notice, _ = Notice.objects.get_or_create(
        scope=scope,
        version=version,
        language=language,
        hash=hash_of(text),
        defaults={"text": text, "begins_on": begins_on},
    )
    return notice


def notice_in_force(*, area: str, language: str, day: date) -> Notice | None:
    """Return the newest version for an area on a day; its own first, then its province's."""
    found = Notice.objects.filter(
        Q(scope=area) | Q(scope=area[:2]) | Q(scope=""), language=language, begins_on__lte=day
    )
    return max(found, key=lambda notice: (len(notice.scope), notice.begins_on), default=None)
