"""The numbers of the documents that were handed out. Part of `record.models`."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """A PDF that was handed out: its number, check code and hash. What it said is not kept."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("account statement")
        SETTLEMENT = "settlement", _("settlement")
        RECORD = "record", _("copy of one's own record")

    number = models.CharField(_("number"), max_length=12, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="documents",
        db_index=False,
    )
    check_code = models.CharField(_("check code"), max_length=12)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    issued_at = models.DateTimeField(_("handed out"), db_default=Now(), editable=False)

    class Meta:
        app_label = "record"
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        indexes = [
            # "Is this file one of ours?", and how many somebody has had today.
            models.Index(fields=["sha256"], name="document_by_hash"),
            models.Index(fields=["person", "issued_at"], name="document_by_person"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="document_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.number
