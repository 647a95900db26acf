"""The payment code at the counter: one's own, and that of a child who is not of age."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from members.gate import for_members
from members.models import Person, User
from policy.words import words_for
from record.outcome import Refusal

from .payment_codes import show_code, shown_by


@require_GET
@for_members
def payment_code(request: HttpRequest, person: Person) -> HttpResponse:
    """Draw a new code and show it, large, with the time until which it is good.

    Looking is drawing: one tap shows a code, and the same address again draws another, which is
    what the button for a new one does. HEAD draws none.
    """
    now = timezone.now()
    people = shown_by(person, day=timezone.localdate(now))
    wished = request.GET.get("who", str(person.pk))
    whose = next((one for one in people if str(one.pk) == wished), None)
    if whose is None:
        raise Http404
    context = {"people": people, "whose": whose, "is_mine": whose.pk == person.pk}
    shown = show_code(by=cast("User", request.user), person_id=whose.pk, now=now)
    if isinstance(shown, Refusal):
        status = 429 if shown.code == "too_many_codes" else 409
        context["refused"] = words_for(shown)
        return render(request, "families/payment_code.html", context, status=status)
    side, path = shown.qr_path()
    context |= {
        "code": shown,
        "side": side,
        "path": path,
        "seconds": max(0, round((shown.expires_at - now).total_seconds())),
    }
    return render(request, "families/payment_code.html", context)
