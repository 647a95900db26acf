"""Every address of the portal, room by room."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import health

# The interface for institutions comes first, as a patient waits for its answer. Claims' part is its
# last: it answers for what is nowhere, too.
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include(f"{room}.api.urls"))
    for room in ("clearing", "claims")
    if find_spec(f"{room}.api") and find_spec(f"{room}.api.urls")
]
urlpatterns += [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    # Not /accounts/, which would be read as money.
    path("login/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
_ROOMS = (
    "oversight",
    "clearing",
    "claims",
    "families",
    "accounts",
    "members",
    "policy",
    "record",
    "desk",
    "portal",
)
urlpatterns += [path("", include(f"{room}.urls")) for room in _ROOMS if find_spec(f"{room}.urls")]
handler500 = "config.failures.server_error"
