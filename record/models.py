"""What every room needs under it: the audit record, approvals by a second person, the outbox."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Now
from django.utils.translation import gettext_lazy as _


class AuditRecord(models.Model):
    """One write, or one look at a person's record by someone else. Never changed, never deleted."""

    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    actor_name = models.CharField(_("who"), max_length=120)
    verb = models.CharField(_("what was done"), max_length=60)
    area = models.CharField(_("pooling area"), max_length=6, blank=True)
    subject = models.ForeignKey(
        "members.Person",
        verbose_name=_("person concerned"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    object = models.CharField(_("record"), max_length=120, blank=True)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    data = models.JSONField(_("details"), default=dict)
    txid = models.BigIntegerField(
        _("transaction"),
        db_default=Cast(
            Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
        ),
        editable=False,
        help_text=_(
            "By it the sealing job knows which records may still be joined by earlier ones."
        ),
    )

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        ordering = ["-id"]
        indexes = [
            # What is still to be sealed.
            models.Index(fields=["txid", "id"], name="audit_by_transaction"),
            # "Who looked at my record", and one area's day.
            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
            models.Index(fields=["area", "-id"], name="audit_by_area"),
            # What somebody did, and how often they have looked today.
            models.Index(
                fields=["actor", "-id"], name="audit_by_actor", condition=Q(actor__isnull=False)
            ),
            models.Index(
                fields=["actor", "at"],
                name="audit_looks",
                condition=Q(verb__in=["look", "look.unmask", "look.many"]),
            ),
            # Tries that were turned away (`record.tries`).
            models.Index(
                fields=["at"],
                name="audit_turned_away",
                condition=Q(verb__in=["families.bind.too_many", "members.link.too_many"]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="audit_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object}"


class AuditSeal(models.Model):
    """A link of the chain: the hash over one audit record and the seal before it."""

    audit = models.OneToOneField(AuditRecord, on_delete=models.PROTECT, related_name="seal")
    hash = models.CharField(_("hash"), max_length=64)
    horizon = models.BigIntegerField(
        _("horizon"),
        help_text=_("Every record of an older transaction had its seal when this one was made."),
    )

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(name="seal_only_grows", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.hash[:12]


class Role(models.Model):
    """What a user may do in an area or in a whole province, until a day.

    Given by one administrator and approved by another; the first ones, by the installation,
    have neither.
    """

    class Kind(models.TextChoices):
        CASE_OFFICER = "case_officer", _("case officer")
        REVIEWER = "reviewer", _("reviewer")
        FINANCE_CLERK = "finance_clerk", _("finance clerk")
        POLICY_CLERK = "policy_clerk", _("policy clerk")
        AUDITOR = "auditor", _("auditor")
        ADMINISTRATOR = "administrator", _("administrator")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="roles",
    )
    kind = models.CharField(_("role"), max_length=20, choices=Kind.choices)
    scope = models.CharField(
        _("area or province"),
        max_length=6,
        help_text=_("Six digits for a pooling area, the first two for a whole province."),
    )
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("given by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["scope", "kind"]
        constraints = [
            # Nobody gives a role to themselves, and two persons are needed.
            models.CheckConstraint(
                name="role_needs_two_others",
                condition=Q(given_by=None, approved_by=None)
                | (
                    ~Q(given_by=F("approved_by"))
                    & ~Q(given_by=F("user"))
                    & ~Q(approved_by=F("user"))
                    & Q(given_by__isnull=False, approved_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="role_ends_after_it_begins", condition=Q(ends_on__gte=F("begins_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.scope}"


class Change(models.Model):
    """Something that one person proposes and another one decides."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a second person")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(
        _("what it touches"),
        max_length=120,
        help_text=_("One change at a time may wait for the same thing."),
    )
    area = models.CharField(_("area or province"), max_length=6)
    subject = models.ForeignKey(
        "members.Person",
        verbose_name=_("person concerned"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    payload = models.JSONField(_("details"), default=dict)
    reason = models.TextField(_("reason"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_on = models.DateField(_("proposed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_on = models.DateField(_("decided on"), null=True)
    decision_note = models.TextField(_("note on the decision"), blank=True)

    class Meta:
        verbose_name = _("change that needs two persons")
        verbose_name_plural = _("changes that need two persons")
        ordering = ["-id"]
        constraints = [
            # Four eyes, whatever code runs above.
            models.CheckConstraint(
                name="change_decided_by_another_person",
                condition=Q(decided_by=None)
                | Q(state="withdrawn")
                | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="change_decided_means_by_whom",
                condition=Q(state="waiting", decided_by=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False)),
            ),
            models.UniqueConstraint(
                name="change_waits_once_for_a_thing",
                fields=["kind", "key"],
                condition=Q(state="waiting"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="change_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="change_decided_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["approved", "refused", "withdrawn"]),
            ),
            pgtrigger.ReadOnly(
                name="change_says_the_same",
                fields=["kind", "key", "area", "subject", "payload", "proposed_by", "proposed_on"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Message(models.Model):
    """A message to a person or a user, written in the transaction of what it tells of."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        STUCK = "stuck", _("stuck")

    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.PROTECT,
        related_name="messages",
    )
    kind = models.CharField(_("kind"), max_length=40)
    data = models.JSONField(_("details"), default=dict)
    written_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    try_at = models.DateTimeField(_("to be tried from"), db_default=Now(), editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True)
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-id"]
        indexes = [
            # The relay's queue.
            models.Index(
                fields=["try_at", "id"], name="message_waiting", condition=Q(state="waiting")
            )
        ]

    def __str__(self) -> str:
        return self.kind


# Parts of this room's tables, in files of their own.
from .copy_model import CopyWish  # noqa: E402
from .document_model import Document  # noqa: E402
from .import_models import ImportFile, ImportUndo, RollDraft  # noqa: E402
from .paper_model import Paper  # noqa: E402

#: What is taken from here and defined elsewhere.
__all__ = ["CopyWish", "Document", "ImportFile", "ImportUndo", "Paper", "RollDraft"]
