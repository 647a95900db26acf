"""Who says which insured person a user is: a code to the phone on record, or a national eID.

Both answer the same question, so the rest of the portal does not know which one was asked. A new
provider is a class with `name` and `person_for`, and a page that leads to
`members.linking.finish_linking` with it.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Protocol

from allauth.socialaccount.models import SocialAccount
from django.db.models import F
from django.utils import timezone

from . import identity, queries
from .models import LinkCode, User

#: The provider id of the national eID in SOCIALACCOUNT_PROVIDERS (settings, EID_ISSUER).
EID = "eid"


class IdentityProvider(Protocol):
    """Tells which insured person a user has proved to be."""

    name: str

    def person_for(self, *, user: User, answer: str, now: datetime) -> int | None:
        """Return the id of the person, or None. Called inside the linking's transaction."""


class PhoneCode:
    """A one-time code that was sent to the phone in the enrolment record."""

    name = "phone_code"

    def person_for(self, *, user: User, answer: str, now: datetime) -> int | None:
        """Check the newest code of a user. A wrong answer uses up one of its tries."""
        code = (
            LinkCode.objects.select_for_update()
            .filter(user=user, used_at=None, expires_at__gt=now, tries_left__gt=0)
            .order_by("-pk")
            .first()
        )
        if code is None:
            return None
        given = code_hash(user_id=user.pk, code="".join(answer.split()))
        if not hmac.compare_digest(given, bytes(code.code_hash)):
            LinkCode.objects.filter(pk=code.pk).update(tries_left=F("tries_left") - 1)
            return None
        code.used_at = now
        code.save(update_fields=["used_at"])
        return code.person_id


class NationalEid:
    """The claims of a national eID, signed in with through OpenID Connect (allauth)."""

    name = "eid"

    def person_for(self, *, user: User, answer: str, now: datetime) -> int | None:
        """Read `id_number` and `name` from the account that allauth connected to the user."""
        del answer  # the eID has checked everything itself
        account = SocialAccount.objects.filter(user=user, provider=EID).order_by("-pk").first()
        if account is None:
            return None
        claims = account.extra_data.get("userinfo", account.extra_data)
        try:
            number = identity.parse_id_number(
                str(claims.get("id_number", "")), today=timezone.localdate(now)
            )
        except identity.InvalidIdNumber:
            return None
        person = queries.person_named(id_number=number, name=str(claims.get("name", "")))
        return person.pk if person else None


def code_hash(*, user_id: int, code: str) -> bytes:
    """Return the keyed hash of a user's code: without the key it cannot be tried out."""
    return identity.index_of(f"link-code:{user_id}:{code}")


PHONE_CODE: IdentityProvider = PhoneCode()
NATIONAL_EID: IdentityProvider = NationalEid()
