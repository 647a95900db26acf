"""What the watch has found, how each find was closed, and the months' figures."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WatchHit(models.Model):
    """Bills that fit a rule of the watch: a flag for a person to look at. Never changed.

    About a person or an institution. `key` names what was found, so that it is found once.
    """

    pattern = models.CharField(_("rule"), max_length=30)
    key = models.CharField(_("what was found"), max_length=80)
    area = models.CharField(_("pooling area"), max_length=6)
    person = models.ForeignKey(
        "members.Person",
        verbose_name=_("person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    institution = models.ForeignKey(
        "claims.Institution",
        verbose_name=_("institution"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    claim_ids = ArrayField(models.BigIntegerField(), verbose_name=_("settlements"))
    figures = models.JSONField(_("what was counted"), default=dict)
    thresholds = models.JSONField(_("thresholds then"), default=dict)
    day = models.DateField(_("found on"))
    found_at = models.DateTimeField(_("time"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("find of the watch")
        verbose_name_plural = _("finds of the watch")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="watch_hit_once", fields=["pattern", "key"]),
            models.CheckConstraint(
                name="watch_hit_about_one",
                condition=Q(person__isnull=False, institution=None)
                | Q(person=None, institution__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["area", "-id"], name="watch_hit_by_area")]
        triggers = [
            pgtrigger.Protect(
                name="watch_hit_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.pattern} {self.key}"


class WatchConclusion(models.Model):
    """How a find was closed, by whom and why: once, and never changed."""

    class Verdict(models.TextChoices):
        HARMLESS = "harmless", _("in order")
        MISTAKE = "mistake", _("a mistake in the data")
        PASSED_ON = "passed_on", _("passed on to the inspection")
        RECOVERED = "recovered", _("money claimed back")

    hit = models.OneToOneField(
        WatchHit, verbose_name=_("find"), on_delete=models.PROTECT, related_name="conclusion"
    )
    verdict = models.CharField(_("conclusion"), max_length=12, choices=Verdict.choices)
    note = models.TextField(_("reason"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    day = models.DateField(_("closed on"))

    class Meta:
        verbose_name = _("conclusion of the watch")
        verbose_name_plural = _("conclusions of the watch")
        ordering = ["-id"]
        triggers = [
            pgtrigger.Protect(
                name="watch_conclusion_only_grows", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return self.verdict


class CareFigure(models.Model):
    """A month's settled bills, added up: by area, where the care was, level and age.

    Worked out anew from the claims whenever something of the month has changed; so a page of
    figures never reads the claims themselves.
    """

    class Place(models.TextChoices):
        HOME = "home", _("in the own area")
        PROVINCE = "province", _("elsewhere in the province")
        AWAY = "away", _("in another province")

    month = models.DateField(_("month"))
    area = models.CharField(_("pooling area"), max_length=6)
    place = models.CharField(_("where"), max_length=8, choices=Place.choices)
    level = models.PositiveSmallIntegerField(_("level"))
    kind = models.CharField(_("kind"), max_length=10)
    age_from = models.PositiveSmallIntegerField(_("age from"))
    bills = models.PositiveIntegerField(_("bills"))
    shared_bills = models.PositiveIntegerField(_("bills that relatives paid for"))
    gross = models.DecimalField(_("total"), max_digits=16, decimal_places=2)
    pool = models.DecimalField(_("paid by the pooled fund"), max_digits=16, decimal_places=2)
    own = models.DecimalField(_("own account"), max_digits=16, decimal_places=2)
    shared = models.DecimalField(_("shared accounts"), max_digits=16, decimal_places=2)
    shared_across = models.DecimalField(
        _("shared, from another area"), max_digits=16, decimal_places=2
    )
    cash = models.DecimalField(_("cash"), max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = _("figure of care")
        verbose_name_plural = _("figures of care")
        ordering = ["month", "area"]
        constraints = [
            models.UniqueConstraint(
                name="care_figure_once",
                fields=["month", "area", "place", "level", "kind", "age_from"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.area}"


class CreditFigure(models.Model):
    """What was credited in a month, added up by area and age."""

    month = models.DateField(_("month"))
    area = models.CharField(_("pooling area"), max_length=6)
    age_from = models.PositiveSmallIntegerField(_("age from"))
    retired = models.BooleanField(_("retired"))
    credits = models.PositiveIntegerField(_("months credited"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = _("figure of credits")
        verbose_name_plural = _("figures of credits")
        ordering = ["month", "area"]
        constraints = [
            models.UniqueConstraint(
                name="credit_figure_once", fields=["month", "area", "age_from", "retired"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.area}"


class FiguresMonth(models.Model):
    """That a month's figures are worked out, and when; what has changed since is done anew."""

    month = models.DateField(_("month"), unique=True)
    made_at = models.DateTimeField(_("worked out"))

    class Meta:
        verbose_name = _("month of figures")
        verbose_name_plural = _("months of figures")
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
