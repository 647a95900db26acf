"""What anybody may read, and what members see first."""

from __future__ import annotations

from django.urls import path

from portal import export_views, mailbox_views, open_views, roll_desk, verify, views

app_name = "portal"

urlpatterns = [
    path("", views.start, name="start"),
    path("calculator/", open_views.calculator, name="calculator"),
    path("rules/", open_views.rules, name="rules"),
    path("help/", open_views.help_page, name="help"),
    path("home/", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("me/copy/", export_views.my_data, name="my_data"),
    path("me/looks/", export_views.looks, name="looks"),
    path("verify/", verify.verify, name="verify"),
    path("messages/", mailbox_views.inbox, name="messages"),
    path("messages/copies/", mailbox_views.copies, name="message_copies"),
    path("messages/<int:message_id>/", mailbox_views.message, name="message"),
    path("display/", views.display, name="display"),
    path("desk/imports/", roll_desk.imports, name="desk_imports"),
    path("desk/imports/<slug:kind>/", roll_desk.upload, name="desk_roll_upload"),
    path(
        "desk/imports/<slug:kind>/template.<slug:suffix>",
        roll_desk.template,
        name="desk_roll_template",
    ),
    path("desk/imports/<slug:kind>/<uuid:key>/", roll_desk.draft, name="desk_roll"),
    path(
        "desk/imports/<slug:kind>/<uuid:key>/errors.csv",
        roll_desk.errors,
        name="desk_roll_errors",
    ),
    path("desk/imports/<slug:kind>/<uuid:key>/accept/", roll_desk.accept, name="desk_roll_accept"),
    path("desk/imports/<slug:kind>/<uuid:key>/drop/", roll_desk.drop, name="desk_roll_drop"),
    path("desk/imports/taken/<int:file_id>/undo/", roll_desk.undo, name="desk_import_undo"),
]
