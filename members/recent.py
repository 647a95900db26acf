"""A recent sign-in: what is asked for before somebody does what cannot be undone by itself.

Whoever finds an open session must not be able to let strangers spend from its account: before a
relative is bound, the password (or another proof) is asked for again unless it was given lately.
"""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

#: So long after a proof of who one is no other one is asked for: time to read a notice twice.
RECENT = timedelta(minutes=15)


def signed_in_recently(request: HttpRequest) -> bool:
    """Say whether this session's user has proved lately who they are."""
    records = get_authentication_records(request, request.user)
    return any(time.time() - record["at"] < RECENT.total_seconds() for record in records)


def to_prove_it_is_you(request: HttpRequest) -> HttpResponseRedirect:
    """Lead to the page that asks for the password (or another proof), and from there back here.

    Who signs in by other means alone, such as the national eID, signs out and in again.
    """
    methods = get_adapter().get_reauthentication_methods(request.user)
    messages.info(request, gettext("Please show once more that it is you. Then it goes on here."))
    place = methods[0]["url"] if methods else reverse("account_logout")
    return HttpResponseRedirect(f"{place}?{urlencode({'next': request.path})}")
