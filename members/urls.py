"""Where a user says which insured person they are."""

from __future__ import annotations

from django.urls import path

from members import paper_pages, views

app_name = "members"

urlpatterns = [
    path("link/", views.link, name="link"),
    path("link/code/", views.code, name="code"),
    path("link/eid/", views.eid, name="eid"),
    path("papers/<uuid:key>/", paper_pages.paper, name="paper"),
    path("desk/papers/<uuid:key>/", paper_pages.desk_paper, name="desk_paper"),
    path("desk/papers/<uuid:key>/look/", paper_pages.desk_look, name="desk_paper_look"),
]
