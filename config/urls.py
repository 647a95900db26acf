"""Every address of the portal, room by room."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    # Not /accounts/, which would be read as money.
    path("login/", include("allauth.urls")),
    path("login/", include("allauth.idp.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
_ROOMS = ("clearing", "claims", "families", "accounts", "members", "policy", "desk", "portal")
urlpatterns += [path("", include(f"{room}.urls")) for room in _ROOMS if find_spec(f"{room}.urls")]

handler500 = "config.failures.server_error"
