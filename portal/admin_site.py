"""The staff's admin: the rooms in their order, a sign-in of the portal's own, and the rolls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

from record.imports import rolls
from record.looking import scopes_of
from record.second_factor import has_second_factor, lead_to_it

#: The rooms as staff go through them; what is not named follows.
ROOMS = ("members", "accounts", "families", "claims", "clearing", "oversight", "policy", "record")
#: Lists that a person's page leads to, beside its own room's.
ABOUT_PERSONS = (
    "members.enrolment",
    "members.contribution",
    "members.stay",
    "members.registration",
    "accounts.ledgeraccount",
    "accounts.transfer",
    "accounts.credit",
    "families.binding",
    "families.premium",
    "claims.claim",
    "claims.accumulator",
    "record.auditrecord",
)


#: Packages whose tables hold secrets or belong to the user alone. People manage their own second
#: factors, addresses and sessions; an administrator does so on the page of a user.
NOT_SHOWN = {"account", "socialaccount", "mfa", "usersessions", "allauth_idp_oidc"}


class PortalAdminSite(AdminSite):
    """Chinese first, read-only but for a few pages; each room is a group."""

    site_title = gettext_lazy("Staff pages")
    site_header = gettext_lazy("Outpatient Mutual Aid · staff pages")
    index_title = gettext_lazy("All records")
    index_template = "admin/staff_index.html"
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, *args: Any, **kwargs: Any) -> None:
        """Leave out the pages of packages that nobody looks at here.

        The sign-ins of machines have pages of their own (`claims.api.admin`), made of operations:
        a secret set on allauth's page would be anybody's.
        """
        given = (
            model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        )
        shown = [model for model in given if model._meta.app_label not in NOT_SHOWN]
        super().register(shown, *args, **kwargs)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff with a second factor."""
        return super().has_permission(request) and has_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Staff sign in where everybody does, with the second factor and its limits."""
        if request.user.is_authenticated and not self.has_permission(request):
            if super().has_permission(request):
                return lead_to_it(request)
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The rooms in their order, then the packages' own models for who may see them."""
        apps = super().get_app_list(request, app_label)
        place = {room: number for number, room in enumerate(ROOMS)}
        return sorted(apps, key=lambda app: place.get(app["app_label"], len(ROOMS)))

    def index(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of all records; rolls are taken in on the desk."""
        kinds = [roll for roll in rolls().values() if scopes_of(request, roll.roles)]
        links = [
            (reverse("portal:desk_roll_upload", args=[roll.kind]), roll.title) for roll in kinds
        ]
        return super().index(request, {**(extra_context or {}), "rolls": links})

    def lists_about_persons(self) -> list[tuple[str, str]]:
        """Return the lists that can be searched by a member number: address and name."""
        found = []
        for model in self._registry:
            if model._meta.label_lower in ABOUT_PERSONS:
                address = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
                found.append((reverse(address), str(model._meta.verbose_name_plural)))
        return found
