"""Areas on staff pages: their names beside their codes, and a filter by area."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy

from record.looking import covers

from .book import load_book
from .saying import place_words


def area_words(code: str) -> str:
    """Return an area's code with its name; a province's or an unknown code as it is."""
    area = load_book().areas.get(code)
    if area is None:
        return code
    english = (get_language() or "").startswith("en")
    return f"{code} {area.name_en if english else area.name}"


def scope_choices(scopes: frozenset[str]) -> list[tuple[str, str]]:
    """Return whole provinces, then areas, that lie in these scopes, each with its name."""
    provinces = [(code, place_words(code)) for code in sorted(scopes) if len(code) == 2]
    areas = [(code, area_words(code)) for code in sorted(load_book().areas) if covers(scopes, code)]
    return [*provinces, *areas]


def area_column(field: str, title: Any) -> Callable[[Any], str]:
    """Return a list column that shows an area field with the area's name."""

    @admin.display(description=title, ordering=field)
    def column(row: Any) -> str:
        code = row
        for name in field.split("__"):
            code = getattr(code, name)
        return area_words(code)

    return column


def area_filter(field: str) -> type[admin.SimpleListFilter]:
    """Return a filter of a list by one of its area fields; the reader's own areas are offered."""

    class AreaFilter(admin.SimpleListFilter):
        title = gettext_lazy("pooling area")
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            scopes = model_admin.reading_scopes(request)
            return [
                (code, area_words(code))
                for code in sorted(load_book().areas)
                if covers(scopes, code)
            ]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            chosen = self.value()
            return queryset.filter(**{field: chosen}) if chosen else queryset

    return AreaFilter
