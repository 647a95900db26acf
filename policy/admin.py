"""Entered figures: looked at, and proposed; another person approves them."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from record.deciding import carry_out, speak_with
from record.forms import posted
from record.list_filters import known_filter
from record.looking import LookOnlyAdmin, scopes_of

from .entering import FigureForm
from .models import Figure, RefusalCount
from .operations import FIGURE_CHANGE, propose_figure
from .words import REFUSALS

speak_with(lambda refusal: str(REFUSALS.get(refusal.code, refusal.code)))


@admin.register(Figure)
class FigureAdmin(LookOnlyAdmin):
    list_display = (
        "scope",
        "key",
        "value",
        "begins_on",
        "ends_on",
        "document_number",
        "example",
        "approved_on",
    )
    list_filter = ("key", "example", "begins_on", "approved_on")
    search_fields = ("=scope", "key", "document_title", "document_number")
    # What is in force is public, whoever entered it.
    area_paths = ()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.propose_view)
        return [path("propose/", view, name="policy_figure_propose"), *super().get_urls()]

    def tools(self, request: HttpRequest) -> list[tuple[str, str]]:
        if not scopes_of(request, FIGURE_CHANGE.proposers):
            return []
        return [(reverse("admin:policy_figure_propose"), gettext("Propose a figure"))]

    def propose_view(self, request: HttpRequest) -> HttpResponse:
        """Propose a figure with its document."""
        if not scopes_of(request, FIGURE_CHANGE.proposers):
            raise PermissionDenied
        form = FigureForm(posted(request))
        if request.method == "POST" and form.is_valid():
            propose = partial(
                propose_figure,
                **form.cleaned_data,
                by=request.user,  # type: ignore[arg-type]
                day=timezone.localdate(),
            )
            if carry_out(request, propose, gettext("Proposed. Another person decides it.")):
                return HttpResponseRedirect(reverse("admin:record_change_changelist"))
        return self.form_page(request, form, gettext("Propose a figure"))


@admin.register(RefusalCount)
class RefusalCountAdmin(LookOnlyAdmin):
    list_display = ("day", "code", "area", "place", "door", "number")
    list_filter = (
        "door",
        known_filter("code", _("code"), lambda: [(c, w.what) for c, w in REFUSALS.items()]),
        "day",
    )
    search_fields = ("code", "=area", "=place")
    area_paths = ("area", "place")
