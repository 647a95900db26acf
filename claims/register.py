"""The register of institutions as anybody may search it: designated ones, as of a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from .models import InstitutionTerm


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; an empty part means anything.

    `words` is a name or part of one, an address, or pinyin: whole (`anqing`) or initials (`aq`).
    """

    words: str = ""
    area: str = ""
    kind: str = ""
    level: int | None = None
    outpatient: bool = False
    networked: bool = False


def designated(wanted: Wanted, *, day: date) -> QuerySet[InstitutionTerm]:
    """Return the terms, with their institutions, of the designated ones that fit, by place."""
    terms = (
        InstitutionTerm.objects.filter(begins_on__lte=day, designated=True)
        .filter(Q(ends_on=None) | Q(ends_on__gt=day))
        .select_related("institution")
        .order_by("institution__area", "-level", "institution__sound", "pk")
    )
    for word in wanted.words.split():
        terms = terms.filter(_named(word))
    if wanted.area:
        terms = terms.filter(institution__area=wanted.area)
    if wanted.kind:
        terms = terms.filter(institution__kind=wanted.kind)
    if wanted.level is not None:
        terms = terms.filter(level=wanted.level)
    if wanted.outpatient:
        terms = terms.filter(outpatient=True)
    if wanted.networked:
        terms = terms.filter(networked=True)
    return terms


def _named(word: str) -> Q:
    found = Q(institution__name__icontains=word) | Q(institution__address__icontains=word)
    if re.fullmatch(r"[A-Za-z']+", word):
        found |= Q(institution__sound__contains=word.replace("'", "").lower())
    return found
