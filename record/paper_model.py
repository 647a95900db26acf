"""Papers that people hand in: photos and PDFs, cleaned and kept encrypted."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Paper(models.Model):
    """One paper: the clean copy of a photo or a PDF, and the thing that it was handed in for.

    What was sent is never kept, only what `record.cleaning` made of it. A paper of a draft may
    still be taken back or handed in; one that was handed in stays as it is.
    """

    class Form(models.TextChoices):
        JPEG = "jpeg", _("photo")
        PDF = "pdf", _("PDF")

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind of thing"), max_length=40)
    thing = models.CharField(_("thing"), max_length=60)
    subject = models.ForeignKey(
        "members.Person",
        verbose_name=_("person concerned"),
        null=True,
        on_delete=models.PROTECT,
        related_name="papers",
    )
    title = models.CharField(_("name"), max_length=80)
    form = models.CharField(_("form"), max_length=4, choices=Form.choices)
    pages = models.PositiveSmallIntegerField(_("pages"), default=1)
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)
    size = models.PositiveIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256 of the copy"), max_length=64)
    sent_sha256 = models.CharField(_("SHA-256 of what was sent"), max_length=64)
    sealed = models.BinaryField(_("copy, encrypted"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by_name = models.CharField(_("who"), max_length=120)
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["id"]
        constraints = [
            # The same file is handed in for the same thing once.
            models.UniqueConstraint(
                name="paper_once_for_a_thing", fields=["kind", "thing", "sent_sha256"]
            ),
            models.CheckConstraint(
                name="paper_has_pages", condition=Q(pages__gte=1) & Q(size__gte=1)
            ),
        ]
        indexes = [models.Index(fields=["by", "at"], name="paper_by_user")]
        triggers = [
            pgtrigger.Protect(
                name="paper_is_kept",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__kind="draft"),
            ),
            pgtrigger.Protect(
                name="paper_stays_where_it_is",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__kind="draft"),
            ),
            pgtrigger.Protect(
                name="paper_stays_what_it_is",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["kind", "thing", "subject"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_photo(self) -> bool:
        """Say whether it is a photo, which staff may look at beside the facts."""
        return self.form == self.Form.JPEG
