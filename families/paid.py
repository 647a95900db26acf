"""Premiums that have been paid, as those whom they concern may see them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.ledger import NIL
from accounts.models import Transfer
from members.models import Person

from .models import Premium
from .premiums import parts_of


@dataclass(frozen=True, slots=True)
class Part:
    """What an account paid. `name` is empty where the reader may not know whose it is."""

    name: str
    amount: Decimal
    is_mine: bool


def premiums_of(person: Person) -> QuerySet[Premium]:
    """Return the premiums that a person may see, newest first.

    Those for them, those they have paid in their sign-in, and those their account has paid of.
    """
    from_mine = Transfer.objects.filter(
        source=Transfer.Source.PREMIUM, account__person=person
    ).values("source_id")
    return (
        Premium.objects.filter(Q(insured=person) | Q(started_by=person) | Q(pk__in=from_mine))
        .select_related("insured")
        .order_by("-pk")
    )


def premium_for(person: Person, premium_id: int) -> Premium:
    """Return a premium that a person may see. Raises Http404."""
    return get_object_or_404(premiums_of(person), pk=premium_id)


def may_cancel(premium: Premium, person: Person) -> bool:
    """Say whether a person may cancel a premium: it is for them, or paid in their sign-in."""
    return premium.state == Premium.State.PAID and person.pk in {
        premium.insured_id,
        premium.started_by_id,
    }


def seen_parts(premium: Premium, person: Person) -> list[Part]:
    """Return who paid: each by name for the insured person, else mine and the others' together."""
    parts = parts_of(premium)
    if premium.insured_id == person.pk:
        names = dict(Person.objects.filter(pk__in=parts).values_list("pk", "name"))
        return [Part(names[pk], amount, pk == person.pk) for pk, amount in parts.items()]
    mine = parts.pop(person.pk, NIL)
    others = sum(parts.values(), NIL)
    found = [Part(person.name, mine, is_mine=True)] if mine else []
    return found + ([Part("", others, is_mine=False)] if others else [])
