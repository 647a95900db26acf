"""The runs that post in bulk, and what they and staff post month by month."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .ledger import LedgerAccount


class Run(models.Model):
    """A batch over an area's accounts: one month's crediting, or one year's interest."""

    class Kind(models.TextChoices):
        CREDIT = "credit", _("crediting")
        INTEREST = "interest", _("interest")

    class State(models.TextChoices):
        PREPARED = "prepared", _("prepared, waiting for a person")
        POSTING = "posting", _("being posted")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    area = models.CharField(_("pooling area"), max_length=6)
    period = models.DateField(_("month or year"), help_text=_("Its first day."))
    day = models.DateField(_("posting day"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    policy = models.JSONField(_("values used"), default=dict)
    expected = models.PositiveIntegerField(_("expected"), default=0)
    expected_amount = models.DecimalField(
        _("expected amount"), max_digits=16, decimal_places=2, default=0
    )
    done = models.PositiveIntegerField(_("done"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, default=0)
    skipped = models.JSONField(_("skipped, by reason"), default=dict)
    comparison = models.JSONField(_("compared with the month before"), default=dict)
    note = models.TextField(_("note"), blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    prepared_at = models.DateTimeField(_("prepared"), db_default=Now(), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-id"]
        constraints = [
            # Two runs of one month never post side by side.
            models.UniqueConstraint(
                name="run_one_at_a_time",
                fields=["kind", "area", "period"],
                condition=Q(state__in=["prepared", "posting"]),
            )
        ]
        triggers = [pgtrigger.Protect(name="run_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.area} {self.period:%Y-%m}"


class Chunk(models.Model):
    """A range of persons of a run, posted in one transaction, once."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="chunks")
    after_person = models.BigIntegerField(_("after person"))
    through_person = models.BigIntegerField(_("through person"))
    posted_at = models.DateTimeField(_("posted"), null=True)
    expected = models.PositiveIntegerField(_("expected"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, default=0)
    skipped = models.JSONField(_("skipped, by reason"), default=dict)

    class Meta:
        verbose_name = _("chunk")
        verbose_name_plural = _("chunks")
        ordering = ["run", "after_person"]
        constraints = [
            models.UniqueConstraint(name="chunk_once", fields=["run", "after_person"]),
            models.CheckConstraint(
                name="chunk_adds_up",
                condition=Q(posted_at=None) | Q(expected__gte=F("done")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.after_person}"


class Credit(models.Model):
    """What a person was credited for a month: at most once, ever."""

    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="credits",
        db_index=False,
    )
    month = models.DateField(_("month"))
    area = models.CharField(_("by the rules of"), max_length=6)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    disbursed = models.BooleanField(_("paid out by bank"), default=False)
    run = models.ForeignKey(
        Run,
        verbose_name=_("run"),
        null=True,
        on_delete=models.PROTECT,
        related_name="credits",
        db_index=False,
        # The run's own statement writes this, and a run is never deleted.
        db_constraint=False,
    )
    cell = models.PositiveSmallIntegerField(
        _("line of the tariff"),
        null=True,
        help_text=_("The place of the price in the run's tariff; none where staff priced by hand."),
    )
    change = models.ForeignKey(
        "record.Change",
        verbose_name=_("approved change"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["person", "month"]
        constraints = [
            models.UniqueConstraint(name="credit_once_a_month", fields=["person", "month"]),
            models.CheckConstraint(name="credit_not_negative", condition=Q(amount__gte=0)),
        ]
        indexes = [
            # A run's rows lie together, so a few bytes for many pages are enough to find them.
            BrinIndex(fields=["run"], name="credit_by_run")
        ]
        triggers = [
            pgtrigger.Protect(
                name="credit_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.amount}"


class Adjustment(models.Model):
    """A difference to what a month was credited, after its facts were corrected."""

    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="adjustments",
    )
    month = models.DateField(_("month"))
    difference = models.DecimalField(
        _("difference"),
        max_digits=14,
        decimal_places=2,
        help_text=_("What the month should have been credited, less what it was."),
    )
    posted = models.DecimalField(
        _("posted"),
        max_digits=14,
        decimal_places=2,
        help_text=_("What takes money away stops at nil; the rest is left for staff to recover."),
    )
    disbursed = models.BooleanField(_("paid out by bank"), default=False)
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=200)
    change = models.ForeignKey(
        "record.Change",
        verbose_name=_("approved change"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(
                name="adjustment_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.difference}"


class SkippedMonth(models.Model):
    """A month that a run could not credit, and why: for staff to look at."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="skipped_months")
    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    month = models.DateField(_("month"))
    area = models.CharField(_("by the rules of"), max_length=6)
    reason = models.CharField(_("reason"), max_length=40)

    class Meta:
        verbose_name = _("month not credited")
        verbose_name_plural = _("months not credited")
        ordering = ["person", "month"]
        constraints = [
            models.UniqueConstraint(name="skipped_once_a_run", fields=["run", "person", "month"])
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.reason}"


class AccountYear(models.Model):
    """A year of a personal account that was closed, with its interest: at most once."""

    account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("account"),
        on_delete=models.PROTECT,
        related_name="years",
        db_index=False,
    )
    year = models.PositiveSmallIntegerField(_("year"))
    opening = models.DecimalField(
        _("carried over on 1 January, before that day's interest"),
        max_digits=14,
        decimal_places=2,
    )
    closing = models.DecimalField(
        _("balance at the end of the year"), max_digits=14, decimal_places=2
    )
    interest_current = models.DecimalField(
        _("interest on the current year"), max_digits=14, decimal_places=2
    )
    interest_carried = models.DecimalField(
        _("interest on the carried-over balance"), max_digits=14, decimal_places=2
    )
    through = models.DateField(_("last day counted"))
    run = models.ForeignKey(
        Run,
        verbose_name=_("run"),
        null=True,
        on_delete=models.PROTECT,
        related_name="years",
        db_index=False,
    )
    day = models.DateField(_("posting day"))

    class Meta:
        verbose_name = _("closed year")
        verbose_name_plural = _("closed years")
        ordering = ["account", "year"]
        constraints = [
            models.UniqueConstraint(name="account_year_once", fields=["account", "year"])
        ]
        indexes = [
            # A run's rows lie together, so a few bytes for many pages are enough to find them.
            BrinIndex(fields=["run"], name="account_year_by_run")
        ]
        triggers = [
            pgtrigger.Protect(
                name="account_year_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return str(self.year)
