"""The desk's pages of the policy."""

from __future__ import annotations

from django.urls import path

from policy.desk import proposing, rules

app_name = "policy"

urlpatterns = [
    path("desk/policy/", rules.rules, name="desk_rules"),
    path("desk/policy/compare/", rules.compare, name="desk_compare"),
    path("desk/policy/assumptions/", rules.assumptions, name="desk_assumptions"),
    path("desk/policy/figures/", rules.figures, name="desk_figures"),
    path("desk/policy/figures/propose/", proposing.propose, name="desk_propose"),
]
