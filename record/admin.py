"""The record, for staff: what was done, what waits for a second person, who may do what."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from . import changes, roles
from .change_words import title_of
from .deciding import carry_out, may_be_decided
from .forms import DecisionForm, RoleForm, posted
from .list_filters import known_filter
from .looking import KEEPERS, LookOnlyAdmin, covers, scopes_of, within
from .models import (
    AuditRecord,
    AuditSeal,
    Change,
    CopyWish,
    Document,
    ImportFile,
    ImportUndo,
    Message,
    Role,
    RollDraft,
)
from .rolls import mask_text
from .texts import TEXTS


def masked_json(value: Any) -> str:
    """Return JSON as text for a page, with what should not be read there masked."""
    return mask_text(json.dumps(value, ensure_ascii=False, indent=1))


@admin.register(AuditRecord)
class AuditRecordAdmin(LookOnlyAdmin):
    list_display = ("at", "actor_name", "verb", "area", "subject", "object", "purpose")
    list_filter = ("at",)
    search_fields = ("=object", "actor_name", "verb__startswith", "subject__number")
    search_help_text = _("Who, what was done (look), a record (person:12), or a member number.")
    list_select_related = ("subject",)
    readers = KEEPERS
    masked = {"data": "masked_data"}

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows.filter(within(("area",), scopes | {""}))

    @admin.display(description=_("details"))
    def masked_data(self, row: AuditRecord) -> str:
        return masked_json(row.data)


@admin.register(AuditSeal)
class AuditSealAdmin(LookOnlyAdmin):
    list_display = ("id", "audit_id", "hash")
    search_fields = ("hash", "=audit__id")
    readers = KEEPERS


@admin.register(Change)
class ChangeAdmin(LookOnlyAdmin):
    list_display = ("title", "key", "area", "subject", "state", "proposed_by", "proposed_on")
    list_filter = (
        "state",
        known_filter("kind", _("kind"), lambda: [(k, title_of(k)) for k in changes.kind_names()]),
        "proposed_on",
    )
    search_fields = ("key", "kind", "reason", "subject__number")
    list_select_related = ("subject", "proposed_by")
    area_paths = ("area",)
    masked = {"payload": "masked_payload"}
    subject_field = "subject"
    change_form_template = "admin/record/change/change_form.html"

    @admin.display(description=_("kind"), ordering="kind")
    def title(self, change: Change) -> str:
        return title_of(change.kind)

    @admin.display(description=_("details"))
    def masked_payload(self, change: Change) -> str:
        return masked_json(change.payload)

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(require_POST(self.decide_view))
        return [
            path("<int:change_id>/decide/", decide, name="record_change_decide"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        change = kwargs.get("obj")
        if change is not None:
            context["may_decide"] = may_be_decided(change, request.user.pk or 0)
            context["may_withdraw"] = (
                change.state == Change.State.WAITING and change.proposed_by_id == request.user.pk
            )
            context["decision_form"] = DecisionForm()
        return super().render_change_form(request, context, *args, **kwargs)

    def decide_view(self, request: HttpRequest, change_id: int) -> HttpResponse:
        """Approve, refuse or withdraw a change."""
        back = HttpResponseRedirect(reverse("admin:record_change_change", args=[change_id]))
        if not self.get_queryset(request).filter(pk=change_id).exists():
            return HttpResponseRedirect(reverse("admin:record_change_changelist"))
        verb, note = request.POST.get("verb"), request.POST.get("note", "").strip()[:2000]
        if verb == "refuse" and not note:
            messages.error(request, gettext("Say why you refuse it: the proposer reads it."))
            return back
        assert isinstance(request.user, AbstractBaseUser), "the admin's pages are for users"
        who: dict[str, Any] = {
            "change_id": change_id,
            "by": request.user,
            "day": timezone.localdate(),
        }
        match verb:
            case "approve":
                do = partial(changes.approve, **who, note=note)
                carry_out(request, do, gettext("Approved and carried out."))
            case "refuse":
                do = partial(changes.refuse_change, **who, note=note)
                carry_out(request, do, gettext("Refused. The proposer is told why."))
            case "withdraw":
                do = partial(changes.withdraw, **who)
                carry_out(request, do, gettext("Taken back."))
        return back


#: What the form of a role suggests: a year, then somebody looks again whether it is needed.
ROLE_LASTS = timedelta(days=365)


@admin.register(Role)
class RoleAdmin(LookOnlyAdmin):
    list_display = ("user", "kind", "scope", "begins_on", "ends_on", "given_by", "approved_by")
    list_filter = ("kind", "ends_on")
    search_fields = ("user__username", "user__first_name", "user__last_name", "=scope")
    list_select_related = ("user", "given_by", "approved_by")
    readers = KEEPERS
    area_paths = ("scope",)
    change_form_template = "admin/record/role/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("propose/", view(self.propose_view), name="record_role_propose"),
            path("<int:role_id>/end/", view(require_POST(self.end_view)), name="record_role_end"),
            *super().get_urls(),
        ]

    def tools(self, request: HttpRequest) -> list[tuple[str, str]]:
        if not scopes_of(request, roles.ADMINISTRATORS):
            return []
        return [(reverse("admin:record_role_propose"), gettext("Propose a role"))]

    def propose_view(self, request: HttpRequest) -> HttpResponse:
        """Propose a role for somebody; another administrator approves it."""
        if not scopes_of(request, roles.ADMINISTRATORS):
            raise PermissionDenied
        today = timezone.localdate()
        initial = {
            "user": request.GET.get("user", ""),
            "begins_on": today,
            "ends_on": today + ROLE_LASTS - timedelta(days=1),
        }
        own = scopes_of(request, roles.ADMINISTRATORS)
        form = RoleForm(posted(request), initial=initial, scopes=own)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            do = partial(
                roles.propose_role,
                user_id=given["user"],
                kind=given["kind"],
                scope=given["scope"],
                begins_on=given["begins_on"],
                ends_on=given["ends_on"],
                reason=given["reason"],
                by=request.user,  # type: ignore[arg-type]
                day=today,
            )
            if carry_out(request, do, gettext("Proposed. Another administrator decides it.")):
                return HttpResponseRedirect(reverse("admin:record_change_changelist"))
        return self.form_page(request, form, gettext("Propose a role"))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        role = kwargs.get("obj")
        own = scopes_of(request, roles.ADMINISTRATORS)
        context["may_end"] = (
            role is not None and covers(own, role.scope) and role.ends_on >= timezone.localdate()
        )
        context["decision_form"] = DecisionForm()
        return super().render_change_form(request, context, *args, **kwargs)

    def end_view(self, request: HttpRequest, role_id: int) -> HttpResponse:
        """End a role from today on."""
        note = request.POST.get("note", "").strip()[:200]
        if not note:
            messages.error(request, gettext("Say why the role ends."))
        elif self.get_queryset(request).filter(pk=role_id).exists():
            do = partial(
                roles.end_role,
                role_id=role_id,
                by=request.user,  # type: ignore[arg-type]
                day=timezone.localdate(),
                reason=note,
            )
            carry_out(request, do, gettext("The role has ended."))
        return HttpResponseRedirect(reverse("admin:record_role_change", args=[role_id]))


@admin.register(Message)
class MessageAdmin(LookOnlyAdmin):
    """Messages: to whom and of which kind. What they say is between the portal and the member."""

    list_display = ("kind", "person", "user", "state", "attempts", "written_at", "sent_at")
    list_filter = (
        "state",
        known_filter("kind", _("kind"), lambda: [(k, text.title) for k, text in TEXTS.items()]),
        "written_at",
    )
    search_fields = ("kind", "person__number", "user__username")
    list_select_related = ("person", "user")
    readers = KEEPERS
    hidden = frozenset({"data"})
    subject_field = "person"


@admin.register(CopyWish)
class CopyWishAdmin(LookOnlyAdmin):
    list_display = ("user", "way")
    list_filter = ("way",)
    search_fields = ("user__username",)
    list_select_related = ("user",)
    readers = KEEPERS


@admin.register(ImportFile)
class ImportFileAdmin(LookOnlyAdmin):
    list_display = ("name", "kind", "day", "rows", "done", "skipped", "bad", "by_name")
    list_filter = ("kind", "day")
    search_fields = ("name", "sha256__startswith", "by_name")


@admin.register(ImportUndo)
class ImportUndoAdmin(LookOnlyAdmin):
    list_display = ("file", "day", "rows", "note", "by_name")
    list_filter = ("day",)
    search_fields = ("file__name", "note", "by_name")
    list_select_related = ("file",)


@admin.register(RollDraft)
class RollDraftAdmin(LookOnlyAdmin):
    """Rolls that were uploaded and wait to be accepted; each reader sees their own."""

    list_display = ("name", "kind", "by", "at")
    list_filter = ("kind", "at")
    search_fields = ("name", "by__username")
    list_select_related = ("by",)
    hidden = frozenset({"report"})

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).defer("sealed", "report")
        return rows if request.user.is_superuser else rows.filter(by_id=request.user.pk)


@admin.register(Document)
class DocumentAdmin(LookOnlyAdmin):
    list_display = ("number", "kind", "issued_at")
    list_filter = ("kind", "issued_at")
    search_fields = ("=number",)
    readers = KEEPERS
    hidden = frozenset({"person", "check_code"})
