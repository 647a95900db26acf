"""Where a patient's settlements are."""

from __future__ import annotations

from django.urls import path

from claims import views

app_name = "claims"

urlpatterns = [
    path("care/", views.claim_list, name="list"),
    path("care/<str:number>/", views.claim_detail, name="detail"),
]
