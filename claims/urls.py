"""Where a patient's settlements are, and where anybody finds an institution."""

from __future__ import annotations

from django.urls import path

from claims import register_views, views

app_name = "claims"

urlpatterns = [
    path("institutions/", register_views.institutions, name="institutions"),
    path("care/", views.claim_list, name="list"),
    path("care/<str:number>/", views.claim_detail, name="detail"),
]
