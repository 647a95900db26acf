"""The way of a matter, step by step: what every room's steps have in common."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Step(models.Model):
    """One step: when, by whom, and what was said. A room adds of what it is a step, and its kinds.

    Its table only grows; each room says so with a trigger of its own name.
    """

    day = models.DateField(_("day"))
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by_name = models.CharField(_("who"), max_length=120)
    note = models.TextField(_("note"), blank=True)
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        abstract = True
        ordering = ["id"]
