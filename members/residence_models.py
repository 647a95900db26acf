"""The way of a registration elsewhere, step by step."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from record.steps import Step


class RegistrationStep(Step):
    """One step of a registration: what happened, when, by whom, and what was said. Only grows."""

    class Kind(models.TextChoices):
        APPLY = "apply", _("applied for")
        ASK = "ask", _("asked for something")
        CORRECT = "correct", _("corrected")
        APPROVE = "approve", _("approved")
        REFUSE = "refuse", _("refused")
        WITHDRAW = "withdraw", _("withdrawn")
        END = "end", _("ended")
        RESUME = "resume", _("end taken back")
        LAPSE = "lapse", _("ended by something else")

    registration = models.ForeignKey(
        "members.Registration",
        verbose_name=_("remote-residence registration"),
        on_delete=models.PROTECT,
        related_name="steps",
    )
    kind = models.CharField(_("step"), max_length=10, choices=Kind.choices)

    class Meta(Step.Meta):
        verbose_name = _("step of a registration")
        verbose_name_plural = _("steps of registrations")
        triggers = [
            pgtrigger.Protect(
                name="registration_step_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"
