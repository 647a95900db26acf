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

from .desk.rules import say_entered
from .entering import FigureForm
from .figures import FIGURE_KEYS
from .models import Figure, RefusalCount
from .operations import FIGURE_CHANGE, propose_figure
from .text import words_of
from .words import REFUSALS

speak_with(lambda refusal: str(REFUSALS.get(refusal.code, refusal.code)))


@admin.register(Figure)
class FigureAdmin(LookOnlyAdmin):
    list_display = (
        "scope",
        "said_key",
        "said_value",
        "begins_on",
        "ends_on",
        "document_number",
        "example",
        "approved_on",
    )
    list_filter = (
        known_filter("key", _("rule"), lambda: [(k, str(words_of(k).title)) for k in FIGURE_KEYS]),
        "example",
        "begins_on",
        "approved_on",
    )
    search_fields = ("=scope", "key", "document_title", "document_number")
    # What is in force is public, whoever entered it.
    area_paths = ()

    @admin.display(description=_("rule"), ordering="key")
    def said_key(self, row: Figure) -> str:
        """What the figure is for, as the desk's pages call it."""
        return str(words_of(row.key).title)

    @admin.display(description=_("value"))
    def said_value(self, row: Figure) -> str:
        """The value in words, in one line."""
        said = say_entered(row.key, row.value)
        rows = (f"{label} {text}" for label, text in said.rows)
        return gettext("; ").join(part for part in (said.text, *rows) if part)

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
