"""Figures that staff enter with their source, for an area or for a whole province."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Figure(models.Model):
    """A figure that the notices leave open or that replaces a stated one, from a date on.

    It is made by approving a change of kind `figure` and never changed after: a figure already
    used is closed by a newer one. `example` marks what was entered for a demonstration.
    """

    scope = models.CharField(
        _("area or province"),
        max_length=6,
        help_text=_("Six digits for a pooling area, the first two for a whole province."),
    )
    key = models.CharField(_("figure"), max_length=40)
    value = models.JSONField(_("value"))
    begins_on = models.DateField(_("in force from"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    document_title = models.CharField(_("title of the document"), max_length=200)
    document_number = models.CharField(_("number of the document"), max_length=80)
    document_date = models.DateField(_("date of the document"))
    example = models.BooleanField(_("example, for a demonstration"), default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_on = models.DateField(_("approved on"))

    class Meta:
        verbose_name = _("entered figure")
        verbose_name_plural = _("entered figures")
        ordering = ["scope", "key", "begins_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="figure_needs_two_persons", condition=~Q(proposed_by=F("approved_by"))
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="figure_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class RefusalCount(models.Model):
    """How often a code was the answer on a day: a refusal leaves no other row.

    `area`: by whose rules; `place`: where it was asked, such as the institution's area; empty where
    it is not known. `door`: through which it came.
    """

    class Door(models.TextChoices):
        INTERFACE = "interface", _("interface of institutions")
        PORTAL = "portal", _("members' pages")
        DESK = "desk", _("desk")

    day = models.DateField(_("day"))
    code = models.CharField(_("code"), max_length=40)
    area = models.CharField(_("by the rules of"), max_length=6, blank=True, default="")
    place = models.CharField(_("asked in"), max_length=6, blank=True, default="")
    door = models.CharField(_("through"), max_length=10, choices=Door.choices)
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("refusals of a day")
        verbose_name_plural = _("refusals by day")
        ordering = ["-day", "code"]
        constraints = [
            models.UniqueConstraint(
                name="refusal_counted_once", fields=["day", "code", "area", "place", "door"]
            )
        ]
        triggers = [pgtrigger.Protect(name="refusal_count_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.day} {self.code}"
