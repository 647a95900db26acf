"""What messages of this room say inside the portal, to their reader alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from members.models import Person

from .models import Binding, BindingCheck, Premium
from .words import ENDED

BINDINGS = ("bound", "binding_ended")
CHECKS = ("binding_check",)
PREMIUMS = ("premium_paid", "premium_cancelled", "premium_accepted", "premium_rejected")


def about_binding(data: Mapping[str, Any], reader_id: int | None) -> str:
    """Say whose account it is and for whom, and why it ended if it has."""
    binding = (
        Binding.objects.filter(pk=int(data.get("binding") or 0))
        .select_related("authorizer", "member")
        .first()
    )
    if binding is None or reader_id not in {binding.authorizer_id, binding.member_id}:
        return ""
    gives = binding.authorizer_id == reader_id
    other: Person = binding.member if gives else binding.authorizer
    text = (
        gettext("Your account for %(name)s")
        if gives
        else gettext("The account of %(name)s for you")
    ) % {"name": other.name}
    why = ENDED.get(str(data.get("code", "")))
    return f"{text}: {why}" if why else text


def about_check(data: Mapping[str, Any], reader_id: int | None) -> str:
    """Say for whom the account pays, by the binding that is checked."""
    check = (
        BindingCheck.objects.filter(pk=int(data.get("check") or 0))
        .select_related("binding__member")
        .first()
    )
    if check is None or check.binding.authorizer_id != reader_id:
        return ""
    return gettext("Your account for %(name)s") % {"name": check.binding.member.name}


def about_premium(data: Mapping[str, Any], reader_id: int | None) -> str:
    """Say which premium it is, and for whom."""
    premium = (
        Premium.objects.filter(pk=int(data.get("premium") or 0)).select_related("insured").first()
    )
    if premium is None:
        return ""
    own = premium.insured_id == reader_id
    text = gettext("%(product)s %(year)d") if own else gettext("%(product)s %(year)d, %(name)s")
    return text % {
        "product": premium.get_product_display(),
        "year": premium.year,
        "name": premium.insured.name,
    }
