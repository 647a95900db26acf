"""What the admin's pages share: staff look at the record there, and change nothing by hand.

A list shows what lies in the areas of the reader's roles. A page about a person, opened by
somebody else, is an audit record of its own. An ID number typed into a search box travels in the
body of a request and never in an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from . import queries
from .list_export import FORMS, export
from .looks import look
from .models import Role
from .operations import Actor, audit
from .search_help import search_help
from .searching import search

#: All areas: what a superuser reads.
EVERYWHERE = None
Scopes = frozenset[str] | None

STAFF = frozenset(Role.Kind.values)
KEEPERS = frozenset({Role.Kind.ADMINISTRATOR.value, Role.Kind.AUDITOR.value})

_ID_NUMBER = re.compile(r"\s*[0-9]{6}\s*[0-9]{8}\s*[0-9]{3}[0-9Xx]\s*")
#: Rows that are counted exactly; beyond them a list says how many there are at most or about.
COUNTED = 10_000


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks."""
    return Actor.of(request.user)


def roles_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the roles of who asks, read once for a request."""
    known: list[tuple[str, str]] | None = getattr(request, "staff_roles", None)
    if known is None:
        known = (
            queries.roles_on(user_id=request.user.pk, day=timezone.localdate())
            if request.user.is_active and request.user.pk
            else []
        )
        request.staff_roles = known  # type: ignore[attr-defined]
    return known


def scopes_of(request: HttpRequest, kinds: Iterable[str]) -> frozenset[str]:
    """Return the areas and provinces for which who asks has one of these roles."""
    wanted = set(kinds)
    return frozenset(scope for kind, scope in roles_of(request) if kind in wanted)


def covers(scopes: Scopes, area: str) -> bool:
    """Say whether an area lies in these scopes."""
    return scopes is EVERYWHERE or area in scopes or area[:2] in scopes


def within(paths: Sequence[str], scopes: frozenset[str]) -> Q:
    """Return the condition that one of these area fields lies in the scopes."""
    found = Q(pk__in=[])
    for name in paths:
        found |= Q(**{f"{name}__in": sorted(scopes)})
        for scope in sorted(scopes):
            if len(scope) == 2:
                found |= Q(**{f"{name}__startswith": scope})
    return found


class RoughPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to `COUNTED` rows; of a whole large table it takes the planner's estimate."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        first = rows.order_by()[: COUNTED + 1].count()
        if first <= COUNTED or rows.query.where:
            return int(first)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
                [rows.model._meta.db_table],
            )
            row = cursor.fetchone()
        return max(first, row[0] if row else 0)


class LookOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages that are looked at. Nothing is added, changed or deleted there."""

    #: Fields with the area that a row belongs to, seen from the row.
    area_paths: ClassVar[tuple[str, ...]] = ()
    #: Roles that may read these pages.
    readers: ClassVar[frozenset[str]] = STAFF
    #: Fields that no page shows.
    hidden: ClassVar[frozenset[str]] = frozenset()
    #: A field → the method that shows it masked.
    masked: ClassVar[dict[str, str]] = {}
    #: Methods that the page shows after the fields.
    extra: ClassVar[tuple[str, ...]] = ()
    #: Where a row's person is: a row that tells of somebody is looked at with an audit record.
    subject_field: ClassVar[str] = ""

    show_full_result_count = False
    # Counting each choice of each filter would read the whole table.
    show_facets = admin.ShowFacets.NEVER
    paginator = RoughPaginator
    list_per_page = 50
    list_max_show_all = 200
    actions: Sequence[Any] | None = None
    change_list_template = "admin/look_list.html"
    empty_value_display = "—"

    # --- who may ----------------------------------------------------------------------------------

    def reading_scopes(self, request: HttpRequest) -> Scopes:
        """Return where who asks may read."""
        if request.user.is_superuser:
            return EVERYWHERE
        return scopes_of(request, self.readers)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        scopes = self.reading_scopes(request)
        return scopes is EVERYWHERE or bool(scopes)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        scopes = self.reading_scopes(request)
        return rows if scopes is EVERYWHERE else self.in_scope(rows, scopes)

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        """Return the rows that lie in these scopes."""
        return rows.filter(within(self.area_paths, scopes)) if self.area_paths else rows

    # --- what is shown ----------------------------------------------------------------------------

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        names = [
            self.masked.get(field.name, field.name)
            for field in self.model._meta.fields
            if not isinstance(field, models.BinaryField) and field.name not in self.hidden
        ]
        return [*names, *self.extra]

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[Any]:
        return self.get_fields(request, obj)

    def tools(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return what can be done from the list: addresses with their words."""
        return []

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {**(extra_context or {}), "tools": self.tools(request), "export_forms": FORMS}
        return super().changelist_view(request, more)

    def form_page(self, request: HttpRequest, form: Form, title: str) -> HttpResponse:
        """Return the page of a form of its own, such as one that proposes a change."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "form": form,
        }
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/form_page.html", context, status=status)

    # --- looking leaves a trace -------------------------------------------------------------------

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        found = super().get_object(request, object_id, from_field)
        request.looked_at = found  # type: ignore[attr-defined]
        return found

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        answer = super().change_view(request, object_id, form_url, extra_context)
        row = getattr(request, "looked_at", None)
        if request.method == "GET" and row is not None and answer.status_code == 200:
            self._record_look(request, row)
        return answer

    def _record_look(self, request: HttpRequest, row: models.Model) -> None:
        if not self.subject_field:
            return
        subject: Any = row
        for name in self.subject_field.split("__") if self.subject_field != "self" else ():
            subject = getattr(subject, name, None)
        if subject is None or subject.user_id == request.user.pk:
            return
        look(
            actor=actor_of(request),
            subject_id=subject.pk,
            record=record_name(row),
            purpose=gettext("looked at in the list of all records"),
            area="",
            day=timezone.localdate(),
        )

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history of a row is in the audit record."""
        name = f"{self.model._meta.model_name}:{object_id}"
        address = reverse("admin:record_auditrecord_changelist", current_app=self.admin_site.name)
        return HttpResponseRedirect(f"{address}?{urlencode({SEARCH_VAR: name})}")

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:  # type: ignore[override]
        self._log(request, obj, "add", message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:  # type: ignore[override]
        self._log(request, obj, "change", message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:  # type: ignore[override]
        """Nothing is deleted here."""

    def _log(self, request: HttpRequest, row: models.Model, verb: str, message: Any) -> None:
        fields = sorted(
            {
                name
                for part in (message if isinstance(message, list) else [])
                for change in part.values()
                for name in change.get("fields", [])
            }
        )
        audit(
            actor=actor_of(request),
            verb=f"admin.{self.model._meta.model_name}.{verb}",
            area=getattr(row, "area", "") or "",
            record=record_name(row),
            data={"fields": [str(name) for name in fields]},
        )

    # --- searching --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        info = self.model._meta.app_label, self.model._meta.model_name
        search = path(
            "search/",
            self.admin_site.admin_view(self.search_view),
            name="{}_{}_search".format(*info),
        )
        export = path(
            "export/<slug:form>/",
            self.admin_site.admin_view(require_safe(self.export_view)),
            name="{}_{}_export".format(*info),
        )
        return [search, export, *super().get_urls()]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        shown = super().get_changelist_instance(request)
        shown.search_help_text = shown.search_help_text or search_help(self)
        return shown

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return search(self, queryset, search_term), False

    def export_view(self, request: HttpRequest, form: str) -> HttpResponse:
        """Hand out what the list shows, filtered as it is, as a CSV or XLSX file."""
        return export(self, request, form=form)

    def search_view(self, request: HttpRequest) -> HttpResponse:
        """Turn a posted search into a list's address; an ID number becomes a member number."""
        info = self.model._meta.app_label, self.model._meta.model_name
        address = reverse("admin:{}_{}_changelist".format(*info), current_app=self.admin_site.name)
        kept = {
            name: values
            for name, values in request.POST.lists()
            if name not in {"csrfmiddlewaretoken", SEARCH_VAR, "p"}
        }
        wanted = request.POST.get(SEARCH_VAR, "").strip()
        if _ID_NUMBER.fullmatch(wanted):
            scopes = self.reading_scopes(request)
            wanted = number_of_person("".join(wanted.split()).upper(), scopes) or ""
            if not wanted:
                messages.warning(request, gettext("Nobody with this ID number is in your areas."))
        elif re.search(r"[0-9]{15}", wanted):
            # Something like an ID number that is none: it shall not stand in an address either.
            messages.warning(request, gettext("This is no ID number: it has 18 characters."))
            wanted = ""
        if wanted:
            kept[SEARCH_VAR] = [wanted]
        return HttpResponseRedirect(f"{address}?{urlencode(kept, doseq=True)}" if kept else address)


