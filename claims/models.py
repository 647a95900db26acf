"""Institutions, claims with their decision, accumulators, request keys."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from record.pinyin import PinyinField


class Institution(models.Model):
    """A hospital or a pharmacy. What it is designated for is dated: see `InstitutionTerm`."""

    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("hospital")
        PHARMACY = "pharmacy", _("pharmacy")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    area = models.CharField(_("pooling area"), max_length=6)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    sound = PinyinField(_("sound of the name"), of="name", max_length=800)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["area", "code"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class InstitutionTerm(models.Model):
    """What the register says of an institution from a day until before another."""

    institution = models.ForeignKey(
        Institution, verbose_name=_("institution"), on_delete=models.CASCADE, related_name="terms"
    )
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until before"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(
        _("level"), help_text=_("0 for an institution without a level, else 1, 2 or 3.")
    )
    networked = models.BooleanField(_("networked"), default=True)
    designated = models.BooleanField(_("designated"), default=True)
    outpatient = models.BooleanField(_("designated for pooled outpatient care"), default=True)

    class Meta:
        verbose_name = _("term of an institution")
        verbose_name_plural = _("terms of institutions")
        ordering = ["institution", "begins_on"]
        constraints = [
            models.CheckConstraint(name="term_level_known", condition=Q(level__lte=3)),
            ExclusionConstraint(
                name="term_one_at_a_time",
                expressions=[
                    ("institution", RangeOperators.EQUAL),
                    (
                        Func(F("begins_on"), F("ends_on"), RangeBoundary(), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begins_on}"


class Claim(models.Model):
    """A settled bill: its facts, its decision step by step, and whether it still stands.

    The facts and the decision never change; undoing it changes `state` and `undone_on` alone.
    """

    class State(models.TextChoices):
        SETTLED = "settled", _("settled")
        REVERSED = "reversed", _("reversed")
        REFUNDED = "refunded", _("refunded")

    class Category(models.TextChoices):
        OUTPATIENT = "outpatient", _("outpatient")
        EMERGENCY = "emergency", _("emergency")
        ACCOUNT_ONLY = "account_only", _("from the account alone")
        CHRONIC_SPECIAL = "chronic_special", _("chronic and special diseases")
        DUAL_CHANNEL = "dual_channel", _("dual-channel drugs")
        MATERNITY = "maternity", _("maternity")
        DAY_SURGERY = "day_surgery", _("day surgery")

    number = models.CharField(_("claim number"), max_length=40)
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="claims",
        db_index=False,
    )
    visit_number = models.CharField(_("visit number"), max_length=40)
    bill_number = models.CharField(_("bill number"), max_length=40)
    prescription_number = models.CharField(_("prescription number"), max_length=40, blank=True)
    prescriber = models.ForeignKey(
        Institution,
        verbose_name=_("prescribing institution"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    patient = models.ForeignKey(
        "members.Person",
        verbose_name=_("patient"),
        on_delete=models.PROTECT,
        related_name="claims",
        db_index=False,
    )
    category = models.CharField(_("category"), max_length=16, choices=Category.choices)
    service_date = models.DateField(_("service date"))
    settled_on = models.DateField(_("settled on"))
    settled_at = models.DateTimeField(_("settled at"), db_default=Now(), editable=False)
    area = models.CharField(_("area of the patient on the service date"), max_length=6)
    lines = models.JSONField(_("lines of the bill"))
    gross = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    out_of_policy = models.DecimalField(_("out of policy"), max_digits=14, decimal_places=2)
    first_self_pay = models.DecimalField(_("first self-pay"), max_digits=14, decimal_places=2)
    in_policy = models.DecimalField(_("in policy"), max_digits=14, decimal_places=2)
    remote_self_pay = models.DecimalField(
        _("paid first when away from home"), max_digits=14, decimal_places=2
    )
    deductible = models.DecimalField(_("deductible"), max_digits=14, decimal_places=2)
    pool = models.DecimalField(_("paid by the pooled fund"), max_digits=14, decimal_places=2)
    other_scheme_paid = models.DecimalField(
        _("paid by another scheme"), max_digits=14, decimal_places=2
    )
    own_paid = models.DecimalField(_("own account"), max_digits=14, decimal_places=2)
    shared_paid = models.DecimalField(_("shared accounts"), max_digits=14, decimal_places=2)
    cash = models.DecimalField(_("cash"), max_digits=14, decimal_places=2)
    reasons = ArrayField(models.CharField(max_length=40), verbose_name=_("reasons"), default=list)
    decision = models.JSONField(_("decision"))
    paper = models.BooleanField(_("paper bill"), default=False)
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("settles what remains of"),
        null=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        db_index=False,
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.SETTLED
    )
    undone_on = models.DateField(_("undone on"), null=True)

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="claim_number_once", fields=["number"]),
            # The same visit and bill are settled once at a time, whatever key they came with.
            models.UniqueConstraint(
                name="claim_bill_once",
                fields=["institution", "visit_number", "bill_number"],
                condition=Q(state="settled"),
            ),
            models.UniqueConstraint(
                name="claim_prescription_once",
                fields=["prescription_number"],
                condition=Q(state="settled") & ~Q(prescription_number=""),
            ),
            models.CheckConstraint(
                name="claim_adds_up",
                condition=Q(
                    gross=F("pool")
                    + F("other_scheme_paid")
                    + F("own_paid")
                    + F("shared_paid")
                    + F("cash")
                )
                & Q(gross=F("out_of_policy") + F("first_self_pay") + F("in_policy")),
            ),
            models.CheckConstraint(
                name="claim_undone_means_when",
                condition=Q(state="settled", undone_on=None)
                | (~Q(state="settled") & Q(undone_on__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-service_date"], name="claim_by_patient"),
            models.Index(fields=["institution", "settled_on"], name="claim_by_institution"),
            models.Index(
                fields=["replaces"], name="claim_replacing", condition=Q(replaces__isnull=False)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="claim_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="claim_undone_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="settled"),
            ),
            pgtrigger.Protect(
                name="claim_decision_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["state", "undone_on"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Request(models.Model):
    """A message of an institution that had its effect: the same key never has another."""

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="requests", db_index=False
    )
    key = models.CharField(_("request key"), max_length=80)
    body_hash = models.CharField(_("SHA-256 of the body"), max_length=64)
    verb = models.CharField(_("verb"), max_length=20)
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="requests")
    answer = models.JSONField(_("answer"))
    answered_at = models.DateTimeField(_("answered"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="request_key_once", fields=["institution", "key"])
        ]
        triggers = [
            pgtrigger.Protect(
                name="request_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.key


class Accumulator(models.Model):
    """What a member has used in a year in an area: deductible paid, and paid by the pool."""

    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="accumulators",
        db_index=False,
    )
    area = models.CharField(_("pooling area"), max_length=6)
    year = models.PositiveSmallIntegerField(_("year"))
    deductible = models.DecimalField(
        _("deductible paid"), max_digits=14, decimal_places=2, default=0
    )
    pool = models.DecimalField(
        _("paid by the pooled fund"), max_digits=14, decimal_places=2, default=0
    )

    class Meta:
        verbose_name = _("used this year")
        verbose_name_plural = _("used this year")
        ordering = ["person", "year"]
        constraints = [
            models.UniqueConstraint(
                name="accumulator_once_a_year", fields=["person", "area", "year"]
            ),
            models.CheckConstraint(
                name="accumulator_not_negative", condition=Q(deductible__gte=0, pool__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.year}"


# Parts of this room's tables, in files of their own.
from .api.models import LookupBudget, Machine, MachineKey, Quote  # noqa: E402
from .paper_models import PaperBill, PaperBillStep  # noqa: E402

__all__ = [
    "Accumulator",
    "Claim",
    "Institution",
    "InstitutionTerm",
    "LookupBudget",
    "Machine",
    "MachineKey",
    "PaperBill",
    "PaperBillStep",
    "Quote",
    "Request",
]
