"""Codes that are good once: to tie a sign-in to a person, and to be known at a counter.

Part of `members.models`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkCode(models.Model):
    """A try to tie a user to an insured person, with its one-time code.

    A row is written whether or not the person was found, so that nobody can tell from outside;
    without a person no code fits. What is sent is in the outbox.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="link_codes",
    )
    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    address_hash = models.BinaryField(
        _("network address, keyed hash"), max_length=32, null=True, blank=True
    )
    code_hash = models.BinaryField(_("code, keyed hash"), max_length=32)
    asked_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("expires"))
    tries_left = models.PositiveSmallIntegerField(_("tries left"))
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("link code")
        verbose_name_plural = _("link codes")
        ordering = ["-id"]
        indexes = [
            # How often a user, or an address, has tried today.
            models.Index(fields=["user", "asked_at"], name="link_code_by_user"),
            models.Index(fields=["address_hash", "asked_at"], name="link_code_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.asked_at:%Y-%m-%d}"


class PaymentCode(models.Model):
    """A code, kept as a keyed hash, by which a member tells an institution, once, who is there."""

    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="payment_codes",
    )
    code_hash = models.BinaryField(_("code, keyed hash"), max_length=32, unique=True)
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("shown by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at_counter = models.BooleanField(_("printed at a counter"), default=False)
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used"), null=True)
    used_by = models.CharField(_("code of the institution"), max_length=20, blank=True, default="")

    class Meta:
        verbose_name = _("payment code")
        verbose_name_plural = _("payment codes")
        ordering = ["-id"]
        indexes = [
            # How many a user has had shown in the last hour.
            models.Index(fields=["shown_by", "issued_at"], name="payment_code_by_user")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.issued_at:%Y-%m-%d}"