_find: list[Callable[[str, Scopes], str | None]] = []


def number_of_person(id_number: str, scopes: Scopes) -> str | None:
    """Return the member number of who has an ID number and is insured in the scopes, or None."""
    return next((number for find in _find if (number := find(id_number, scopes))), None)


def find_persons_with(find: Callable[[str, Scopes], str | None]) -> None:
    """Say how an ID number is looked up: told by the room of the members, which is above."""
    _find[:] = [find]


def record_name(row: models.Model) -> str:
    """Return how the audit record names a row, such as person:12."""
    return f"{row._meta.model_name}:{row.pk}"


class CarefulAdmin(LookOnlyAdmin):
    """Pages on which some roles add or change rows of no money, with an audit record."""

    editors: ClassVar[frozenset[str]] = frozenset()
    #: Fields that may be changed once the row is there.
    changeable: ClassVar[tuple[str, ...]] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(scopes_of(request, self.editors))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(self.changeable) and bool(scopes_of(request, self.editors))

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[Any]:
        if obj is None:
            return []
        open_fields = self.changeable if self.has_change_permission(request, obj) else ()
        return [name for name in self.get_fields(request, obj) if name not in open_fields]

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        names = super().get_fields(request, obj)
        automatic = {f.name for f in self.model._meta.fields if f.primary_key or not f.editable}
        return names if obj is not None else [name for name in names if name not in automatic]

    def area_of(self, row: Any) -> str:
        """Return the area that a row to be saved belongs to."""
        return str(row.area)

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        """The form, which refuses a row of an area where who asks has no role."""
        base: Any = super().get_form(request, obj, change=change, **kwargs)
        scopes = scopes_of(request, self.editors)
        area_of = self.area_of

        class ScopedForm(base):  # type: ignore[misc]
            def _post_clean(self) -> None:
                super()._post_clean()
                if not self.errors and not covers(scopes, area_of(self.instance)):
                    self.add_error(None, gettext("You have no role for this area."))

        return ScopedForm
