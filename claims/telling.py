"""What an account's owner is told about a claim that moved their money.

The patient reads where it was and can open it. Whoever else paid learns the person, the date and
the amount: never the institution, and never what it was for.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from accounts.words import Told
from members.about import About
from members.models import Person
from record.prepared import prepared

from .models import Claim, Institution


def tell(done: set[int], undone: set[int], reader_id: int) -> Mapping[tuple[int, bool], Told]:
    """Return by claim id, settled or undone, what this reader may know of it."""
    claims = _claims(sorted(done | undone))
    return {
        (claim.pk, is_undone): _told(claim, reader_id, undone=is_undone)
        for claim in claims
        for is_undone in (False, True)
    }


@prepared
def _claims(claims: list[int]) -> QuerySet[Claim]:
    found = Claim.objects.filter(pk__any_of=claims).select_related("institution", "patient")
    return found.defer("decision", "lines")


def _told(claim: Claim, reader_id: int, *, undone: bool) -> Told:
    if claim.patient_id != reader_id:
        text = gettext("Given back, paid for %(name)s") if undone else gettext("Paid for %(name)s")
        return Told(title=text % {"name": claim.patient.name})
    if undone:
        text = gettext("Given back by %(institution)s")
    elif claim.institution.kind == Institution.Kind.PHARMACY:
        text = gettext("Bought at %(institution)s")
    else:
        text = gettext("Treated at %(institution)s")
    return Told(
        title=text % {"institution": claim.institution.name},
        url=reverse("claims:detail", args=[claim.number]),
    )


def about_claim(person: Person, number: str) -> About | None:
    """Return what a claim's number means to a person: their own alone. The claim's area answers."""
    claim = (
        Claim.objects.filter(patient=person, number=number).select_related("institution").first()
    )
    if claim is None:
        return None
    title = gettext("the bill of %(institution)s of %(day)s, %(gross)s yuan") % {
        "institution": claim.institution.name,
        "day": claim.service_date.isoformat(),
        "gross": f"{claim.gross:,.2f}",
    }
    return About(title=title, url=reverse("claims:detail", args=[claim.number]), area=claim.area)
