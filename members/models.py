"""Persons and sign-in, enrolment, contributions, stays, remote-residence registrations."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from .naming import FINDING, SaidInOrder

own_decision_refused = pgtrigger.Trigger(
    name="registration_not_by_oneself",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__state="approved", new__decided_by__isnull=False),
    func="""
    IF EXISTS (SELECT FROM members_person WHERE id = NEW.person_id AND user_id = NEW.decided_by_id)
    THEN RAISE EXCEPTION 'pgtrigger: nobody approves their own registration';
    END IF;
    RETURN NEW;
    """,
)


class User(SaidInOrder, AbstractUser):
    """Somebody who signs in: a member, a member of staff, or both."""

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Person(models.Model):
    """An insured person. The ID number is kept encrypted, with a keyed hash to find it by."""

    class Departure(models.TextChoices):
        NONE = "", _("insured")
        DEATH = "death", _("died")
        EMIGRATION = "emigration", _("settled abroad")

    number = models.CharField(_("member number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_key = models.CharField(_("sort key of the name"), max_length=160, blank=True)
    id_number_sealed = models.BinaryField(_("ID number, encrypted"))
    id_number_index = models.BinaryField(_("ID number, keyed hash"), max_length=32, unique=True)
    born = models.DateField(_("date of birth"))
    phone = models.CharField(_("phone in the enrolment record"), max_length=20, blank=True)
    bank_account_sealed = models.BinaryField(_("bank account, encrypted"), null=True, blank=True)
    user = models.OneToOneField(
        User,
        verbose_name=_("user"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
    )
    retired_on = models.DateField(
        _("retirement formalities completed on"),
        null=True,
        blank=True,
        help_text=_("Only where the contribution years are met; who retires without them pays on."),
    )
    combined_years = models.DecimalField(
        _("contribution years in combined mode"), max_digits=5, decimal_places=2, default=0
    )
    pool_only_years = models.DecimalField(
        _("contribution years in pool-only mode"), max_digits=5, decimal_places=2, default=0
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)
    departure = models.CharField(
        _("departure"), max_length=12, choices=Departure.choices, blank=True, default=""
    )
    paid_out_on = models.DateField(_("paid out on"), null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="person_left_means_how",
                condition=Q(left_on=None, departure="")
                | (Q(left_on__isnull=False) & ~Q(departure="")),
            ),
            models.CheckConstraint(
                name="person_paid_out_has_left",
                condition=Q(paid_out_on=None) | Q(left_on__isnull=False),
            ),
        ]
        indexes = FINDING

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Enrolment(models.Model):
    """Where, in which scheme and how a person is insured, from a day until before another."""

    class Scheme(models.TextChoices):
        EMPLOYEE = "employee", _("employees' insurance")
        RESIDENT = "resident", _("residents' insurance")

    class Mode(models.TextChoices):
        COMBINED = "combined", _("combined mode")
        POOL_ONLY = "pool_only", _("pool-only mode")

    class Employment(models.TextChoices):
        EMPLOYED = "employed", _("employed")
        FLEXIBLE = "flexible", _("flexible employment")

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="enrolments"
    )
    area = models.CharField(_("pooling area"), max_length=6)
    scheme = models.CharField(
        _("scheme"), max_length=10, choices=Scheme.choices, default=Scheme.EMPLOYEE
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode.choices, default=Mode.COMBINED)
    employment = models.CharField(
        _("employment"), max_length=10, choices=Employment.choices, default=Employment.EMPLOYED
    )
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until before"), null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["person", "begins_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="enrolment_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
            ),
            # One place at a time: the history of a person never overlaps.
            ExclusionConstraint(
                name="enrolment_one_place_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(
                            F("begins_on"),
                            F("ends_on"),
                            RangeBoundary(),
                            function="DATERANGE",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.UniqueConstraint(
                name="enrolment_one_open", fields=["person"], condition=Q(ends_on=None)
            ),
        ]
        indexes = [
            # A run's members of an area, in id order.
            models.Index(
                fields=["area", "person"], name="enrolment_open_by_area", condition=Q(ends_on=None)
            ),
            models.Index(fields=["person", "begins_on"], name="enrolment_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.begins_on}"


class EarlierTotal(models.Model):
    """What was credited to a person in a year before this system kept the account."""

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="earlier_totals"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    amount = models.DecimalField(_("total credited"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("total credited in an earlier year")
        verbose_name_plural = _("totals credited in earlier years")
        constraints = [
            models.UniqueConstraint(name="earlier_total_once_a_year", fields=["person", "year"]),
            models.CheckConstraint(name="earlier_total_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Contribution(models.Model):
    """A month paid for a person. A corrected base keeps the first one in its history.

    A contribution that was paid back keeps its row, with `paid_back_on`.
    """

    person = models.ForeignKey(
        Person,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="contributions",
        db_index=False,
    )
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    base = models.DecimalField(_("contribution base"), max_digits=14, decimal_places=2)
    paid_on = models.DateField(_("paid on"))
    paid_back_on = models.DateField(_("paid back on"), null=True, blank=True)

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["person", "month"]
        constraints = [
            # A month is paid once. A run reads what was paid from this index alone.
            models.UniqueConstraint(
                name="contribution_once_a_month",
                fields=["person", "month"],
                include=["base", "paid_on", "paid_back_on"],
            ),
            models.CheckConstraint(name="contribution_not_negative", condition=Q(base__gte=0)),
            models.CheckConstraint(name="contribution_month_is_a_first", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Stay(models.Model):
    """A stay in hospital or in long-term care, admission day included, discharge day not."""

    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("hospital")
        LTC_SPECIALISED = "ltc_specialised", _("long-term care, specialised")
        LTC_OTHER = "ltc_other", _("long-term care, other")

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="stays"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    begins_on = models.DateField(_("admitted on"))
    ends_on = models.DateField(_("discharged on"), null=True, blank=True)

    class Meta:
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        ordering = ["person", "begins_on"]
        constraints = [
            models.CheckConstraint(
                name="stay_ends_after_it_begins",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.begins_on}"


@pghistory.track(pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Registration(models.Model):
    """A remote-residence registration: applied for, decided on, in force for some days."""

    class Kind(models.TextChoices):
        RESETTLED = "resettled", _("resettled retiree")
        LONG_TERM = "long_term", _("long-term resident elsewhere")
        POSTED = "posted", _("posted to work elsewhere")

    class State(models.TextChoices):
        APPLIED = "applied", _("applied for")
        ASKED = "asked", _("something was asked for")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="registrations"
    )
    area = models.CharField(_("area of residence"), max_length=6)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.APPLIED
    )
    since = models.DateField(_("lives there since"), null=True, blank=True)
    wished_from = models.DateField(_("wished from"), null=True, blank=True)
    applied_on = models.DateField(_("applied on"))
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.TextField(_("note to the member"), blank=True)
    begins_on = models.DateField(_("covered from"), null=True, blank=True)
    ends_on = models.DateField(_("no longer covered from"), null=True, blank=True)

    class Meta:
        verbose_name = _("remote-residence registration")
        verbose_name_plural = _("remote-residence registrations")
        ordering = ["person", "id"]
        constraints = [
            models.CheckConstraint(
                name="registration_approved_has_a_beginning",
                condition=~Q(state="approved") | Q(begins_on__isnull=False),
            ),
            models.UniqueConstraint(
                name="registration_one_application_at_a_time",
                fields=["person", "area"],
                condition=Q(state__in=["applied", "asked"]),
            ),
        ]
        # Whatever code runs above: nobody approves their own application.
        triggers = [own_decision_refused]

    def __str__(self) -> str:
        return f"{self.area} {self.get_state_display()}"

    @property
    def number(self) -> str:
        """Return the number on the receipt."""
        return f"YD{self.applied_on:%Y%m%d}{self.pk:06d}"


from .code_models import LinkCode, PaymentCode  # noqa: E402
from .residence_models import RegistrationStep  # noqa: E402
from .ticket_model import Ticket, TicketEntry  # noqa: E402

__all__ = ["LinkCode", "PaymentCode", "RegistrationStep", "Ticket", "TicketEntry"]
