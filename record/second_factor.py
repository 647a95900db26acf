"""The second factor of staff: who has a role signs in with more than a password.

A passkey or an authenticator's codes, with recovery codes for the day when neither is at hand.
Whoever has none is led to the page where one is set up, and to no page of staff before that.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext

from .prepared import prepared

_STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether who asks has a second factor; read once for a request."""
    known: bool | None = getattr(request, "second_factor", None)
    if known is None:
        known = bool(_strong(request.user.pk or 0))
        request.second_factor = known  # type: ignore[attr-defined]
    return known


@prepared
def _strong(user: int) -> QuerySet[Authenticator, int]:
    strong: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user, type__in=_STRONG)
    return strong.values_list("pk", flat=True)


def lead_to_it(request: HttpRequest) -> HttpResponseRedirect:
    """Lead to where a second factor is set up, and say why."""
    messages.warning(
        request,
        gettext(
            "Staff pages need a second factor beside your password. Set one up here first; it takes"
            " a minute."
        ),
    )
    return redirect("mfa_index")
