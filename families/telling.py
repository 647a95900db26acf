"""What an account's owner is told about a premium that moved their money, and about a binding."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from accounts.words import Told
from members.about import About
from members.models import Person

from .models import Binding, Premium


def tell(done: set[int], undone: set[int], reader_id: int) -> Mapping[tuple[int, bool], Told]:
    """Return by premium id, paid or cancelled, its product and for whom; the payer chose it."""
    told = {}
    for premium in Premium.objects.filter(pk__in=done | undone).select_related("insured"):
        own = premium.insured_id == reader_id
        text = gettext("%(product)s %(year)d") if own else gettext("%(product)s %(year)d, %(name)s")
        what = text % {
            "product": premium.get_product_display(),
            "name": premium.insured.name,
            "year": premium.year,
        }
        url = reverse("families:premium", args=[premium.pk])
        back = gettext("Given back: %(what)s") % {"what": what}
        told[premium.pk, False] = Told(title=what, url=url)
        told[premium.pk, True] = Told(title=back, url=url)
    return told


def about_binding(person: Person, key: str) -> About | None:
    """Return what a binding's id means to a person on either side of it, or None."""
    if not (key.isascii() and key.isdigit()):
        return None
    found = (
        Binding.objects.filter(Q(authorizer=person) | Q(member=person), pk=int(key))
        .select_related("authorizer", "member")
        .first()
    )
    if found is None:
        return None
    gives = found.authorizer_id == person.pk
    text = (
        gettext("my account for %(name)s") if gives else gettext("the account of %(name)s for me")
    )
    other = found.member if gives else found.authorizer
    return About(title=text % {"name": other.name}, url=reverse("families:family"))
