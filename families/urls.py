"""Where a person's family account is."""

from __future__ import annotations

from django.urls import path

from families import adding, views

app_name = "families"

urlpatterns = [
    path("family/", views.family, name="family"),
    path("family/add/", adding.who, name="add"),
    path("family/add/order/", adding.order, name="add_order"),
    path("family/add/notice/", adding.notice, name="add_notice"),
    path("family/history/", views.history, name="history"),
    path("family/staying-out/", views.staying_out, name="staying_out"),
    path("family/<int:binding_id>/", adding.done, name="bound"),
    path("family/<int:binding_id>/end/", views.end, name="end"),
]
