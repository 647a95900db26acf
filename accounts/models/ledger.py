"""The ledger: accounts and the transfers between them."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .closed import REFUSE_CLOSED_PERIOD


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
        help_text=_(
            "The last year whose interest is posted; before the first one, the year before it."
        ),
    )
    frozen_on = models.DateField(_("frozen on"), null=True)

    class Meta:
        verbose_name = _("ledger account")
        verbose_name_plural = _("ledger accounts")
        ordering = ["id"]
        constraints = [
            # A person has one account by `person`; a second index would be written at each credit.
            models.UniqueConstraint(
                name="account_key_once", fields=["key"], condition=~Q(kind="personal")
            ),
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
        # Transfers rely on both: they look for their accounts once, when they are written.
        triggers = [
            pgtrigger.Protect(name="account_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="account_keeps_its_id",
                operation=pgtrigger.UpdateOf("id"),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return self.key


#: What foreign keys would do, once for a statement instead of twice for each of its rows (ADR 21).
#: An account is never deleted and keeps its id (account_is_kept), so this look is enough. Each
#: subquery is one look into the index, whatever the planner thinks of the new rows.
REFUSE_UNKNOWN_ACCOUNTS = pgtrigger.Trigger(
    name="transfer_accounts_exist",
    level=pgtrigger.Statement,
    operation=pgtrigger.Insert,
    when=pgtrigger.After,
    referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
    func="""
        IF EXISTS (
            SELECT FROM new_rows
            WHERE (
                SELECT id FROM accounts_ledgeraccount WHERE id = new_rows.from_account_id
            ) IS NULL OR (
                SELECT id FROM accounts_ledgeraccount WHERE id = new_rows.to_account_id
            ) IS NULL
        ) THEN
            RAISE EXCEPTION 'a transfer names an account that does not exist'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'transfer_accounts_exist';
        END IF;
        RETURN NULL;
    """,
)


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
        RELEASE = "release", _("held money released")
        MOVE = "move", _("move")
        DEDUCTION = "deduction", _("deduction")
        PAYMENT = "payment", _("payment by bank")
        CLEARING = "clearing", _("clearing paid")

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
        DEDUCTION = "deduction", _("deducted from an institution")
        PAYMENT = "payment", _("paid to an institution")
        CLEARING = "clearing", _("paid between areas")

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
        db_constraint=False,  # transfer_accounts_exist
    )
    to_account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,  # transfer_accounts_exist
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    account = models.ForeignKey(
        LedgerAccount,
        verbose_name=_("personal account"),
        null=True,
        on_delete=models.PROTECT,
        related_name="transfers",
        db_index=False,
        db_constraint=False,  # It is one of the two (transfer_bucket_of_a_personal_account).
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
            models.UniqueConstraint(name="transfer_once", fields=["source", "source_id", "line"]),
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
            ),
            REFUSE_CLOSED_PERIOD,
            REFUSE_UNKNOWN_ACCOUNTS,
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.source_id}/{self.line}"
