"""Sign-ins of machines: opened, limited, given keys and closed; what they looked up and quoted."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members.looking import person_link
from record.deciding import carry_out
from record.forms import posted
from record.looking import KEEPERS, LookOnlyAdmin, covers, scopes_of

from . import machines
from .forms import LimitForm, OpenForm
from .machines import NewKey
from .models import LookupBudget, Machine, MachineKey, Quote


@admin.register(Machine)
class MachineAdmin(LookOnlyAdmin):
    list_display = ("institution", "name", "scopes", "networks", "opened_at", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "opened_at")
    search_fields = ("institution__code", "institution__name", "name")
    list_select_related = ("institution",)
    area_paths = ("institution__area",)
    readers = KEEPERS
    change_form_template = "admin/claims/machine/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view, to_post = self.admin_site.admin_view, require_POST
        return [
            path("open/", view(never_cache(self.open_view)), name="claims_machine_open"),
            path("<int:machine_id>/limit/", view(self.limit_view), name="claims_machine_limit"),
            path(
                "<int:machine_id>/give-key/",
                view(never_cache(to_post(self.give_key_view))),
                name="claims_machine_give_key",
            ),
            path(
                "<int:machine_id>/end-key/<int:key_id>/",
                view(to_post(self.end_key_view)),
                name="claims_machine_end_key",
            ),
            path(
                "<int:machine_id>/close/",
                view(to_post(self.close_view)),
                name="claims_machine_close",
            ),
            *super().get_urls(),
        ]

    def tools(self, request: HttpRequest) -> list[tuple[str, str]]:
        if not scopes_of(request, machines.KEEPERS):
            return []
        return [(reverse("admin:claims_machine_open"), gettext("Open a sign-in"))]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        machine: Machine | None = kwargs.get("obj")
        context["may_keep"] = (
            machine is not None
            and machine.closed_at is None
            and covers(scopes_of(request, machines.KEEPERS), machine.institution.area)
        )
        if context["may_keep"] and machine is not None:
            now = timezone.now()
            keys = list(machine.keys.all())
            for key in keys:
                key.is_good = key.ends_at is None or key.ends_at > now  # type: ignore[attr-defined]
            context["keys"] = keys
        return super().render_change_form(request, context, *args, **kwargs)

    def open_view(self, request: HttpRequest) -> HttpResponse:
        """Open a sign-in for a machine; its secret is on the answer, and nowhere else."""
        if not scopes_of(request, machines.KEEPERS):
            raise Http404
        form = OpenForm(posted(request))
        if request.method == "POST" and form.is_valid():
            made: list[tuple[Machine, NewKey]] = []
            do = partial(
                machines.open_machine, **form.cleaned_data, by=_user(request), now=timezone.now()
            )
            if carry_out(request, _kept(do, made), gettext("The sign-in is open.")):
                return self._key_page(request, *made[0])
        return self.form_page(request, form, gettext("Open a sign-in"))

    def limit_view(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        """Change what a machine may do, and from where."""
        machine = self._machine(request, machine_id)
        initial = {"scopes": machine.scopes, "networks": "\n".join(machine.networks)}
        form = LimitForm(posted(request), initial=initial)
        if request.method == "POST" and form.is_valid():
            do = partial(
                machines.limit_machine,
                machine_id=machine_id,
                **form.cleaned_data,
                by=_user(request),
                now=timezone.now(),
            )
            if carry_out(request, do, gettext("Changed; it holds for its next message.")):
                return _back(machine_id)
        return self.form_page(request, form, gettext("Change what it may do, and from where"))

    def give_key_view(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        """Give a machine its next key; the former one stays good for a while."""
        machine = self._machine(request, machine_id)
        made: list[NewKey] = []
        do = partial(
            machines.give_key, machine_id=machine_id, by=_user(request), now=timezone.now()
        )
        if carry_out(request, _kept(do, made), gettext("It has a new key.")):
            return self._key_page(request, machine, made[0])
        return _back(machine_id)

    def end_key_view(self, request: HttpRequest, machine_id: int, key_id: int) -> HttpResponse:
        """End a key at once."""
        machine = self._machine(request, machine_id)
        if not machine.keys.filter(pk=key_id).exists():
            raise Http404
        do = partial(machines.end_key, key_id=key_id, by=_user(request), now=timezone.now())
        carry_out(request, do, gettext("The key is good no longer."))
        return _back(machine_id)

    def close_view(self, request: HttpRequest, machine_id: int) -> HttpResponse:
        """Close a sign-in."""
        self._machine(request, machine_id)
        do = partial(
            machines.close_machine, machine_id=machine_id, by=_user(request), now=timezone.now()
        )
        carry_out(request, do, gettext("The sign-in is closed."))
        return _back(machine_id)

    def _machine(self, request: HttpRequest, machine_id: int) -> Machine:
        """Return a machine that who asks may keep. Raises Http404."""
        machine = (
            self.get_queryset(request).select_related("institution").filter(pk=machine_id).first()
        )
        own = scopes_of(request, machines.KEEPERS)
        if machine is None or not covers(own, machine.institution.area):
            raise Http404
        found: Machine = machine
        return found

    def _key_page(self, request: HttpRequest, machine: Machine, key: NewKey) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": gettext("A new key"),
            "machine": machine,
            "key": key,
        }
        return TemplateResponse(request, "admin/claims/machine/new_key.html", context)


@admin.register(MachineKey)
class MachineKeyAdmin(LookOnlyAdmin):
    """Keys by their client id. The secrets are nowhere."""

    list_display = ("client_id", "machine", "begins_at", "ends_at")
    list_filter = ("begins_at", ("ends_at", admin.EmptyFieldListFilter))
    search_fields = ("client_id", "machine__institution__code")
    list_select_related = ("machine",)
    area_paths = ("machine__institution__area",)
    readers = KEEPERS


@admin.register(LookupBudget)
class LookupBudgetAdmin(LookOnlyAdmin):
    list_display = ("institution", "kind", "hour", "used")
    list_filter = ("kind", "hour")
    search_fields = ("institution__code", "institution__name")
    list_select_related = ("institution",)
    area_paths = ("institution__area",)
    readers = KEEPERS


@admin.register(Quote)
class QuoteAdmin(LookOnlyAdmin):
    list_display = ("number", "institution", "who", "quoted_at")
    list_filter = ("quoted_at",)
    search_fields = ("number", "institution__code", "patient__number")
    list_select_related = ("institution", "patient")
    area_paths = ("institution__area",)
    readers = KEEPERS
    subject_field = "patient"

    @admin.display(description=_("patient"))
    def who(self, quote: Quote) -> SafeString:
        return person_link(quote.patient)


def _kept(do: Any, made: list[Any]) -> Any:
    """Return the same work, which puts what it made into a list: `carry_out` says only how."""

    def work() -> Any:
        made.append(do())
        return made[-1]

    return work


def _user(request: HttpRequest) -> AbstractBaseUser:
    assert isinstance(request.user, AbstractBaseUser), "the admin's pages are for users"
    return request.user


def _back(machine_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:claims_machine_change", args=[machine_id]))
