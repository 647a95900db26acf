"""The way into a member's pages: signed in, and known as an insured person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from . import queries
from .models import Person

P = ParamSpec("P")


def for_members(
    view: Callable[Concatenate[HttpRequest, Person, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give a view the person that the user is; who is none yet is led to the linking page.

    The page is kept in no cache: the next person at this computer must not find it there.
    """

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        person = queries.person_and_unread(request.user)
        if person is None:
            return redirect("members:link")
        # The bar shows it (portal.context_processors), without another query.
        request.unread = person.unread  # type: ignore[attr-defined]
        return view(request, person, *args, **kwargs)

    return guarded
