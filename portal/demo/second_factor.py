"""The second factor of the demonstration's staff: a secret that everybody knows.

Staff must have a second factor, here too. So that nobody needs an authenticator to look around, the
sign-in page shows the code of these users, on a portal whose address is on this machine alone.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache

from members.models import User

#: Published in docs/demo.md; an authenticator takes it too.
SECRET = "MUTUALAIDDEMOPROVINCE222"  # noqa: S105
PERIOD = 30
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def is_on_this_machine() -> bool:
    """Say whether people reach the portal on this machine alone."""
    return urlsplit(settings.PUBLIC_URL).hostname in _LOOPBACK


def give_second_factors(users: list[User]) -> None:
    """Give users without a second factor the published secret, on this machine alone."""
    if not is_on_this_machine():
        return
    having = set(
        Authenticator.objects.filter(user__in=users, type=Authenticator.Type.TOTP).values_list(
            "user_id", flat=True
        )
    )
    for user in users:
        if user.pk not in having:
            TOTP.activate(user, SECRET)
            RecoveryCodes.activate(user)


def code_for(user_id: int) -> str:
    """Return a code that is good now and was not used, or nothing.

    Nothing for users with a secret of their own, and on every portal that others can reach.
    """
    if not is_on_this_machine():
        return ""
    factor = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).first()
    if factor is None or get_adapter().decrypt(factor.data["secret"]) != SECRET:
        return ""
    now = int(time.time()) // PERIOD
    for counter in (now, now + 1, now - 1):
        code = format_hotp_value(hotp_value(SECRET, counter))
        if cache.get(f"allauth.mfa.totp.used?user={user_id}&code={code}") is None:
            return str(code)
    return ""
