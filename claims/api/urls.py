"""Where the interface is: `/api/v1/`. An address does not end with a slash."""

from __future__ import annotations

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from . import page, views
from .signin import MachineTokenView

app_name = "api"

urlpatterns = [
    path("docs", page.docs, name="docs"),
    path("openapi.json", page.openapi, name="openapi"),
    path("token", MachineTokenView.as_view(), name="token"),
    path("members/lookups", views.Lookups.as_view(), name="lookups"),
    path("quotes", views.Quotes.as_view(), name="quotes"),
    path("claims", views.Claims.as_view(), name="claims"),
    path("claims/<str:number>", views.OneClaim.as_view(), name="claim"),
    path("claims/<str:number>/refund", views.Refund.as_view(), name="refund"),
    path("claims/<str:number>/reversal", views.Reversal.as_view(), name="reversal"),
    path("reversals", views.Reversals.as_view(), name="reversals"),
    # Last: whatever is no address of the interface is answered in its form too.
    re_path("^(?P<path>.*)$", csrf_exempt(views.nothing_here), name="nothing"),
]
