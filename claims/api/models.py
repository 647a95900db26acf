"""Rows of the interface: who signs in, what was asked, what was told."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Machine(models.Model):
    """A system of an institution that signs in by itself, and what it may do."""

    class Scope(models.TextChoices):
        QUOTE = "quote", _("look up and quote")
        SETTLE = "settle", _("look up, settle and undo")
        RECONCILE = "reconcile", _("reconcile and read statements")

    institution = models.ForeignKey(
        "claims.Institution",
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="machines",
    )
    name = models.CharField(_("name"), max_length=60)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope.choices), verbose_name=_("may")
    )
    networks = ArrayField(
        models.CharField(max_length=50),
        verbose_name=_("from these addresses alone"),
        default=list,
        blank=True,
        help_text=_("Networks such as 203.0.113.0/24. Empty: from anywhere."),
    )
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(pgettext_lazy("a sign-in", "closed"), null=True)

    class Meta:
        verbose_name = _("sign-in of a machine")
        verbose_name_plural = _("sign-ins of machines")
        ordering = ["institution", "id"]
        constraints = [
            models.UniqueConstraint(
                name="machine_name_once",
                fields=["institution", "name"],
                condition=Q(closed_at=None),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="machine_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="machine_stays_whose_it_is", fields=["institution"]),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.name}"


class MachineKey(models.Model):
    """A key of a machine: a client id with a secret of allauth's, from a moment until another.

    Two overlap while a machine changes from one to the next; never more.
    """

    machine = models.ForeignKey(
        Machine, verbose_name=_("machine"), on_delete=models.PROTECT, related_name="keys"
    )
    place = models.PositiveSmallIntegerField(_("place"))
    client_id = models.CharField(_("client id"), max_length=100, unique=True)
    begins_at = models.DateTimeField(_("good from"))
    ends_at = models.DateTimeField(_("good until"), null=True)

    class Meta:
        verbose_name = _("key of a machine")
        verbose_name_plural = _("keys of machines")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="machine_key_one_of_two", condition=Q(place__in=[1, 2])),
            ExclusionConstraint(
                name="machine_key_place_taken_once",
                expressions=[
                    ("machine", RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    (
                        Func(F("begins_at"), F("ends_at"), RangeBoundary(), function="TSTZRANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="machine_key_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="machine_key_stays", fields=["machine", "place", "client_id", "begins_at"]
            ),
        ]

    def __str__(self) -> str:
        return self.client_id


class LookupBudget(models.Model):
    """How often an institution has looked persons up within an hour, by how it asked."""

    class Kind(models.TextChoices):
        PAYMENT_CODE = "payment_code", _("by payment code")
        ID_NUMBER = "id_number", _("by ID number")
        NOT_FOUND = "not_found", _("nobody found")

    institution = models.ForeignKey(
        "claims.Institution",
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    hour = models.DateTimeField(_("hour"))
    used = models.PositiveIntegerField(_("look-ups"))

    class Meta:
        verbose_name = _("look-ups of an hour")
        verbose_name_plural = _("look-ups by the hour")
        ordering = ["-hour", "institution"]
        constraints = [
            models.UniqueConstraint(
                name="lookup_budget_once_an_hour", fields=["institution", "kind", "hour"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.hour:%Y-%m-%d %H}"


class Quote(models.Model):
    """What a bill would come to, as an institution was told: a promise of nothing."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    institution = models.ForeignKey(
        "claims.Institution",
        verbose_name=_("institution"),
        on_delete=models.PROTECT,
        related_name="quotes",
    )
    patient = models.ForeignKey(
        "members.Person",
        verbose_name=_("patient"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    figures = models.JSONField(_("figures"))
    quoted_at = models.DateTimeField(_("quoted"))

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="quote_only_stays_or_goes", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.number
