"""What two areas owe each other for a period, as both have checked it."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import ClosedPeriod


class ClearingStatement(models.Model):
    """The clearing of one pair of areas for a closed period.

    Its lines are transfers of the ledger and stand nowhere else; `lines_hash` freezes them, and
    `totals` are what they come to: creditor, debtor, kind, amount.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("to be checked by both areas")
        CHECKED = "checked", _("checked by one area")
        CONFIRMED = "confirmed", _("confirmed, to be paid")
        PAID = "paid", pgettext_lazy("money", "paid")

    subject = models.CharField(
        _("what is cleared"), max_length=8, choices=ClosedPeriod.Subject.choices
    )
    first_day = models.DateField(_("first day of the month or year"))
    first_area = models.CharField(_("area"), max_length=6)
    second_area = models.CharField(_("other area"), max_length=6)
    lines = models.PositiveIntegerField(_("lines"))
    lines_hash = models.CharField(_("SHA-256 of the lines"), max_length=64)
    totals = models.JSONField(_("totals"))
    net = models.DecimalField(
        _("net"),
        max_digits=16,
        decimal_places=2,
        help_text=_("What the other area owes the first one; with a minus the other way round."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    drawn_up_on = models.DateField(_("drawn up on"))
    confirmed_on = models.DateField(_("confirmed on"), null=True)
    paid_on = models.DateField(pgettext_lazy("money by bank", "paid on"), null=True)
    bank_reference = models.CharField(_("bank reference"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("clearing statement")
        verbose_name_plural = _("clearing statements")
        ordering = ["-first_day", "subject", "first_area", "second_area"]
        constraints = [
            models.UniqueConstraint(
                name="clearing_pair_once_a_period",
                fields=["subject", "first_day", "first_area", "second_area"],
            ),
            models.CheckConstraint(
                name="clearing_pair_in_order", condition=Q(first_area__lt=F("second_area"))
            ),
            models.CheckConstraint(
                name="clearing_paid_means_when",
                condition=Q(state="paid", paid_on__isnull=False)
                | (~Q(state="paid") & Q(paid_on=None)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="clearing_statement_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="clearing_statement_says_the_same",
                fields=[
                    "subject",
                    "first_day",
                    "first_area",
                    "second_area",
                    "lines",
                    "lines_hash",
                    "totals",
                    "net",
                    "drawn_up_on",
                ],
            ),
            pgtrigger.Protect(
                name="clearing_statement_paid_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="paid"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.first_day:%Y-%m} {self.first_area}-{self.second_area}"

    @property
    def areas(self) -> tuple[str, str]:
        """Return both areas."""
        return self.first_area, self.second_area

    @property
    def creditor(self) -> str:
        """Return the area that is owed the net amount; "" where they are even."""
        if self.net == 0:
            return ""
        return self.first_area if self.net > 0 else self.second_area

    @property
    def debtor(self) -> str:
        """Return the area that owes the net amount; "" where they are even."""
        if self.net == 0:
            return ""
        return self.second_area if self.net > 0 else self.first_area

    @property
    def amount(self) -> Decimal:
        """Return the net amount without its sign."""
        return abs(self.net)


class ClearingCheck(models.Model):
    """One area's signature under a statement: who signed which lines. Never changed."""

    statement = models.ForeignKey(
        ClearingStatement,
        verbose_name=_("clearing statement"),
        on_delete=models.PROTECT,
        related_name="checks",
    )
    area = models.CharField(_("pooling area"), max_length=6)
    lines_hash = models.CharField(_("SHA-256 of the lines"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("check of a clearing statement")
        verbose_name_plural = _("checks of clearing statements")
        ordering = ["statement", "id"]
        constraints = [
            models.UniqueConstraint(name="clearing_checked_once", fields=["statement", "area"]),
            # Nobody signs for both sides, whatever roles they have.
            models.UniqueConstraint(name="clearing_checked_by_two", fields=["statement", "by"]),
        ]
        triggers = [
            pgtrigger.Protect(
                name="clearing_check_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.area}"
