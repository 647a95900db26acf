"""The family: its seats, who pays for whom, ending a binding."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import account_of
from members import queries as members
from members.gate import for_members
from members.models import Person
from policy.queries import current_book
from policy.words import words_for
from record.operations import Actor
from record.outcome import Refusal

from . import queries, relatives, words
from .bindings import gives_account, unbind


@require_safe
@for_members
def family(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the seats, the order of payment, the relatives, and what has ended."""
    today = timezone.localdate()
    book = current_book()
    found = relatives.family_of(person, day=today)
    place = members.enrolment_on(person.pk, today)
    context: dict[str, object] = {
        "received": words.people_of(found.received, book=book),
        "given": words.people_of(found.given, book=book),
        "ended": words.history_of(found.ended),
        "has_left": members.has_left(person, today),
    }
    if place is not None:
        payers = queries.payers_for(
            patient_id=person.pk, patient_area=place.area, day=today, book=book
        )
        seats = words.seats_of(person=person, family=found, place=place, book=book, day=today)
        excluded = book.rules(place.area, today).sharing_excluded.value
        context |= {
            "payers": words.chain_of(
                payers=payers,
                person=person,
                family=found,
                book=book,
                has_account=account_of(person.pk) is not None,
            ),
            "seats": seats,
            "seats_text": words.seats_sentence(seats),
            "may_give": gives_account(book, person, place, today) and not excluded,
            "is_excluded": excluded,
        }
    return render(request, "families/family.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def end(request: HttpRequest, person: Person, binding_id: int) -> HttpResponse:
    """Ask once more, then end a binding of the person's: unbind, or leave."""
    relative = relatives.binding_for(person, binding_id)
    if request.method != "POST":
        return render(request, "families/end.html", {"relative": relative})
    ended = unbind(
        authorizer_id=relative.binding.authorizer_id,
        member_id=relative.binding.member_id,
        day=timezone.localdate(),
        actor=Actor(name=request.user.get_username(), user_id=request.user.pk),
        code="unbound" if relative.gives else "left",
    )
    if isinstance(ended, Refusal):
        messages.error(request, str(words_for(ended)))
    else:
        text = gettext("Done. From now on nothing is shared between you and %(name)s.")
        messages.success(request, text % {"name": relative.person.name})
    return redirect("families:family")
