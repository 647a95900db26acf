"""The start page, the display settings, and what is mine."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members.gate import for_members
from members.models import Person, User
from policy.book import load_book
from portal.calculator_forms import CalculatorForm
from portal.display import COOKIE_AGE, COOKIES, read
from portal.forms import DisplayForm
from portal.home import home_context
from portal.me import me_context


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is, for anyone; no sign-in."""
    # The names of the areas stand in the files; no figure is asked for here.
    form = CalculatorForm(initial={"who": "active"}, book=load_book(), today=timezone.localdate())
    return render(request, "portal/start.html", {"form": form})


@require_safe
@for_members
def home(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the balance, the year so far, what moved last, who pays for whom."""
    return render(request, "portal/home.html", home_context(person=person, now=timezone.now()))


@require_safe
@never_cache
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show who I am to the insurance, who looked at my record, and how I sign in.

    Staff without an insurance of their own see the sign-in part alone.
    """
    user = cast("User", request.user)
    return render(request, "portal/me.html", me_context(user=user, today=timezone.localdate()))


@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Show the display settings, or keep the ones that are posted and go back."""
    if request.method != "POST":
        shown = read(request.COOKIES)
        form = DisplayForm(
            initial={
                "theme": shown.theme,
                "contrast": shown.contrast,
                "view": shown.view,
                "language": get_language(),
            }
        )
        return render(request, "portal/display.html", {"form": form})
    form = DisplayForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/display.html", {"form": form}, status=400)
    response = redirect(_way_back(request, wished=form.cleaned_data["next"]))
    for name in COOKIES:
        if form.cleaned_data[name]:
            _keep(response, name=name, value=form.cleaned_data[name])
    language = form.cleaned_data["language"]
    if language:
        _keep(response, name=settings.LANGUAGE_COOKIE_NAME, value=language)
    if not form.cleaned_data["next"]:
        with override(language or get_language()):
            messages.success(request, gettext("Kept. Every page now looks like this."))
    return response


def _way_back(request: HttpRequest, *, wished: str) -> str:
    """The page that the switch stood on, when it is one of ours; else the display settings."""
    is_ours = url_has_allowed_host_and_scheme(
        wished, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wished if is_ours else reverse("portal:display")


def _keep(response: HttpResponse, *, name: str, value: str) -> None:
    """Set a cookie that no script can read and that stays a year."""
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
