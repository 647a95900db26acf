"""What anybody may read, and what members see first."""

from __future__ import annotations

from django.urls import path

from portal import open_views, verify, views

app_name = "portal"

urlpatterns = [
    path("", views.start, name="start"),
    path("calculator/", open_views.calculator, name="calculator"),
    path("rules/", open_views.rules, name="rules"),
    path("help/", open_views.help_page, name="help"),
    path("home/", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("verify/", verify.verify, name="verify"),
    path("display/", views.display, name="display"),
]
