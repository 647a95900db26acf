"""Staff pages on which changes are proposed and decided, with every no in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from .changes import NotAllowed, TooEarly
from .models import Change
from .outcome import Refusal

_NOT_IN_FORCE = gettext_lazy("This role has ended already.")
_speakers: list[Callable[[Refusal], str]] = []


def speak_with(words: Callable[[Refusal], str]) -> None:
    """Say how refusals are put into words: told by the room of the policy, which is above."""
    _speakers[:] = [words]


def refusal_words(refusal: Refusal) -> str:
    """Return what a refusal says to staff, with its clause where there is one."""
    if refusal.code == "not_in_force":
        return str(_NOT_IN_FORCE)
    words = next((speak(refusal) for speak in _speakers), refusal.code)
    return f"{words} ({refusal.clause})" if refusal.clause else words


def carry_out(request: HttpRequest, do: Callable[[], Any], done: str) -> bool:
    """Do something that may be refused, and tell the user how it went. Returns whether it went."""
    try:
        answer = do()
    except TooEarly:
        messages.error(request, gettext("It is too early: this must lie for some days first."))
        return False
    except NotAllowed:
        messages.error(
            request,
            gettext(
                "You cannot do this: it needs another person, or a role that you do not have there."
            ),
        )
        return False
    except (IntegrityError, LookupError, ValueError) as error:
        problems = getattr(error, "problems", None)
        for problem in problems or [gettext("This cannot be carried out as it stands.")]:
            messages.error(request, str(problem))
        return False
    if isinstance(answer, Refusal):
        messages.error(request, refusal_words(answer))
        return False
    messages.success(request, done)
    return True


def may_be_decided(change: Change, user_id: int) -> bool:
    """Say whether a page may offer to decide a change; the operation decides whether it may be."""
    return change.state == Change.State.WAITING and change.proposed_by_id != user_id
