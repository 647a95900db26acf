"""What institutions, heirs and members are paid by bank, and what the bank said to it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import BankFile, BankOrder
from claims.models import Institution, PaperBill
from families.models import Payout
from record.models import Change


class InstitutionAccount(models.Model):
    """An institution's bank account, from the day on which two persons entered it.

    The number is kept encrypted; `tail` are its last digits. The newest one counts.
    """

    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="bank_accounts",
    )
    holder = models.CharField(_("holder"), max_length=120)
    bank = models.CharField(_("bank"), max_length=120)
    number_sealed = models.BinaryField(_("number, encrypted"))
    tail = models.CharField(_("last digits"), max_length=4)
    begins_on = models.DateField(_("from"))
    change = models.OneToOneField(
        Change, verbose_name=_("approved change"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("bank account of an institution")
        verbose_name_plural = _("bank accounts of institutions")
        ordering = ["institution", "-id"]
        triggers = [
            pgtrigger.Protect(
                name="institution_account_only_grows",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} …{self.tail}"


class InstitutionStatement(models.Model):
    """What an institution is owed for a month: settlements, less refunds and deductions.

    The lines are transfers of the ledger; `lines_hash` freezes them. What a month is overdrawn by
    is carried into the next one.
    """

    class State(models.TextChoices):
        DRAWN_UP = "drawn_up", _("sent to the institution")
        QUESTIONED = "questioned", _("questioned by the institution")
        AGREED = "agreed", _("agreed, to be paid")
        ORDERED = "ordered", _("with the bank")
        PAID = "paid", pgettext_lazy("money", "paid")

    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="statements",
    )
    area = models.CharField(_("pooling area"), max_length=6)
    month = models.DateField(_("month"))
    lines = models.PositiveIntegerField(_("lines"))
    lines_hash = models.CharField(_("SHA-256 of the lines"), max_length=64)
    settlements = models.DecimalField(_("settlements"), max_digits=16, decimal_places=2)
    refunds = models.DecimalField(_("refunds"), max_digits=16, decimal_places=2)
    deductions = models.DecimalField(_("deductions"), max_digits=16, decimal_places=2)
    carried_in = models.DecimalField(
        _("overdrawn before"), max_digits=16, decimal_places=2, help_text=_("Nil or negative.")
    )
    to_pay = models.DecimalField(_("to pay"), max_digits=16, decimal_places=2)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    drawn_up_on = models.DateField(_("drawn up on"))
    agreed_on = models.DateField(_("agreed on"), null=True)
    agreed_by = models.CharField(_("agreed by"), max_length=120, blank=True, default="")
    question = models.TextField(_("question"), blank=True, default="")

    class Meta:
        verbose_name = _("statement of an institution")
        verbose_name_plural = _("statements of institutions")
        ordering = ["-month", "institution"]
        constraints = [
            models.UniqueConstraint(
                name="institution_statement_once", fields=["institution", "month"]
            ),
            models.CheckConstraint(
                name="institution_statement_not_negative",
                condition=Q(to_pay__gte=0, carried_in__lte=0),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="institution_statement_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="institution_statement_says_the_same",
                fields=[
                    "institution",
                    "area",
                    "month",
                    "lines",
                    "lines_hash",
                    "settlements",
                    "refunds",
                    "deductions",
                    "carried_in",
                    "to_pay",
                    "drawn_up_on",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.month:%Y-%m}"

    @property
    def month_key(self) -> str:
        """Return the month as addresses name it."""
        return f"{self.month:%Y-%m}"


class Payment(models.Model):
    """An amount to be paid by bank. `reference` names what it is for, so that it is paid once."""

    class Kind(models.TextChoices):
        INSTITUTION = "institution", _("to an institution")
        PAYOUT = "payout", _("account paid out")
        HELD = "held", _("held money released")
        DISBURSEMENT = "disbursement", _("credit paid out by bank")
        PAPER_BILL = "paper_bill", _("paper bill")

    class State(models.TextChoices):
        WAITING = "waiting", _("to be ordered")
        ORDERED = "ordered", _("with the bank")
        FAILED = "failed", _("came back")
        PAID = "paid", pgettext_lazy("money", "paid")

    reference = models.CharField(_("reference"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    area = models.CharField(pgettext_lazy("an area", "paid by"), max_length=6)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    payee = models.CharField(_("payee"), max_length=120)
    account_sealed = models.BinaryField(_("bank account, encrypted"), null=True)
    account_tail = models.CharField(_("last digits"), max_length=4, blank=True, default="")
    statement = models.OneToOneField(
        InstitutionStatement,
        verbose_name=_("statement"),
        null=True,
        on_delete=models.PROTECT,
        related_name="payment",
    )
    payout = models.ForeignKey(
        Payout, verbose_name=_("payout"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    release = models.ForeignKey(
        Change,
        verbose_name=_("approved change"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    order = models.OneToOneField(
        BankOrder,
        verbose_name=_("bank order"),
        null=True,
        on_delete=models.PROTECT,
        related_name="payment",
    )
    paper_bill = models.OneToOneField(
        PaperBill,
        verbose_name=_("paper bill"),
        null=True,
        on_delete=models.PROTECT,
        related_name="payment",
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    made_on = models.DateField(_("made on"))
    paid_on = models.DateField(pgettext_lazy("money by bank", "paid on"), null=True)
    failure = models.CharField(_("why it came back"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="payment_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_of_one_thing",
                condition=Q(kind="institution", statement__isnull=False)
                | Q(kind="payout", payout__isnull=False)
                | Q(kind="held", release__isnull=False)
                | Q(kind="disbursement", order__isnull=False)
                | Q(kind="paper_bill", paper_bill__isnull=False),
            ),
            models.CheckConstraint(
                name="payment_paid_means_when",
                condition=Q(state="paid", paid_on__isnull=False)
                | (~Q(state="paid") & Q(paid_on=None)),
            ),
        ]
        indexes = [
            # What an area has still to order.
            models.Index(
                fields=["area", "kind"],
                name="payment_to_order",
                condition=Q(state__in=["waiting", "failed"]),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="payment_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="payment_says_the_same",
                fields=["reference", "kind", "area", "amount", "payee"],
            ),
            pgtrigger.Protect(
                name="payment_paid_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="paid"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PaymentFile(models.Model):
    """Orders to the bank in one file: made by one person, released by another, then returned.

    The text is kept encrypted, so that the same file always has the same bytes.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("waiting for its release")
        RELEASED = "released", _("released to the bank")
        RETURNED = "returned", _("all orders answered")
        DROPPED = "dropped", _("dropped")

    number = models.CharField(_("number"), max_length=30, unique=True)
    area = models.CharField(_("pooling area"), max_length=6)
    kind = models.CharField(_("kind"), max_length=14, choices=Payment.Kind.choices)
    day = models.DateField(_("day"))
    orders = models.PositiveIntegerField(_("orders"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    sealed = models.BinaryField(_("file, encrypted"))
    run_file = models.OneToOneField(
        BankFile,
        verbose_name=_("bank file of a run"),
        null=True,
        on_delete=models.PROTECT,
        related_name="payment_file",
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("released by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    released_on = models.DateField(_("released on"), null=True)

    class Meta:
        verbose_name = _("payment file")
        verbose_name_plural = _("payment files")
        ordering = ["-id"]
        constraints = [
            # Four eyes, whatever code runs above.
            models.CheckConstraint(
                name="payment_file_released_by_another_person",
                condition=Q(released_by=None) | ~Q(released_by=models.F("made_by")),
            ),
            models.CheckConstraint(
                name="payment_file_released_means_by_whom",
                condition=Q(state__in=["prepared", "dropped"], released_by=None)
                | Q(state__in=["released", "returned"], released_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="payment_file_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="payment_file_says_the_same",
                fields=["number", "area", "kind", "orders", "amount", "sha256", "made_by"],
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentLine(models.Model):
    """One payment in one file, and what the bank said to it. A failed one may be ordered anew."""

    class Outcome(models.TextChoices):
        OPEN = "", _("no answer yet")
        PAID = "paid", pgettext_lazy("money", "paid")
        FAILED = "failed", _("came back")
        DROPPED = "dropped", _("dropped")

    file = models.ForeignKey(
        PaymentFile, verbose_name=_("payment file"), on_delete=models.PROTECT, related_name="lines"
    )
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="tries"
    )
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=Outcome.choices, blank=True, default=""
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    outcome_on = models.DateField(_("answered on"), null=True)

    class Meta:
        verbose_name = _("line of a payment file")
        verbose_name_plural = _("lines of payment files")
        ordering = ["file", "line"]
        constraints = [
            models.UniqueConstraint(name="payment_line_once", fields=["file", "line"]),
            # A payment is with the bank once at a time, and paid once.
            models.UniqueConstraint(
                name="payment_ordered_once",
                fields=["payment"],
                condition=Q(outcome__in=["", "paid"]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="payment_line_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="payment_line_answered_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.line}"


class PaymentReturn(models.Model):
    """A file in which the bank answered. Never changed; the same one is read once."""

    file = models.ForeignKey(
        PaymentFile,
        verbose_name=_("payment file"),
        on_delete=models.PROTECT,
        related_name="returns",
    )
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, unique=True)
    rows = models.PositiveIntegerField(_("rows"))
    paid = models.PositiveIntegerField(pgettext_lazy("money", "paid"))
    failed = models.PositiveIntegerField(_("came back"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("bank return")
        verbose_name_plural = _("bank returns")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(
                name="payment_return_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.name
