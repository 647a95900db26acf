"""Adding a relative in steps: who, what will happen, the notice, done.

What was typed waits in the session, the ID number encrypted, until the notice is accepted.
"""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from members import identity
from members import queries as members
from members.gate import for_members
from members.models import Person, User
from members.recent import signed_in_recently, to_prove_it_is_you
from policy.words import words_for
from record.outcome import Refusal

from . import relatives, words
from .asking import Answer, Asked, bind_named, own_refusal
from .forms import ConsentForm, RelativeForm
from .limits import LimitsAway
from .models import Notice
from .needs import was_looked_at
from .notices import notice_in_force

_KEY = "adding_relative"
#: The notice is shown in this language where the reader's has none.
_NOTICE_LANGUAGE = "zh-hans"


def _steps() -> list[str]:
    return [gettext("Who"), gettext("What happens"), gettext("Consent"), gettext("Done")]


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def who(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask for relation, name and ID number; say at once what keeps one from binding anybody."""
    own = own_refusal(person, now=timezone.now())
    if own is not None:
        return render(request, "families/cannot_add.html", {"words": words_for(own)})
    form = RelativeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        request.session[_KEY] = {
            "relation": data["relation"],
            "name": data["name"],
            "id_number": identity.seal(data["id_number"]).hex(),
        }
        return redirect("families:add_order")
    context = {"form": form, "steps": _steps()}
    return render(request, "families/add_who.html", context, status=400 if form.errors else 200)


@require_safe
@for_members
def order(request: HttpRequest, person: Person) -> HttpResponse:
    """Say what will happen, and what will not."""
    asked = _asked(request)
    if asked is None:
        return redirect("families:add")
    context = {"name": asked.name, "person": person, "steps": _steps()}
    return render(request, "families/add_order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def notice(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the notice to somebody who has signed in lately; bind once it is accepted."""
    asked = _asked(request)
    if asked is None:
        return redirect("families:add")
    if not signed_in_recently(request):
        return to_prove_it_is_you(request)
    shown = _notice_for(person)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and shown is not None:
        return _bind(request, person, asked, shown)
    context = {"form": form, "notice": shown, "name": asked.name, "steps": _steps()}
    status = 400 if form.errors else 200
    return render(request, "families/add_notice.html", context, status=status)


def _bind(request: HttpRequest, person: Person, asked: Asked, accepted: Notice) -> HttpResponse:
    """Bind, and answer: what was typed is forgotten unless it was not looked at."""
    try:
        bound = bind_named(
            person=person,
            user=cast("User", request.user),
            asked=asked,
            notice=accepted,
            now=timezone.now(),
            address=get_adapter().get_client_ip(request),
        )
    except LimitsAway:
        return render(request, "families/not_now.html", status=503)
    if bound is Answer.TOO_MANY:
        return render(request, "members/too_many.html", status=429)
    del request.session[_KEY]
    if isinstance(bound, Refusal):
        own = {"words": words_for(bound)}
        return render(request, "families/cannot_add.html", own, status=409)
    if isinstance(bound, Answer):
        return render(request, "families/not_possible.html", status=409)
    return redirect(f"{reverse('families:bound', args=[bound.pk])}?new=1")


@require_safe
@for_members
def done(request: HttpRequest, person: Person, binding_id: int) -> HttpResponse:
    """Show a binding with its number, dates and consent: the confirmation, to print and keep.

    `new` in the address draws the last of the steps over it.
    """
    relative = relatives.binding_for(person, binding_id)
    was_looked_at(person, binding=binding_id)
    context = {
        "relative": relative,
        "steps": _steps() if "new" in request.GET else [],
        "consent": relative.binding.consent,
        "why_ended": words.ENDED.get(relative.binding.ended_code, ""),
    }
    return render(request, "families/bound.html", context)


def _asked(request: HttpRequest) -> Asked | None:
    kept = request.session.get(_KEY)
    if kept is None:
        return None
    return Asked(
        relation=kept["relation"],
        name=kept["name"],
        id_number=identity.unseal(bytes.fromhex(kept["id_number"])),
    )


def _notice_for(person: Person) -> Notice | None:
    today = timezone.localdate()
    place = members.enrolment_on(person.pk, today)
    area = place.area if place else ""
    language = get_language() or _NOTICE_LANGUAGE
    return notice_in_force(area=area, language=language, day=today) or notice_in_force(
        area=area, language=_NOTICE_LANGUAGE, day=today
    )
