"""Where a person's own account is."""

from __future__ import annotations

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("account/", views.movements, name="movements"),
]
