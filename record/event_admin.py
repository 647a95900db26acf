"""Former states of rows, for staff to look at: written by the database itself at each change."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .list_filters import known_filter
from .looking import LookOnlyAdmin

_LABELS = (("update", _("changed")), ("delete", _("deleted")))


class EventAdmin(LookOnlyAdmin):
    """What a row was before each change."""

    list_display: tuple[Any, ...] = ("pgh_created_at", "pgh_label", "pgh_obj_id")
    list_filter = (
        known_filter("pgh_label", _("what happened"), lambda: _LABELS),
        "pgh_created_at",
    )
    ordering = ("-pgh_id",)
    hidden = frozenset({"pgh_context"})

    def __init__(self, model: type[models.Model], admin_site: Any) -> None:
        # The history names its tables itself, and in English alone.
        whose = model.pgh_tracked_model._meta.verbose_name_plural  # type: ignore[attr-defined]
        words = format_lazy("{}{}", _("History: "), whose)
        model._meta.verbose_name = model._meta.verbose_name_plural = words
        super().__init__(model, admin_site)
