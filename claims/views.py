"""The patient's own claims: the list, and one as a receipt with every step behind it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from members import queries as members
from members.gate import for_members
from members.models import Person
from policy.queries import current_book
from record import documents
from record.answers import as_download
from record.models import Document
from record.operations import Actor
from record.quotas import enough_for_today

from . import own
from .models import Claim
from .receipt import issue_settlement, read_claim

CLAIMS_A_PAGE = 20


@require_safe
@for_members
def claim_list(request: HttpRequest, person: Person) -> HttpResponse:
    """List a person's own settlements, newest first, each with who paid it."""
    page = Paginator(own.claims_of(person), CLAIMS_A_PAGE).get_page(request.GET.get("page"))
    rows = [{"claim": claim, "parts": _parts(claim)} for claim in page]
    return render(request, "claims/list.html", {"page": page, "rows": rows})


def _parts(claim: Claim) -> list[dict[str, Any]]:
    """Return who paid a claim, in the kinds of the list's thin bar."""
    return [
        {"kind": "fund", "label": gettext("Pooled fund"), "amount": claim.pool},
        {"kind": "other", "label": gettext("Another scheme"), "amount": claim.other_scheme_paid},
        {"kind": "self", "label": gettext("Your own account"), "amount": claim.own_paid},
        {"kind": "kin", "label": gettext("Relatives' accounts"), "amount": claim.shared_paid},
        {"kind": "cash", "label": gettext("Cash"), "amount": claim.cash},
    ]


@require_safe
@for_members
def claim_detail(request: HttpRequest, person: Person, number: str) -> HttpResponse:
    """Show one of the person's own claims: who paid what, and why. Nothing is recomputed."""
    claim = own.claim_for(person, number)
    read = read_claim(claim, person=person, book=current_book())
    context = {
        "claim": claim,
        "receipt": read.receipt,
        "explanation": read.explanation,
        "lines": read.lines,
        "chain": read.chain,
        "has_left": members.has_left(person, timezone.localdate()),
    }
    return render(request, "claims/detail.html", context)


@require_POST
@for_members
def claim_document(request: HttpRequest, person: Person, number: str) -> HttpResponse:
    """Hand out one of the person's own claims as a PDF file with a number."""
    claim = own.claim_for(person, number)
    today = timezone.localdate()
    had = documents.issued_today(person_id=person.pk, kinds=(Document.Kind.SETTLEMENT,), day=today)
    if had >= settings.DOCUMENTS_A_DAY:
        back = reverse("claims:detail", args=[claim.number])
        return enough_for_today(request, had=had, back=back)
    issued = issue_settlement(
        claim,
        person=person,
        book=current_book(),
        day=today,
        actor=Actor(name=person.name, user_id=request.user.pk),
    )
    return as_download(
        issued.pdf, name=f"settlement-{issued.number}.pdf", content_type="application/pdf"
    )
