"""Where a user is signed in, written down now and then instead of with every page.

allauth's own middleware asks the database three times for each request. The list of devices needs
no such exactness: once in some minutes will do, and the session remembers when that was.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.internal import usersessionkit
from django.http import HttpRequest, HttpResponseBase

#: Seconds between two notes of where a session is.
NOTED_EVERY = 5 * 60
_KEY = "noted_at"

Answering = Callable[[HttpRequest], HttpResponseBase]


def notes_sessions(get_response: Answering) -> Answering:
    """Note device and address of a signed-in session, at most once in NOTED_EVERY."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            noted, now = request.session.get(_KEY, 0), int(time.time())
            if not noted or now - int(noted) >= NOTED_EVERY:
                usersessionkit.track_activity(request, user=request.user, session=request.session)
                request.session[_KEY] = now
        return get_response(request)

    return answer
