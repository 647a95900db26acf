"""How somebody wants to be told that there is a message: by text message, by e-mail, or not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CopyWish(models.Model):
    """A user's wish for the copies of their messages. Without one it is a text message."""

    class Way(models.TextChoices):
        SMS = "sms", _("by text message, to the phone on record")
        EMAIL = "email", _("by e-mail")
        NONE = "none", _("not at all: I look here")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="copy_wish",
    )
    way = models.CharField(_("copies"), max_length=5, choices=Way.choices, default=Way.SMS)

    class Meta:
        verbose_name = _("wish for copies of messages")
        verbose_name_plural = _("wishes for copies of messages")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.way}"
