"""Filters of the admin's lists whose choices are known: a long table is not read to find them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: The first year that the rules here know.
FIRST_YEAR = 2021


def known_filter(
    field: str, title: Any, choices: Callable[[], Iterable[tuple[Any, Any]]]
) -> type[admin.SimpleListFilter]:
    """Return a filter by a field with these values, each with its words."""
    words = title

    class KnownFilter(admin.SimpleListFilter):
        title = words
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(str(value), str(said)) for value, said in choices()]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            chosen = self.value()
            known = chosen in {value for value, _ in self.lookup_choices}
            return queryset.filter(**{field: chosen}) if chosen and known else queryset

    return KnownFilter


def year_filter(field: str = "year") -> type[admin.SimpleListFilter]:
    """Return a filter by a year, the present one first."""
    return known_filter(
        field,
        _("year"),
        lambda: [(year, year) for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1)],
    )
