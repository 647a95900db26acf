"""Family accounts: bindings with their consent notice; premiums; moves and departures."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """A version of the consent notice, with its text as it was shown, and the hash of it."""

    scope = models.CharField(_("area or province"), max_length=6, blank=True)
    version = models.CharField(_("version"), max_length=20)
    language = models.CharField(_("language"), max_length=10)
    begins_on = models.DateField(_("shown from"))
    text = models.TextField(_("text"))
    hash = models.CharField(_("SHA-256 of the text"), max_length=64)

    class Meta:
        verbose_name = _("consent notice")
        verbose_name_plural = _("consent notices")
        ordering = ["scope", "version", "language"]
        constraints = [
            models.UniqueConstraint(
                name="notice_version_once", fields=["scope", "version", "language"]
            )
        ]
        triggers = [
            pgtrigger.Protect(name="notice_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.language}"


class Consent(models.Model):
    """An authorizer's promise: which notice, when, through which channel."""

    class Channel(models.TextChoices):
        PORTAL = "portal", _("portal")
        COUNTER = "counter", _("counter")
        IMPORT = "import", _("import")

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="consents"
    )
    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("authorizer"),
        on_delete=models.PROTECT,
        related_name="consents",
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    accepted_at = models.DateTimeField(_("accepted"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(
                name="consent_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.accepted_at:%Y-%m-%d}"


class Binding(models.Model):
    """One person (the member) may spend from another's account (the authorizer's).

    Payers are asked in order of `id`: a database sequence, never a clock.
    """

    class Relation(models.TextChoices):
        SPOUSE = "spouse", _("spouse")
        PARENT = "parent", _("parent")
        CHILD = "child", _("child")

    authorizer = models.ForeignKey(
        "members.Person",
        verbose_name=_("authorizer"),
        on_delete=models.PROTECT,
        related_name="given_bindings",
    )
    member = models.ForeignKey(
        "members.Person",
        verbose_name=_("authorized member"),
        on_delete=models.PROTECT,
        related_name="received_bindings",
    )
    relation = models.CharField(
        _("relation"),
        max_length=10,
        choices=Relation.choices,
        help_text=_("What the member is to the authorizer."),
    )
    seat = models.PositiveSmallIntegerField(_("seat"))
    cross_area = models.BooleanField(_("cross-area"))
    consent = models.OneToOneField(
        Consent, verbose_name=_("consent"), on_delete=models.PROTECT, related_name="binding"
    )
    bound_on = models.DateField(_("bound on"))
    ended_on = models.DateField(_("ended on"), null=True)
    ended_code = models.CharField(_("why it ended"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("binding")
        verbose_name_plural = _("bindings")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="binding_pair_once",
                fields=["authorizer", "member"],
                condition=Q(ended_on=None),
            ),
            # The last seat goes to one of those who reach for it.
            models.UniqueConstraint(
                name="binding_seat_once", fields=["authorizer", "seat"], condition=Q(ended_on=None)
            ),
            # One authorizer from another area for each person (AH39-2.2.2c).
            models.UniqueConstraint(
                name="binding_one_cross_area_authorizer",
                fields=["member"],
                condition=Q(ended_on=None, cross_area=True),
            ),
            models.CheckConstraint(
                name="binding_between_two", condition=~Q(authorizer=models.F("member"))
            ),
            models.CheckConstraint(
                name="binding_ended_means_why",
                condition=Q(ended_on=None, ended_code="")
                | (Q(ended_on__isnull=False) & ~Q(ended_code="")),
            ),
        ]
        # New bindings, for the after-check.
        indexes = [models.Index(fields=["bound_on"], name="binding_by_day")]

    def __str__(self) -> str:
        return f"{self.authorizer_id} → {self.member_id}"


class StaysOut(models.Model):
    """A person who does not want to be bound by anybody, until they take it back."""

    person = models.OneToOneField(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="stays_out",
    )
    since = models.DateField(_("since"))

    class Meta:
        verbose_name = _("person who stays out of family accounts")
        verbose_name_plural = _("persons who stay out of family accounts")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Collection(models.Model):
    """A file of premiums for their collector, as it was handed over. Never changed.

    The text is kept encrypted, so that the same file can be fetched again.
    """

    area = models.CharField(_("pooling area"), max_length=6)
    product = models.CharField(_("product"), max_length=24)
    day = models.DateField(_("day"))
    premiums = models.PositiveIntegerField(_("premiums"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    sealed = models.BinaryField(_("file, encrypted"))

    class Meta:
        verbose_name = _("collection file")
        verbose_name_plural = _("collection files")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(
                name="collection_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.product} {self.day}"


class Premium(models.Model):
    """A premium paid from account money, all or nothing.

    It can be cancelled until it is handed over to its collector, who accepts or rejects it; what
    is cancelled or rejected is paid back, and can be paid again.
    """

    class Product(models.TextChoices):
        LARGE_AMOUNT = "large_amount", _("large-amount medical subsidy")
        LONG_TERM_CARE = "long_term_care", _("long-term care insurance")
        RESIDENT_INSURANCE = "resident_insurance", _("residents' basic medical insurance")
        COMMERCIAL_SUPPLEMENT = "commercial_supplement", _("city supplementary insurance")

    class State(models.TextChoices):
        PAID = "paid", _("paid")
        HANDED_OVER = "handed_over", _("handed over to the collector")
        ACCEPTED = "accepted", _("accepted by the collector")
        REJECTED = "rejected", _("rejected by the collector")
        CANCELLED = "cancelled", _("cancelled")

    #: In these states the money is back, and the premium may be paid again.
    GIVEN_BACK = (State.CANCELLED, State.REJECTED)

    insured = models.ForeignKey(
        "members.Person",
        verbose_name=_("insured person"),
        on_delete=models.PROTECT,
        related_name="premiums",
    )
    area = models.CharField(_("area of the insured person"), max_length=6)
    product = models.CharField(_("product"), max_length=24, choices=Product.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PAID)
    state_on = models.DateField(_("since"))
    state_note = models.CharField(
        _("reason of the collector"), max_length=200, blank=True, default=""
    )
    started_by = models.ForeignKey(
        "members.Person",
        verbose_name=_("paid by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The person who paid it in their own sign-in; they can cancel it too."),
    )
    collection = models.ForeignKey(
        Collection,
        verbose_name=_("collection file"),
        null=True,
        on_delete=models.PROTECT,
        related_name="lines",
    )

    class Meta:
        verbose_name = _("premium")
        verbose_name_plural = _("premiums")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="premium_once_a_year",
                fields=["insured", "product", "year"],
                condition=~Q(state__in=["cancelled", "rejected"]),
            ),
            models.CheckConstraint(name="premium_positive", condition=Q(amount__gt=0)),
        ]
        indexes = [
            # What waits to be handed over.
            models.Index(
                fields=["area", "product"], name="premium_waiting", condition=Q(state="paid")
            ),
            models.Index(fields=["insured", "-id"], name="premium_by_insured"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.year}"


class Move(models.Model):
    """A person's move to another pooling area, with the account's balance."""

    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="moves",
    )
    from_area = models.CharField(_("from"), max_length=6)
    to_area = models.CharField(_("to"), max_length=6)
    day = models.DateField(_("day"))
    balance = models.DecimalField(_("balance moved"), max_digits=14, decimal_places=2)
    ended = models.JSONField(_("bindings that ended"), default=list)

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(name="move_only_grows", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.from_area} → {self.to_area}"


class Payout(models.Model):
    """An account paid out in full: to heirs, to the named beneficiary, or to the member."""

    person = models.OneToOneField(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="payout",
    )
    reason = models.CharField(_("reason"), max_length=12)
    day = models.DateField(_("day"))
    interest = models.DecimalField(_("interest included"), max_digits=14, decimal_places=2)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    payees = models.JSONField(
        _("payees"),
        default=list,
        help_text=_("Who is paid which share; the shares add up to the whole."),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(
                name="payout_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class RecoveryItem(models.Model):
    """Money that moved on an account after its owner's death, for staff to recover."""

    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="recovery_items",
    )
    transfer = models.OneToOneField(
        "accounts.Transfer", verbose_name=_("transfer"), on_delete=models.PROTECT, related_name="+"
    )
    listed_on = models.DateField(_("listed on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("item to recover")
        verbose_name_plural = _("items to recover")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.transfer_id}"


from .check_models import BindingCheck, CheckDraw  # noqa: E402

__all__ = ["BindingCheck", "CheckDraw"]
