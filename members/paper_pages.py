"""Papers handed out: to the person they are about, and to staff of the area they belong to."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from record import papers
from record.models import Paper, Role
from record.operations import audit
from record.staffing import Staff, for_staff

from .gate import for_members
from .models import Person

LOOKERS = (Role.Kind.CASE_OFFICER.value, Role.Kind.REVIEWER.value)


@require_safe
@for_members
def paper(request: HttpRequest, person: Person, key: UUID) -> HttpResponse:
    """Hand out a paper about oneself."""
    return papers.attachment(get_object_or_404(Paper, key=key, subject=person))


@require_safe
@for_staff(*LOOKERS)
def desk_paper(request: HttpRequest, staff: Staff, key: UUID) -> HttpResponse:
    """Hand out a paper to staff; the look is recorded."""
    return papers.attachment(_looked_at(staff, key, "papers.fetch"))


@require_safe
@for_staff(*LOOKERS)
def desk_look(request: HttpRequest, staff: Staff, key: UUID) -> HttpResponse:
    """Show a photo beside the facts of its case; the look is recorded."""
    return papers.preview(_looked_at(staff, key, "papers.look", photo=True))


def _looked_at(staff: Staff, key: UUID, verb: str, *, photo: bool = False) -> Paper:
    found = get_object_or_404(Paper, key=key)
    area = papers.area_of(found)
    if not area or not staff.covers(area) or (photo and not found.is_photo):
        raise Http404("no such paper in these areas")
    audit(
        actor=staff.actor,
        verb=verb,
        area=area,
        subject_id=found.subject_id,
        record=f"paper:{found.key}",
        purpose=f"{found.kind}:{found.thing}",
    )
    return found
