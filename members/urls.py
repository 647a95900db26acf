"""Where a user says which insured person they are."""

from __future__ import annotations

from django.urls import path

from members import views

app_name = "members"

urlpatterns = [
    path("link/", views.link, name="link"),
    path("link/code/", views.code, name="code"),
    path("link/eid/", views.eid, name="eid"),
]
