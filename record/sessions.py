"""Sessions that end by themselves: after idle minutes, fewer for staff, and after a day's work.

A page that keeps itself fresh (htmx) is no activity: a desk that nobody sits at is locked.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

#: When the session was begun, and when somebody last did something in it (seconds).
BEGUN, SEEN = "session_begun", "session_seen"
#: A session's row is written again after so many seconds at the earliest.
_WRITE_AFTER = 20


class SessionsEnd:
    """Middleware that ends what has stood idle too long, or is too old."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and request.user.is_authenticated:
            now = int(time.time())
            begun = request.session.setdefault(BEGUN, now)
            seen = request.session.setdefault(SEEN, now)
            idle = settings.STAFF_IDLE_SECONDS if _is_staff(request) else settings.IDLE_SECONDS
            if now - seen > idle or now - begun > settings.SESSION_COOKIE_AGE:
                return _ended(request)
            if now - seen > _WRITE_AFTER and not _keeps_itself_fresh(request):
                request.session[SEEN] = now
        answer = self.get_response(request)
        if SESSION_KEY in request.session and BEGUN not in request.session:
            # Signed in just now: the clock starts here, not at the next page.
            request.session[BEGUN] = request.session[SEEN] = int(time.time())
        return answer


def _is_staff(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_staff", False))


def _keeps_itself_fresh(request: HttpRequest) -> bool:
    return request.method == "GET" and request.headers.get("HX-Request") == "true"


def _ended(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(
        request,
        gettext("You were away for a while and are signed out. Please sign in again."),
    )
    if request.headers.get("HX-Request") == "true":
        # A part of a page cannot show the sign-in: the whole page goes there.
        return HttpResponse(headers={"HX-Redirect": reverse("account_login")})
    back = request.get_full_path() if request.method == "GET" else ""
    return redirect_to_login(back) if back else redirect_to_login("/")
