"""Where the watch and the figures are on the desk."""

from __future__ import annotations

from django.urls import path

from oversight.desk import figures, watch

app_name = "oversight"

urlpatterns = [
    path("desk/watch/", watch.watch, name="desk_watch"),
    path("desk/watch/rules/", watch.rules, name="desk_watch_rules"),
    path("desk/watch/<int:hit_id>/", watch.hit, name="desk_hit"),
    path("desk/figures/", figures.figures, name="desk_figures"),
    path("desk/figures/<slug:name>.<slug:suffix>", figures.table, name="desk_figures_table"),
]
