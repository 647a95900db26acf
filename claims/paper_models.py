"""Paper bills: paid by the member where there was no network, and handed in afterwards."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.steps import Step

_own_decision_refused = pgtrigger.Trigger(
    name="paper_bill_not_by_oneself",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__state="approved", new__decided_by__isnull=False),
    func="""
    IF EXISTS (SELECT FROM members_person WHERE id = NEW.person_id AND user_id = NEW.decided_by_id)
    THEN RAISE EXCEPTION 'pgtrigger: nobody approves their own paper bill';
    END IF;
    RETURN NEW;
    """,
)


class PaperBill(models.Model):
    """A bill on paper, from the member's few words to the lines that staff read off it."""

    class State(models.TextChoices):
        SENT = "sent", _("handed in")
        ASKED = "asked", _("something was asked for")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Category(models.TextChoices):
        OUTPATIENT = "outpatient", _("outpatient")
        EMERGENCY = "emergency", _("emergency")

    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="paper_bills",
    )
    institution = models.ForeignKey(
        "claims.Institution",
        verbose_name=_("institution"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    institution_name = models.CharField(_("institution as written"), max_length=120)
    category = models.CharField(
        _("category"), max_length=16, choices=Category.choices, default=Category.OUTPATIENT
    )
    service_date = models.DateField(_("service date"))
    bill_number = models.CharField(_("bill number"), max_length=40)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    lines = models.JSONField(_("lines of the bill"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SENT)
    applied_on = models.DateField(_("handed in on"))
    decided_on = models.DateField(_("decided on"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.TextField(_("note to the member"), blank=True)
    claim = models.OneToOneField(
        "claims.Claim",
        verbose_name=_("claim"),
        null=True,
        on_delete=models.PROTECT,
        related_name="paper_bill",
    )

    class Meta:
        verbose_name = _("paper bill")
        verbose_name_plural = _("paper bills")
        ordering = ["id"]
        constraints = [
            # The same bill is handed in once at a time, whoever writes it down.
            models.UniqueConstraint(
                name="paper_bill_once",
                fields=["institution", "bill_number"],
                condition=Q(state__in=["sent", "asked", "approved"], institution__isnull=False),
            ),
            models.CheckConstraint(
                name="paper_bill_approved_has_a_claim",
                condition=Q(state="approved", claim__isnull=False)
                | (~Q(state="approved") & Q(claim=None)),
            ),
            models.CheckConstraint(name="paper_bill_of_something", condition=Q(total__gt=0)),
        ]
        indexes = [
            # What waits for staff.
            models.Index(
                fields=["applied_on"], name="paper_bill_waiting", condition=Q(state="sent")
            )
        ]
        triggers = [
            pgtrigger.Protect(name="paper_bill_is_kept", operation=pgtrigger.Delete),
            _own_decision_refused,
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number on the receipt, which is the claim's too."""
        return f"LB{self.applied_on:%Y%m%d}{self.pk:06d}"


class PaperBillStep(Step):
    """One step of a paper bill: what happened, when, by whom, and what was said. Only grows."""

    class Kind(models.TextChoices):
        SEND = "send", _("handed in")
        ASK = "ask", _("asked for something")
        CORRECT = "correct", _("corrected")
        COMPLETE = "complete", _("lines entered")
        APPROVE = "approve", _("approved")
        REFUSE = "refuse", _("refused")
        WITHDRAW = "withdraw", _("withdrawn")

    bill = models.ForeignKey(
        PaperBill, verbose_name=_("paper bill"), on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField(_("step"), max_length=10, choices=Kind.choices)

    class Meta(Step.Meta):
        verbose_name = _("step of a paper bill")
        verbose_name_plural = _("steps of paper bills")
        triggers = [
            pgtrigger.Protect(
                name="paper_bill_step_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"
