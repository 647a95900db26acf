"""The ledger: accounts, transfers between them, and the runs that post in bulk."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class LedgerAccount(models.Model):
    """One side of a transfer.

    A personal account keeps two balances, and `year` says which year's they are: at the first
    instant of a later year the current one counts as carried over, whether or not a posting has
    turned them yet (`turned`). All other accounts keep no balance: theirs is the sum of their
    transfers.
    """

    class Kind(models.TextChoices):
        PERSONAL = "personal", _("personal account")
        CONTRIBUTIONS = "contributions", _("contributions received")
        POOL = "pool", _("pooled fund")
        INTEREST = "interest", _("interest")
        INSTITUTION = "institution", _("payable to an institution")
        COLLECTOR = "collector", _("payable to a premium collector")
        BANK = "bank", _("paid out by bank")
        HELD = "held", _("held for heirs")

    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    area = models.CharField(
        _("pooling area"),
        max_length=6,
        help_text=_("Of a personal account: where it was opened. It moves with its owner."),
    )
    key = models.CharField(_("key"), max_length=40)
    person = models.OneToOneField(
        "members.Person",
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="account",
    )
    current = models.DecimalField(_("current year"), max_digits=14, decimal_places=2, default=0)
    carried = models.DecimalField(_("carried over"), max_digits=14, decimal_places=2, default=0)
    year = models.PositiveSmallIntegerField(_("year of the balances"), default=0)
    first_year = models.PositiveSmallIntegerField(_("first year"), default=0)
    closed_through = models.PositiveSmallIntegerField(
        _("interest closed through"),
        default=0,
        help_text=_("The last year whose interest is posted; before the first one, the year before it."),
    )
    frozen_on = models.DateField(_("frozen on"), null=True)

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="account_key_once", fields=["key"]),
            models.CheckConstraint(
                name="account_personal_has_an_owner",
                condition=Q(kind="personal", person__isnull=False)
                | (~Q(kind="personal") & Q(person=None)),
            ),
            # No balance below nil, whatever code runs above.
            models.CheckConstraint(
                name="account_current_not_negative", condition=Q(current__gte=0)
            ),
            models.CheckConstraint(
                name="account_carried_not_negative", condition=Q(carried__gte=0)
            ),
            models.CheckConstraint(
                name="account_only_personal_keeps_balances",
                condition=Q(kind="personal") | Q(current=0, carried=0),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Transfer(models.Model):
    """One positive amount from one ledger account to another. Never changed, never deleted.

    `source`, `source_id` and `line` name the record that it belongs to and are unique together.
    `account`, `bucket`: the personal account that it touches, and which of its two balances.
    `clearing` with `debtor_area` and `creditor_area`: whose money it was, where it went, and the
    kind under which two areas clear it; an undoing counts there with the opposite sign.
    """

    class Source(models.TextChoices):
        CREDIT = "credit", _("crediting")
        ADJUSTMENT = "adjustment", _("adjustment")
        INTEREST = "interest", _("interest")
        CLAIM = "claim", _("settlement")
        UNDO = "undo", _("refund or reversal")
        PREMIUM = "premium", _("premium")
        PREMIUM_UNDO = "premium_undo", _("cancelled premium")
        PAYOUT = "payout", _("payout")
        MOVE = "move", _("move")

    class Kind(models.TextChoices):
        CREDIT = "credit", _("credit")
        BACK_CREDIT = "back_credit", _("back credit")
        DISBURSEMENT = "disbursement", _("disbursement")
        ADJUSTMENT = "adjustment", _("adjustment")
        INTEREST_CURRENT = "interest_current", _("interest on the current year")
        INTEREST_CARRIED = "interest_carried", _("interest on the carried-over balance")
        POOL = "pool", _("paid by the pooled fund")
        OWN_ACCOUNT = "own_account", _("paid by the own account")
        SHARED_ACCOUNT = "shared_account", _("paid by a shared account")
        PREMIUM = "premium", _("premium")
        HELD = "held", _("held for heirs")
        PAYOUT = "payout", _("payout")
        MOVE = "move", _("balance moved")

    class Bucket(models.TextChoices):
        NONE = "", _("none")
        CURRENT = "current", _("current year")
        CARRIED = "carried", _("carried over")

    class Clearing(models.TextChoices):
        NONE = "", _("none")
        POOL = "pool", _("pooled fund")
        OWN_ACCOUNT = "own_account", _("own account")
        SHARED_ACCOUNT = "shared_account", _("shared account")
        PREMIUM = "premium", _("premium")
        TRANSFER = "transfer", _("transfer")

    source = models.CharField(_("source"), max_length=14, choices=Source.choices)
    source_id = models.BigIntegerField(_("record"))
    line = models.PositiveSmallIntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=18, choices=Kind.choices)
    from_account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("from"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    to_account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("personal account"),
        null=True,
        on_delete=models.PROTECT,
        related_name="transfers",
        db_index=False,
    )
    bucket = models.CharField(
        _("balance"), max_length=8, choices=Bucket.choices, blank=True, default=""
    )
    day = models.DateField(_("day"))
    value_date = models.DateField(_("value date"))
    month = models.DateField(_("month credited"), null=True)
    clearing = models.CharField(
        _("clearing"), max_length=14, choices=Clearing.choices, blank=True, default=""
    )
    debtor_area = models.CharField(_("debtor area"), max_length=6, blank=True, default="")
    creditor_area = models.CharField(_("creditor area"), max_length=6, blank=True, default="")
    undoes = models.BooleanField(_("undoes an earlier transfer"), default=False)
    posted_at = models.DateTimeField(_("posted"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["id"]
        constraints = [
            # One record has each of its transfers once.
            models.UniqueConstraint(
                name="transfer_once", fields=["source", "source_id", "line"]
            ),
            models.CheckConstraint(name="transfer_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="transfer_between_two", condition=~Q(from_account=F("to_account"))
            ),
            models.CheckConstraint(
                name="transfer_bucket_of_a_personal_account",
                condition=Q(account=None, bucket="")
                | (
                    Q(account__isnull=False)
                    & ~Q(bucket="")
                    & (Q(account=F("from_account")) | Q(account=F("to_account")))
                ),
            ),
            models.CheckConstraint(
                name="transfer_clears_between_two_areas",
                condition=Q(clearing="")
                | (~Q(debtor_area=F("creditor_area")) & ~Q(debtor_area="") & ~Q(creditor_area="")),
            ),
        ]
        indexes = [
            # An account's movements, and its year's interest.
            models.Index(
                fields=["account", "value_date"],
                name="transfer_by_account",
                condition=Q(account__isnull=False),
            ),
            # A month's clearing.
            models.Index(
                fields=["day", "debtor_area"],
                name="transfer_cleared",
                condition=~Q(clearing=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="transfer_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.source_id}/{self.line}"


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
        Run, verbose_name=_("run"), null=True, on_delete=models.PROTECT, related_name="credits"
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
    )

    class Meta:
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        ordering = ["person", "month"]
        constraints = [
            models.UniqueConstraint(name="credit_once_a_month", fields=["person", "month"]),
            models.CheckConstraint(name="credit_not_negative", condition=Q(amount__gte=0)),
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
        Run, verbose_name=_("run"), null=True, on_delete=models.PROTECT, related_name="years"
    )
    day = models.DateField(_("posting day"))

    class Meta:
        verbose_name = _("closed year")
        verbose_name_plural = _("closed years")
        ordering = ["account", "year"]
        constraints = [
            models.UniqueConstraint(name="account_year_once", fields=["account", "year"])
        ]
        triggers = [
            pgtrigger.Protect(
                name="account_year_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return str(self.year)
