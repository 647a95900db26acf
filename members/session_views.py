"""Signing one device out from another one, for whoever is signed in: members and staff."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from record.operations import Actor, audit


@require_POST
@login_required
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own sessions; of this very device it is signing out."""
    session = get_object_or_404(UserSession, pk=session_id, user_id=request.user.pk)
    if session.is_current():
        return redirect("account_logout")
    session.end()
    actor = Actor.of(request.user)
    audit(actor=actor, verb="members.session_end", record=f"session:{session_id}")
    messages.success(request, gettext("Signed out on that device."))
    return redirect("usersessions_list")
