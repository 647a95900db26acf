"""Finds and figures in the admin: looked at, and changed by nobody."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from policy.looking import area_column, area_filter
from record.list_filters import known_filter
from record.looking import KEEPERS, LookOnlyAdmin

from .models import CareFigure, CreditFigure, FiguresMonth, WatchConclusion, WatchHit
from .patterns import TITLES
from .watching import WATCHERS

AREA = area_column("area", "area")


@admin.register(WatchHit)
class WatchHitAdmin(LookOnlyAdmin):
    list_display = ("day", "pattern", AREA, "person", "institution")
    list_filter = (
        known_filter("pattern", _("rule"), TITLES.items),
        area_filter("area"),
        "day",
    )
    search_fields = ("key", "person__number", "institution__code")
    list_select_related = ("person", "institution")
    area_paths = ("area",)
    readers = WATCHERS | KEEPERS
    subject_field = "person"


@admin.register(WatchConclusion)
class WatchConclusionAdmin(LookOnlyAdmin):
    list_display = ("day", "hit", "verdict", "by")
    list_filter = ("verdict", "day")
    search_fields = ("note", "hit__key")
    list_select_related = ("hit", "by")
    area_paths = ("hit__area",)
    readers = WATCHERS | KEEPERS
    subject_field = "hit__person"


@admin.register(CareFigure)
class CareFigureAdmin(LookOnlyAdmin):
    list_display = ("month", AREA, "place", "level", "kind", "age_from", "bills", "gross", "pool")
    list_filter = (area_filter("area"), "place", "kind", "month")
    search_fields = ("=area",)
    area_paths = ("area",)


@admin.register(CreditFigure)
class CreditFigureAdmin(LookOnlyAdmin):
    list_display = ("month", AREA, "age_from", "retired", "credits", "amount")
    list_filter = (area_filter("area"), "retired", "month")
    search_fields = ("=area",)
    area_paths = ("area",)


@admin.register(FiguresMonth)
class FiguresMonthAdmin(LookOnlyAdmin):
    list_display = ("month", "made_at")
    list_filter = ("month",)
    search_fields = ("=month",)
