"""The after-check of bindings: which were drawn and why, what was said, how each was closed."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CheckDraw(models.Model):
    """A month's sample of an area: out of how many, by which share, and by which random text.

    Drawn are the bindings whose SHA-256 of `seed:number` is smallest, so that anybody can draw the
    same again and nobody could know it before. Never changed.
    """

    area = models.CharField(_("pooling area"), max_length=6)
    month = models.DateField(_("month of the bindings"))
    share = models.DecimalField(_("share"), max_digits=5, decimal_places=4)
    seed = models.CharField(_("random text"), max_length=64)
    bindings = models.PositiveIntegerField(_("bindings"))
    drawn = models.PositiveIntegerField(_("drawn"))
    day = models.DateField(_("drawn on"))

    class Meta:
        app_label = "families"
        verbose_name = _("draw of a sample")
        verbose_name_plural = _("draws of samples")
        ordering = ["-month", "area"]
        constraints = [
            models.UniqueConstraint(name="check_draw_once", fields=["area", "month"]),
            models.CheckConstraint(
                name="check_draw_of_those", condition=Q(drawn__lte=models.F("bindings"))
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="check_draw_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.month:%Y-%m}"


class BindingCheck(models.Model):
    """A binding that staff look at afterwards: drawn by lot or flagged by plain rules.

    `reasons`: each with its `rule`, what it counted and its thresholds then; rule `sample` is the
    lot. `area` is the authorizer's, whose money it is. What follows is written once each: asked,
    answered, closed.
    """

    class Answer(models.TextChoices):
        RIGHT = "right", _("it is right")
        WRONG = "wrong", _("it is wrong")

    class Via(models.TextChoices):
        PORTAL = "portal", _("in the portal")
        STAFF = "staff", _("told to staff")

    class Verdict(models.TextChoices):
        TRUE = "true", _("the relation is true")
        FALSE = "false", _("the relation is false")
        ENDED = "ended", _("ended meanwhile, nothing more to check")

    binding = models.ForeignKey(
        "families.Binding",
        verbose_name=_("binding"),
        on_delete=models.PROTECT,
        related_name="checks",
    )
    area = models.CharField(_("pooling area"), max_length=6)
    reasons = models.JSONField(_("why it was drawn"), default=list)
    drawn_on = models.DateField(_("drawn on"))
    due_on = models.DateField(_("to be closed by"))
    asked_on = models.DateField(_("asked on"), null=True)
    answer_by = models.DateField(_("answer expected by"), null=True)
    answer = models.CharField(_("answer"), max_length=6, choices=Answer.choices, blank=True)
    answered_on = models.DateField(_("answered on"), null=True)
    answered_via = models.CharField(_("came by"), max_length=8, choices=Via.choices, blank=True)
    answer_note = models.TextField(_("in the authorizer's words"), blank=True)
    verdict = models.CharField(_("conclusion"), max_length=6, choices=Verdict.choices, blank=True)
    closed_on = models.DateField(_("closed on"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty where it closed by itself because the binding had ended."),
    )
    note = models.TextField(_("reason"), blank=True)

    class Meta:
        app_label = "families"
        verbose_name = _("after-check of a binding")
        verbose_name_plural = _("after-checks of bindings")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="binding_check_open_once", fields=["binding"], condition=Q(closed_on=None)
            ),
            models.CheckConstraint(
                name="binding_check_answered_means_when",
                condition=Q(answer="", answered_on=None, answered_via="")
                | (~Q(answer="") & Q(answered_on__isnull=False) & ~Q(answered_via="")),
            ),
            models.CheckConstraint(
                name="binding_check_closed_means_how",
                condition=Q(verdict="", closed_on=None)
                | (~Q(verdict="") & Q(closed_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="binding_check_asked_means_until",
                condition=Q(asked_on=None, answer_by=None)
                | Q(asked_on__isnull=False, answer_by__isnull=False),
            ),
        ]
        indexes = [
            # An area's open ones, and what is late.
            models.Index(
                fields=["due_on", "area"], name="binding_check_due", condition=Q(closed_on=None)
            ),
            models.Index(fields=["area", "-id"], name="binding_check_by_area"),
        ]
        triggers = [
            pgtrigger.Protect(name="binding_check_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="binding_check_closed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_on__isnull=False),
            ),
            pgtrigger.Protect(
                name="binding_check_answered_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__answer="")
                & pgtrigger.Q(old__answer__df=pgtrigger.F("new__answer")),
            ),
            pgtrigger.ReadOnly(
                name="binding_check_says_the_same", fields=["binding", "reasons", "drawn_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.binding_id} {self.drawn_on:%Y-%m-%d}"

    @property
    def rules(self) -> list[str]:
        """The names of the rules by which it was drawn."""
        return [str(reason["rule"]) for reason in self.reasons]
