"""Questions and objections, and what was said about them. Part of `members.models`."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Ticket(models.Model):
    """Something that a member, or somebody by letter, call or visit, wants answered (AH49-3.3).

    It belongs to an area and is with a level: the county first; the city and the province take it
    when its day passes. What was said is in its entries, which only grow; the ticket itself says
    how the matter stands. `about_kind` and `about_key` name a thing of any room (`members.about`).
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        OBJECTION = "objection", _("objection")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("portal")
        LETTER = "letter", _("letter")
        CALL = "call", _("call")
        VISIT = "visit", _("visit")

    class Level(models.TextChoices):
        COUNTY = "county", _("county")
        CITY = "city", _("city")
        PROVINCE = "province", _("province")

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("has an answer")
        CLOSED = "closed", _("closed")

    number = models.CharField(_("number"), max_length=12, unique=True)
    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="tickets",
        db_index=False,
    )
    area = models.CharField(_("pooling area"), max_length=6)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    channel = models.CharField(_("came by"), max_length=10, choices=Channel.choices)
    about_kind = models.CharField(_("about, kind"), max_length=20, blank=True)
    about_key = models.CharField(_("about, record"), max_length=60, blank=True)
    sender = models.CharField(
        _("sender"),
        max_length=120,
        blank=True,
        help_text=_("Who wrote, called or came, where that is no member."),
    )
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    opened_on = models.DateField(_("received"))
    due_on = models.DateField(_("to be answered by"))
    answered_on = models.DateField(_("answered on"), null=True)
    seen_at = models.DateTimeField(_("answer read"), null=True)

    class Meta:
        app_label = "members"
        verbose_name = _("question or objection")
        verbose_name_plural = _("questions and objections")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="ticket_answered_means_when",
                condition=Q(state="open") | Q(answered_on__isnull=False) | Q(state="closed"),
            ),
            models.CheckConstraint(
                name="ticket_is_somebodys", condition=Q(person__isnull=False) | ~Q(sender="")
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="ticket_by_person"),
            # The queues of an area, and what is late.
            models.Index(fields=["due_on", "area"], name="ticket_due", condition=Q(state="open")),
            models.Index(fields=["area", "-id"], name="ticket_by_area"),
        ]
        triggers = [
            pgtrigger.Protect(name="ticket_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="ticket_says_the_same",
                fields=[
                    "number", "person", "area", "kind", "channel", "about_kind", "about_key",
                    "sender", "opened_on",
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class TicketEntry(models.Model):
    """One thing that was said or done about a ticket. Never changed, never deleted."""

    class Kind(models.TextChoices):
        SAID = "said", _("said by the member")
        ANSWER = "answer", _("answer")
        NOTE = "note", _("note among staff")
        TAKEN = "taken", _("taken")
        PASSED = "passed", _("passed on")
        ESCALATED = "escalated", _("its day passed")
        CLOSED = "closed", _("closed")

    ticket = models.ForeignKey(
        Ticket, verbose_name=_("ticket"), on_delete=models.PROTECT, related_name="entries"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    level = models.CharField(_("level"), max_length=10, choices=Ticket.Level.choices, blank=True)
    text = models.TextField(_("text"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by_name = models.CharField(_("who"), max_length=120)
    at = models.DateTimeField(_("time"), db_default=Now(), editable=False)

    class Meta:
        app_label = "members"
        verbose_name = _("entry of a ticket")
        verbose_name_plural = _("entries of tickets")
        ordering = ["id"]
        triggers = [
            pgtrigger.Protect(
                name="ticket_entry_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"
