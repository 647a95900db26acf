"""Saying who one is: name and ID number, then the code that was sent to the phone on record."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from . import linking, queries
from .forms import CodeForm, WhoForm
from .identity_providers import NATIONAL_EID
from .linking import Outcome
from .models import User

HOME = "portal:home"


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Ask for name and ID number. Staff are told first that nothing of theirs is here."""
    user = _user(request)
    if queries.person_of(user) is not None:
        return redirect(HOME)
    if user.is_staff and request.method != "POST" and "own" not in request.GET:
        return render(request, "members/staff_note.html")
    form = WhoForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            outcome = linking.start_linking(
                user_id=user.pk,
                id_number=form.cleaned_data["id_number"],
                name=form.cleaned_data["name"],
                now=timezone.now(),
                address=get_adapter().get_client_ip(request),
            )
            if outcome is Outcome.TOO_MANY:
                return render(request, "members/too_many.html", status=429)
            return redirect("members:code")
        status = 400
    context = {"form": form, "has_eid": bool(settings.EID_ISSUER)}
    return render(request, "members/link.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code. The page is the same whether or not one was sent."""
    user = _user(request)
    if queries.person_of(user) is not None:
        return redirect(HOME)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        outcome = linking.finish_linking(
            user_id=user.pk, answer=form.cleaned_data["code"], now=timezone.now()
        )
        if outcome is Outcome.LINKED:
            messages.success(request, gettext("Done. From now on you see your own account here."))
            return redirect(HOME)
        form.add_error(
            "code",
            gettext("This code does not fit, or its time is over. Look at the newest message."),
        )
    return render(request, "members/code.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@login_required
@require_POST
def eid(request: HttpRequest) -> HttpResponse:
    """Take the national eID's word, once allauth has connected it to this user."""
    outcome = linking.finish_linking(
        user_id=_user(request).pk, answer="", now=timezone.now(), provider=NATIONAL_EID
    )
    if outcome is Outcome.LINKED:
        messages.success(request, gettext("Done. From now on you see your own account here."))
        return redirect(HOME)
    messages.error(
        request,
        gettext("With this eID it did not work. Try name and ID number, or go to a counter."),
    )
    return redirect("members:link")


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # login_required has seen to it
