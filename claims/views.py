"""The patient's own claims: the list, and one as a receipt with every step behind it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from families.relatives import bindings_towards
from members import queries as members
from members.gate import for_members
from members.identity import mask_id_number, unseal
from members.models import Person
from policy.queries import current_book

from . import own
from .explain import explain
from .models import Claim, Institution

CLAIMS_A_PAGE = 20


@require_safe
@for_members
def claim_list(request: HttpRequest, person: Person) -> HttpResponse:
    """List a person's own settlements, newest first."""
    page = Paginator(own.claims_of(person), CLAIMS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "claims/list.html", {"page": page})


@require_safe
@for_members
def claim_detail(request: HttpRequest, person: Person, number: str) -> HttpResponse:
    """Show one of the person's own claims: who paid what, and why. Nothing is recomputed."""
    claim = own.claim_for(person, number)
    book = current_book()
    payers = own.payers_of(claim)
    bindings = bindings_towards(person.pk, payers)
    areas = {
        code: area.name if (get_language() or "").startswith("zh") else area.name_en
        for code, area in book.areas.items()
    }
    context = {
        "claim": claim,
        "receipt": _receipt(claim, person, payers, bindings, areas),
        "explanation": explain(
            claim,
            documents=book.documents,
            payers=payers,
            payer_order=book.rules(claim.area, claim.settled_on).payer_order.source,
        ),
        "follower": own.follower_of(claim) if claim.undone_on else None,
        "has_left": members.has_left(person, timezone.localdate()),
    }
    return render(request, "claims/detail.html", context)


def _receipt(
    claim: Claim,
    person: Person,
    payers: dict[int, str],
    bindings: dict[int, Any],
    areas: dict[str, str],
) -> dict[str, Any]:
    """Return a claim as `components/receipt.html` draws it."""
    title = (
        gettext("Bought at %(institution)s")
        if claim.institution.kind == Institution.Kind.PHARMACY
        else gettext("A visit to %(institution)s")
    )
    undone = {
        Claim.State.REVERSED: gettext("cancelled on the same day"),
        Claim.State.REFUNDED: gettext("refunded"),
    }
    return {
        "label": gettext("Settlement, treated on %(day)s")
        % {"day": claim.service_date.isoformat()},
        "title": title % {"institution": claim.institution.name},
        "tag": undone.get(Claim.State(claim.state), ""),
        "tag_kind": "wait",
        "total_label": gettext("The whole bill"),
        "total": claim.gross,
        "payments": _payments(claim, payers, bindings, areas),
        "facts": [
            {"label": gettext("Settlement number"), "value": claim.number},
            {"label": gettext("Patient"), "value": person.name},
            {
                "label": gettext("ID number"),
                "value": mask_id_number(unseal(person.id_number_sealed)),
            },
            {"label": gettext("Kind"), "value": claim.get_category_display()},
            {"label": gettext("Treated on"), "value": claim.service_date.isoformat()},
            {"label": gettext("Settled on"), "value": claim.settled_on.isoformat()},
            {"label": gettext("By the rules of"), "value": areas.get(claim.area, claim.area)},
        ],
    }


def _payments(
    claim: Claim, payers: dict[int, str], bindings: dict[int, Any], areas: dict[str, str]
) -> list[dict[str, Any]]:
    """Return who paid what, in the order in which they were asked; cash is last."""
    lines: list[dict[str, Any]] = [
        {
            "kind": "fund",
            "label": gettext("Pooled fund"),
            "note": gettext("to your bank account") if claim.paper else "",
            "amount": claim.pool,
        }
    ]
    if claim.other_scheme_paid:
        label = gettext("Another scheme")
        lines.append({"kind": "other", "label": label, "amount": claim.other_scheme_paid})
    for payer in claim.decision["payers"]:
        binding = bindings.get(payer["person"])
        lines.append(
            {
                "kind": "self" if payer["own"] else "kin",
                "label": gettext("Your own account")
                if payer["own"]
                else gettext("Account of %(name)s") % {"name": payers.get(payer["person"], "")},
                "note": ""
                if payer["own"]
                else gettext("%(area)s, bound on %(day)s")
                % {"area": areas.get(payer["area"], ""), "day": binding.bound_on.isoformat()}
                if binding
                else areas.get(payer["area"], ""),
                "amount": payer["amount"],
            }
        )
    lines.append(
        {
            "kind": "cash",
            "label": gettext("Cash"),
            "note": gettext("you paid it at the counter") if claim.cash else "",
            "amount": claim.cash,
        }
    )
    return lines
