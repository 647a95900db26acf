"""The desk's own pages; those of a thing are with its room, under the same `desk/`."""

from __future__ import annotations

from django.urls import path

from desk import views

app_name = "desk"

urlpatterns = [
    path("desk/", views.today, name="today"),
]
