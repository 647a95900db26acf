"""The desk's pages of this room."""

from __future__ import annotations

from django.urls import path

from record import desk

app_name = "record"

urlpatterns = [path("desk/messages/", desk.stuck_messages, name="desk_messages")]
