"""The desk's own pages; those of a thing are with its room, under the same `desk/`."""

from __future__ import annotations

from django.urls import path

from desk import views
from desk.changes import views as changes
from desk.people import views as people

app_name = "desk"

urlpatterns = [
    path("desk/", views.today, name="today"),
    path("desk/people/", people.people, name="people"),
    path("desk/people/<str:number>/", people.person, name="person"),
    path("desk/people/<str:number>/open/", people.purpose, name="person_purpose"),
    path("desk/people/<str:number>/id/", people.whole_number, name="person_whole_number"),
    path("desk/people/<str:number>/propose/<slug:what>/", changes.propose, name="propose"),
    path("desk/looks/", people.looks, name="looks"),
    path("desk/changes/", changes.change_list, name="changes"),
    path("desk/changes/<int:change_id>/", changes.change, name="change"),
    path("desk/changes/<int:change_id>/accounts/", changes.accounts, name="change_accounts"),
    path("desk/changes/<int:change_id>/decide/", changes.decide, name="change_decide"),
]
