"""Rolls that were uploaded, taken in, and taken back."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ImportFile(models.Model):
    """A roll that was taken in: which file, by whom, and what became of its rows.

    The file itself is not kept. `bad` rows were left out because somebody accepted the rest.
    """

    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    day = models.DateField(_("day"))
    rows = models.PositiveIntegerField(_("rows"))
    done = models.PositiveIntegerField(_("taken in"))
    skipped = models.PositiveIntegerField(_("there already"))
    bad = models.PositiveIntegerField(_("left out"))
    by_name = models.CharField(_("who"), max_length=120)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    made = models.JSONField(
        _("rows that it made"),
        default=dict,
        help_text=_("The first and the last id, and how many between them: by them it is undone."),
    )

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="import_adds_up", condition=Q(rows=F("done") + F("skipped") + F("bad"))
            )
        ]
        indexes = [models.Index(fields=["kind", "sha256"], name="import_by_file")]
        triggers = [
            pgtrigger.Protect(
                name="import_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImportUndo(models.Model):
    """That a roll was taken back: by whom, why, and how many rows it had made."""

    file = models.OneToOneField(
        ImportFile, verbose_name=_("imported file"), on_delete=models.PROTECT, related_name="undo"
    )
    day = models.DateField(_("day"))
    rows = models.PositiveIntegerField(_("rows taken back"))
    note = models.CharField(_("reason"), max_length=200)
    by_name = models.CharField(_("who"), max_length=120)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("undoing of an import")
        verbose_name_plural = _("undone imports")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(
                name="import_undo_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return str(self.file_id)


class RollDraft(models.Model):
    """A roll that was uploaded and tried, and waits for its user to accept it.

    The file is kept encrypted, as it holds ID numbers; accepting or dropping it deletes the row,
    and so does the next upload of anybody once it is a day old.
    """

    key = models.UUIDField(_("key"), unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    name = models.CharField(_("file"), max_length=200)
    sealed = models.BinaryField(_("file, encrypted"))
    report = models.JSONField(_("what would happen"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("uploaded roll")
        verbose_name_plural = _("uploaded rolls")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
