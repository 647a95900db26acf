"""What members see first."""

from __future__ import annotations

from django.urls import path

from portal import views

app_name = "portal"

urlpatterns = [
    path("", views.start, name="start"),
    path("home/", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("display/", views.display, name="display"),
]
