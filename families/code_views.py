"""The payment code at the counter: one's own, and that of a child who is not of age."""

from __future__ import annotations

import re
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from members.gate import for_members
from members.models import Person, User
from policy.words import words_for
from record.changes import NotAllowed
from record.outcome import Refusal

from .payment_codes import show_code_among, shown_by


@require_GET
@for_members
def payment_code(request: HttpRequest, person: Person) -> HttpResponse:
    """Draw a new code and show it, large, with the time until which it is good.

    Looking is drawing: one tap shows a code, and the same address again draws another, which is
    what the button for a new one does. HEAD draws none.
    """
    now = timezone.now()
    wished = request.GET.get("who", str(person.pk))
    if not re.fullmatch("[0-9]{1,18}", wished):
        raise Http404
    try:
        shown = show_code_among(by=cast("User", request.user), person_id=int(wished), now=now)
    except NotAllowed:
        raise Http404 from None
    if isinstance(shown, Refusal):
        people = shown_by(person, day=timezone.localdate(now))
        context: dict[str, Any] = {
            "people": people,
            "whose": next(one for one in people if one.pk == int(wished)),
            "is_mine": int(wished) == person.pk,
            "refused": words_for(shown),
        }
        status = 429 if shown.code == "too_many_codes" else 409
        return render(request, "families/payment_code.html", context, status=status)
    side, path = shown.code.qr_path()
    context = {
        "people": shown.people,
        "whose": shown.whose,
        "is_mine": shown.whose.pk == person.pk,
        "code": shown.code,
        "side": side,
        "path": path,
        "seconds": max(0, round((shown.code.expires_at - now).total_seconds())),
    }
    return render(request, "families/payment_code.html", context)
