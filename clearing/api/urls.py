"""Where reconciliation and statements are in the interface: `/api/v1/`."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "clearing_api"

urlpatterns = [
    path("reconciliations", views.Reconciliations.as_view(), name="reconciliations"),
    path("reconciliations/<str:number>", views.OneReconciliation.as_view(), name="reconciliation"),
    path("statements", views.Statements.as_view(), name="statements"),
    path("statements/<str:number>", views.OneStatement.as_view(), name="statement"),
    path("statements/<str:number>/agreement", views.Agreement.as_view(), name="agreement"),
]
