"""The family: its seats, who pays for whom, ending a binding, what has been, staying out."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import account_of
from members import queries as members
from members.gate import for_members
from members.models import Enrolment, Person
from policy.book import Book
from policy.queries import current_book
from policy.words import words_for
from record.operations import Actor
from record.outcome import Refusal

from . import preview, queries, relatives, words
from .bindings import gives_account, stay_out, unbind
from .checking.queries import asked_now
from .forms import BillForm
from .relatives import Family

HISTORY_PAGE = 20


@require_safe
@for_members
def family(request: HttpRequest, person: Person) -> HttpResponse:
    """Show the seats, the order of payment, the relatives; try a bill out where one is named."""
    today = timezone.localdate()
    book = current_book()
    found = relatives.family_of(person, day=today)
    place = members.enrolment_on(person.pk, today)
    context: dict[str, object] = {
        "received": words.people_of(found.received, book=book),
        "given": words.people_of(found.given, book=book),
        "has_left": members.has_left(person, today),
        "stays_out": queries.stays_out_since(person.pk),
        "checks": asked_now(person),
        "ended": words.history_of(relatives.ended_of(person)),
    }
    if place is not None:
        seats = words.seats_of(person=person, family=found, place=place, book=book, day=today)
        excluded = book.rules(place.area, today).sharing_excluded.value
        context |= {
            "seats": seats,
            "seats_text": words.seats_sentence(seats),
            "may_give": gives_account(book, person, place, today) and not excluded,
            "is_excluded": excluded,
        }
        context |= _who_pays(request, person, found=found, place=place, book=book)
    return render(request, "families/family.html", context)


def _who_pays(
    request: HttpRequest, person: Person, *, found: Family, place: Enrolment, book: Book
) -> dict[str, object]:
    """Return the order of payment for the person, and the bill that is tried out."""
    today = timezone.localdate()
    account = account_of(person.pk)
    payers = queries.payers_for(patient_id=person.pk, patient_area=place.area, day=today, book=book)
    chain = words.chain_of(
        payers=payers, person=person, family=found, book=book, has_account=account is not None
    )
    form = BillForm(request.GET if "amount" in request.GET else None, given=found.given)
    context: dict[str, object] = {"payers": chain, "bill_form": form}
    if form.is_bound and form.is_valid():
        amount, who = form.cleaned_data["amount"], form.cleaned_data["who"]
        whose = next((r for r in found.given if str(r.binding.pk) == who), None)
        context |= {
            "bill": amount,
            "bill_of": whose.person.name if whose else None,
            "asked": preview.own_bill(amount=amount, chain=chain, account=account, day=today)
            if whose is None
            else preview.relatives_bill(amount=amount, relative=whose, account=account, day=today),
        }
    return context


@require_safe
@for_members
def history(request: HttpRequest, person: Person) -> HttpResponse:
    """Show every binding that there was on either side, newest first."""
    pages = Paginator(relatives.bindings_of(person), HISTORY_PAGE)
    page = pages.get_page(request.GET.get("page"))
    rows = words.history_of(relatives.as_relatives(page.object_list, person))
    return render(request, "families/history.html", {"rows": rows, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def end(request: HttpRequest, person: Person, binding_id: int) -> HttpResponse:
    """Ask once more, then end a binding of the person's: unbind, or leave."""
    relative = relatives.binding_for(person, binding_id, active=True)
    if request.method != "POST":
        return render(request, "families/end.html", {"relative": relative})
    ended = unbind(
        authorizer_id=relative.binding.authorizer_id,
        member_id=relative.binding.member_id,
        day=timezone.localdate(),
        actor=_actor(request),
        code="unbound" if relative.gives else "left",
    )
    if isinstance(ended, Refusal):
        messages.error(request, str(words_for(ended)))
    else:
        # The other direction, where there is one, is a binding of its own and stays.
        text = (
            gettext("Done. From now on your account pays nothing more for %(name)s.")
            if relative.gives
            else gettext("Done. From now on the account of %(name)s pays nothing more for you.")
        )
        messages.success(request, text % {"name": relative.person.name})
    return redirect("families:family")


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def staying_out(request: HttpRequest, person: Person) -> HttpResponse:
    """Say that one does not want to be bound by anybody, or take it back."""
    since = queries.stays_out_since(person.pk)
    if request.method != "POST":
        return render(request, "families/staying_out.html", {"since": since})
    wish = request.POST.get("wish") == "out"
    stay_out(person_id=person.pk, wish=wish, day=timezone.localdate(), actor=_actor(request))
    messages.success(
        request,
        gettext("Kept. From now on nobody can bind you.")
        if wish
        else gettext("Kept. Relatives can bind you again."),
    )
    return redirect("families:family")


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)
