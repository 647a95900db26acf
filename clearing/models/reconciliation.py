"""An institution's day file, and the differences that it leaves."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Institution


class DayFile(models.Model):
    """What an institution has in its own books of a day. The newest version of a day counts.

    A file is taken in whole or not at all. Only `result` and `compared_on` change, with each
    comparison.
    """

    class Channel(models.TextChoices):
        DESK = "desk", _("desk")
        INTERFACE = "interface", _("interface")

    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="day_files",
    )
    day = models.DateField(_("day"))
    version = models.PositiveSmallIntegerField(_("version"))
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    by_name = models.CharField(_("who"), max_length=120)
    taken_at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    compared_on = models.DateField(_("compared on"), null=True)
    result = models.JSONField(_("result"), default=dict)

    class Meta:
        verbose_name = _("day file")
        verbose_name_plural = _("day files")
        ordering = ["-day", "institution", "-version"]
        constraints = [
            models.UniqueConstraint(name="day_file_once", fields=["institution", "sha256"]),
            models.UniqueConstraint(
                name="day_file_version_once", fields=["institution", "day", "version"]
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="day_file_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="day_file_says_the_same",
                fields=["institution", "day", "version", "name", "sha256", "rows", "channel"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.day} {self.version}"


class DayRow(models.Model):
    """One line of a day file. Never changed. The claim is empty where the line names none."""

    class Kind(models.TextChoices):
        SETTLEMENT = "settlement", _("settlement")
        REVERSAL = "reversal", _("reversal")
        REFUND = "refund", _("refund")

    file = models.ForeignKey(
        DayFile, verbose_name=_("day file"), on_delete=models.PROTECT, related_name="lines"
    )
    line = models.PositiveIntegerField(_("line"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    claim = models.ForeignKey(
        Claim, verbose_name=_("claim"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    visit_number = models.CharField(_("visit number"), max_length=40)
    bill_number = models.CharField(_("bill number"), max_length=40)
    gross = models.DecimalField(_("total"), max_digits=14, decimal_places=2)
    pool = models.DecimalField(_("paid by the pooled fund"), max_digits=14, decimal_places=2)
    own_paid = models.DecimalField(_("own account"), max_digits=14, decimal_places=2)
    shared_paid = models.DecimalField(_("shared accounts"), max_digits=14, decimal_places=2)
    cash = models.DecimalField(_("cash"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("line of a day file")
        verbose_name_plural = _("lines of day files")
        ordering = ["file", "line"]
        constraints = [models.UniqueConstraint(name="day_row_once", fields=["file", "line"])]
        triggers = [
            pgtrigger.Protect(
                name="day_row_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.line}"


class Case(models.Model):
    """A difference between an institution's books and the portal's, until people conclude it.

    The area of care leads. `ours` and `theirs` are both records as they were when it was opened;
    one of them is empty for a one-sided entry (单边账).
    """

    class Difference(models.TextChoices):
        AMOUNT = "amount", _("amount differs")
        ONLY_INSTITUTION = "only_institution", _("only at the institution")
        ONLY_PORTAL = "only_portal", _("only in the portal")
        DOUBLED = "doubled", _("doubled at the institution")
        WRONG_DAY = "wrong_day", _("on another day")

    class State(models.TextChoices):
        OPEN = "open", _("to be looked into")
        PROPOSED = "proposed", _("waiting for a second person")
        CONCLUDED = "concluded", _("concluded")
        SETTLED_ITSELF = "settled_itself", _("settled by a later file")

    class Action(models.TextChoices):
        REVERSE = "reverse", _("undo the claim")
        RESEND = "resend", _("ask the institution to send it again")
        ACCEPT = "accept", _("accept it as it stands")

    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="cases",
    )
    area = models.CharField(_("area of care"), max_length=6)
    key = models.CharField(_("what it is about"), max_length=120)
    difference = models.CharField(_("difference"), max_length=16, choices=Difference.choices)
    day = models.DateField(_("day"))
    claim = models.ForeignKey(
        Claim, verbose_name=_("claim"), null=True, on_delete=models.PROTECT, related_name="cases"
    )
    ours = models.JSONField(_("the portal's record"), null=True)
    theirs = models.JSONField(_("the institution's record"), null=True)
    amount = models.DecimalField(
        _("amount in question"), max_digits=14, decimal_places=2, help_text=_("Fund and accounts.")
    )
    state = models.CharField(_("state"), max_length=14, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"))
    action = models.CharField(
        _("conclusion"), max_length=10, choices=Action.choices, blank=True, default=""
    )
    reason = models.TextField(_("reason"), blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True)
    fulfilled_on = models.DateField(
        _("came in on"), null=True, help_text=_("When what was asked for again had come.")
    )

    class Meta:
        verbose_name = _("case of reconciliation")
        verbose_name_plural = _("cases of reconciliation")
        ordering = ["id"]
        constraints = [
            # Comparing again finds the same case, whatever became of it.
            models.UniqueConstraint(name="case_once", fields=["institution", "key"]),
            models.CheckConstraint(
                name="case_closed_means_when",
                condition=Q(state__in=["open", "proposed"], closed_on=None)
                | Q(state__in=["concluded", "settled_itself"], closed_on__isnull=False),
            ),
        ]
        indexes = [
            # An area's open cases, the oldest first.
            models.Index(
                fields=["area", "due_on"],
                name="case_open_by_area",
                condition=Q(state__in=["open", "proposed"]),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="case_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="case_says_the_same",
                fields=[
                    "institution",
                    "area",
                    "key",
                    "difference",
                    "day",
                    "claim",
                    "ours",
                    "theirs",
                    "amount",
                    "opened_on",
                ],
            ),
            # A conclusion of people stays; only what was asked for may still come in.
            pgtrigger.Protect(
                name="case_concluded_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="concluded")
                & (
                    pgtrigger.Q(old__state__df=pgtrigger.F("new__state"))
                    | pgtrigger.Q(old__action__df=pgtrigger.F("new__action"))
                    | pgtrigger.Q(old__reason__df=pgtrigger.F("new__reason"))
                    | pgtrigger.Q(old__closed_on__df=pgtrigger.F("new__closed_on"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class CaseTask(models.Model):
    """What another area is asked about a case: its own amount in it, and whether it agrees."""

    class Part(models.TextChoices):
        ENROLMENT = "enrolment", _("area of enrolment")
        AUTHORIZER = "authorizer", _("area of an authorizer")

    class Answer(models.TextChoices):
        NONE = "", _("no answer yet")
        AGREED = "agreed", _("agreed")
        OBJECTED = "objected", _("objected")

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.PROTECT, related_name="tasks"
    )
    area = models.CharField(_("pooling area"), max_length=6)
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    amount = models.DecimalField(_("its money in it"), max_digits=14, decimal_places=2)
    due_on = models.DateField(_("due on"))
    answer = models.CharField(
        _("answer"), max_length=8, choices=Answer.choices, blank=True, default=""
    )
    note = models.TextField(_("note"), blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_on = models.DateField(_("answered on"), null=True)

    class Meta:
        verbose_name = _("task of a case")
        verbose_name_plural = _("tasks of cases")
        ordering = ["case", "id"]
        constraints = [
            models.UniqueConstraint(name="case_task_once", fields=["case", "area", "part"]),
            models.CheckConstraint(
                name="case_task_answered_means_by_whom",
                condition=Q(answer="", answered_by=None, answered_on=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_on__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="case_task_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="case_task_answered_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.area}"
