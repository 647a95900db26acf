"""What the bank is told to pay out, where an area keeps no accounts."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .runs import Adjustment, Credit, Run


class BankFile(models.Model):
    """The bank's orders for a run that disburses, as they were handed out. Never changed.

    The text is kept encrypted, so that the same run always gives the same file. Who had no bank
    account then comes into a further part once there is one.
    """

    run = models.ForeignKey(
        Run, verbose_name=_("run"), on_delete=models.PROTECT, related_name="bank_files"
    )
    part = models.PositiveSmallIntegerField(_("part"))
    day = models.DateField(_("day"))
    orders = models.PositiveIntegerField(_("orders"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    sealed = models.BinaryField(_("file, encrypted"))

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        ordering = ["run", "part"]
        constraints = [
            models.UniqueConstraint(name="bank_file_part_once", fields=["run", "part"]),
        ]
        triggers = [
            pgtrigger.Protect(
                name="bank_file_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.part}"

    @property
    def number(self) -> str:
        """Return the number under which the bank knows the file."""
        return f"{self.run.area}-R{self.run_id}-{self.part}"


class BankOrder(models.Model):
    """One amount in a bank file: a credit or an adjustment, each ordered at most once."""

    file = models.ForeignKey(
        BankFile, verbose_name=_("bank file"), on_delete=models.PROTECT, related_name="lines"
    )
    credit = models.OneToOneField(
        Credit,
        verbose_name=_("credit"),
        null=True,
        on_delete=models.PROTECT,
        related_name="bank_order",
    )
    adjustment = models.OneToOneField(
        Adjustment,
        verbose_name=_("adjustment"),
        null=True,
        on_delete=models.PROTECT,
        related_name="bank_order",
    )

    class Meta:
        verbose_name = _("bank order")
        verbose_name_plural = _("bank orders")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="bank_order_of_one_thing",
                condition=Q(credit__isnull=False, adjustment=None)
                | Q(credit=None, adjustment__isnull=False),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="bank_order_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.credit_id or self.adjustment_id}"
