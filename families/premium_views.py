"""Premiums: what can be paid for whom, who will pay, the receipt, and taking it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

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
from members.models import Person
from policy.queries import current_book
from policy.words import words_for
from record.operations import Actor
from record.outcome import Refusal

from . import offers, paid, preview, queries, relatives, words
from .collecting import number_of
from .needs import was_looked_at
from .offers import ME, Offer, State
from .premiums import cancel_premium

PAGE = 20


@require_safe
@for_members
def premiums(request: HttpRequest, person: Person) -> HttpResponse:
    """Show what can be paid for whom this year, and what has been paid."""
    today = timezone.localdate()
    book = current_book()
    family = relatives.family_of(person, day=today)
    insured = offers.insured_by(person, family, day=today)
    found = offers.offers_for(insured, received=bool(family.received), day=today, book=book)
    page = Paginator(paid.premiums_of(person), PAGE).get_page(request.GET.get("page"))
    context = {
        "year": today.year,
        "groups": [
            {
                "insured": one,
                "is_me": one.key == ME,
                "area": words.area_name(book, one.area),
                "offers": [(offer, offers.why_not(offer)) for offer in found[one.key]],
            }
            for one in insured
        ],
        "has_example": any(offer.is_example for group in found.values() for offer in group),
        "page": page,
        "has_left": members.has_left(person, today),
    }
    return render(request, "families/premiums.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def pay(request: HttpRequest, person: Person, key: str, product: str) -> HttpResponse:
    """Say who will pay, all or nothing; pay once it is confirmed."""
    today = timezone.localdate()
    book = current_book()
    family = relatives.family_of(person, day=today)
    offer = offers.offer_for(
        person=person, family=family, key=key, product=product, day=today, book=book
    )
    if offer.premium is not None:
        return redirect("families:premium", premium_id=offer.premium.pk)
    context: dict[str, Any] = {
        "offer": offer,
        "why_not": offers.why_not(offer),
        "year": today.year,
    }
    if offer.state is not State.OPEN:
        return render(request, "families/premium_pay.html", context)
    if request.method == "POST":
        return _pay(request, person, offer, context)
    context["asked"] = _asked(person, offer, family)
    return render(request, "families/premium_pay.html", context)


def _pay(
    request: HttpRequest, person: Person, offer: Offer, context: dict[str, Any]
) -> HttpResponse:
    today = timezone.localdate()
    done = offers.pay_offer(offer=offer, person=person, day=today, actor=_actor(request))
    if isinstance(done, Refusal):
        context["refused"] = words_for(done)
        return render(request, "families/premium_pay.html", context, status=409)
    return redirect("families:premium", premium_id=done.pk)


def _asked(person: Person, offer: Offer, family: relatives.Family) -> list[preview.Asked]:
    """Return whose accounts will be asked, in their order; figures of the reader's alone."""
    today = timezone.localdate()
    amount = offer.amount or Decimal(0)
    account = account_of(person.pk)
    if offer.insured.relative is not None:
        return preview.relatives_bill(
            amount=amount,
            relative=offer.insured.relative,
            account=account,
            day=today,
            own=offer.own,
            whole=True,
        )
    book = current_book()
    payers = queries.payers_for(
        patient_id=person.pk,
        patient_area=offer.insured.area,
        day=today,
        book=book,
        own=offer.own,
        relatives=offer.relatives,
    )
    chain = words.chain_of(
        payers=payers, person=person, family=family, book=book, has_account=account is not None
    )
    return preview.own_bill(amount=amount, chain=chain, account=account, day=today, whole=True)


@require_safe
@for_members
def premium(request: HttpRequest, person: Person, premium_id: int) -> HttpResponse:
    """Show the receipt of a premium."""
    found = paid.premium_for(person, premium_id)
    was_looked_at(person, premium=premium_id)
    parts = paid.seen_parts(found, person)
    context = {
        "premium": found,
        "number": number_of(found.pk),
        "is_mine": found.insured_id == person.pk,
        "may_cancel": paid.may_cancel(found, person),
        "payments": [
            {
                "kind": "self" if part.is_mine else "kin",
                "label": _payer(part),
                "amount": part.amount,
            }
            for part in parts
        ],
        "others": not any(part.is_mine for part in parts),
    }
    return render(request, "families/premium.html", context)


def _payer(part: paid.Part) -> str:
    if part.is_mine:
        return gettext("Your account")
    if not part.name:
        return gettext("Other relatives' accounts")
    return gettext("The account of %(name)s") % {"name": part.name}


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def cancel(request: HttpRequest, person: Person, premium_id: int) -> HttpResponse:
    """Ask once more, then cancel a premium: the money goes back to where it came from."""
    found = paid.premium_for(person, premium_id)
    if not paid.may_cancel(found, person):
        return redirect("families:premium", premium_id=found.pk)
    if request.method != "POST":
        return render(request, "families/premium_cancel.html", {"premium": found})
    done = cancel_premium(premium_id=found.pk, day=timezone.localdate(), actor=_actor(request))
    if isinstance(done, Refusal):
        messages.error(request, str(words_for(done)))
    else:
        messages.success(request, gettext("Cancelled. The money is back where it came from."))
    return redirect("families:premium", premium_id=found.pk)


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)
