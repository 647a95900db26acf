"""A member's copy of their own record, and who has looked at it: asked for and handed out."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from members.gate import for_members
from members.models import Person
from record.answers import as_download
from record.operations import Actor
from record.queries import all_records_about
from record.quotas import enough_for_today

from . import export
from .me import look_in_words

LOOKS_A_PAGE = 30
_MemberView = Callable[[HttpRequest, Person], HttpResponse]


def _can_prove_it_again(request: HttpRequest) -> bool:
    """Say whether a user has a password or a second proof; an eID alone cannot be asked again."""
    return bool(get_adapter().get_reauthentication_methods(request.user))


_after_a_recent_sign_in: Callable[[_MemberView], _MemberView] = reauthentication_required(
    enabled=_can_prove_it_again
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
@_after_a_recent_sign_in
def my_data(request: HttpRequest, person: Person) -> HttpResponse:
    """Say what the copy is, and hand it out: after a recent sign-in, a few times a day."""
    today = timezone.localdate()
    had = export.exports_today(person, today)
    left = max(0, settings.EXPORTS_A_DAY - had)
    if request.method != "POST":
        return render(request, "portal/export.html", {"left": left})
    if not left:
        return enough_for_today(request, had=had, back=reverse("portal:my_data"))
    actor = Actor(name=person.name, user_id=request.user.pk)
    if request.POST.get("form") == "pdf":
        issued = export.as_pdf(person, day=today, actor=actor)
        name = f"my-record-{issued.number}.pdf"
        return as_download(issued.pdf, name=name, content_type="application/pdf")
    content = export.as_json(person, day=today, actor=actor)
    name = f"my-record-{today.isoformat()}.json"
    return as_download(content, name=name, content_type="application/json")


@require_safe
@for_members
def looks(request: HttpRequest, person: Person) -> HttpResponse:
    """List everybody of the staff who has looked at or changed one's record, and why."""
    records = all_records_about(person.pk, not_by=request.user.pk or 0)
    page = Paginator(records, LOOKS_A_PAGE).get_page(request.GET.get("page"))
    rows = [look_in_words(record) for record in page]
    return render(request, "portal/looks.html", {"page": page, "rows": rows})
