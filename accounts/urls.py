"""Where a person's own account is, and the desk's pages of runs."""

from __future__ import annotations

from django.urls import path

from accounts import views
from accounts.desk import run_actions, run_files, runs

app_name = "accounts"

urlpatterns = [
    path("account/", views.movements, name="movements"),
    path("desk/runs/", runs.run_list, name="desk_runs"),
    path("desk/runs/start/", runs.run_start, name="desk_run_start"),
    path("desk/runs/<int:run_id>/", runs.run_detail, name="desk_run"),
    path("desk/runs/<int:run_id>/progress/", runs.run_progress, name="desk_run_progress"),
    path("desk/runs/<int:run_id>/count/", run_actions.count_run, name="desk_run_count"),
    path("desk/runs/<int:run_id>/post/", run_actions.post_run, name="desk_run_post"),
    path("desk/runs/<int:run_id>/put-aside/", run_actions.put_aside, name="desk_run_put_aside"),
    path("desk/runs/<int:run_id>/stop/", run_actions.stop_run, name="desk_run_stop"),
    path("desk/runs/<int:run_id>/go-on/", run_actions.go_on, name="desk_run_go_on"),
    path("desk/runs/<int:run_id>/left-out.csv", run_files.run_errors, name="desk_run_errors"),
    path(
        "desk/runs/<int:run_id>/left-out/<slug:reason>/",
        run_files.run_skipped,
        name="desk_run_skipped",
    ),
    path(
        "desk/runs/<int:run_id>/bank/missing/",
        run_files.bank_file_missing,
        name="desk_bank_file_missing",
    ),
    path("account/movements.csv", views.movements_file, name="file"),
    path("account/statement/", views.statement, name="statement"),
    path("account/interest/", views.interest, name="interest"),
]
