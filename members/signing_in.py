"""Where signing in leads: members home, staff to their desk."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class SignIns(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's sign-ins, with two houses behind one door."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes who was on the way to no page."""
        if getattr(request.user, "is_staff", False):
            return reverse("desk:today")
        return str(super().get_login_redirect_url(request))
