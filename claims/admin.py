"""Claims and institutions: claims are looked at; the register of institutions is kept here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.looking import BY_PERSON, PersonScopedAdmin, insured_in, person_link
from policy.looking import area_column, area_filter
from record.event_admin import EventAdmin
from record.list_filters import year_filter
from record.looking import CarefulAdmin, LookOnlyAdmin, within
from record.models import Role

from .models import (
    Accumulator,
    Claim,
    Institution,
    InstitutionTerm,
    PaperBill,
    PaperBillStep,
    Request,
)

REGISTRARS = frozenset({Role.Kind.CASE_OFFICER.value})


@admin.register(Institution)
class InstitutionAdmin(CarefulAdmin):
    list_display = ("code", "name", area_column("area", _("pooling area")), "kind", "phone")
    list_filter = ("kind", area_filter("area"))
    search_fields = ("code", "name", "sound", "address")
    hidden = frozenset({"sound"})
    editors = REGISTRARS
    # Code, area and kind stand behind settled claims; another place is another institution.
    changeable = ("name", "address", "phone")

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        # Where people may go is no secret: a member is treated elsewhere too.
        return rows


@admin.register(InstitutionTerm)
class InstitutionTermAdmin(CarefulAdmin):
    list_display = (
        "institution",
        "begins_on",
        "ends_on",
        "level",
        "networked",
        "designated",
        "outpatient",
    )
    list_filter = ("level", "networked", "designated", "outpatient", "begins_on")
    search_fields = ("institution__code", "institution__name")
    list_select_related = ("institution",)
    autocomplete_fields = ("institution",)
    editors = REGISTRARS
    # What held on past days stays as it was; a term is ended, and the next one added.
    changeable = ("ends_on",)

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows

    def area_of(self, row: InstitutionTerm) -> str:
        return row.institution.area


@admin.register(InstitutionTerm.pgh_event_model)  # type: ignore[attr-defined]
class InstitutionTermHistoryAdmin(EventAdmin):
    list_display = ("pgh_created_at", "pgh_label", "institution", "begins_on", "ends_on", "level")
    search_fields = ("institution__code", "institution__name")
    list_select_related = ("institution",)


@admin.register(Claim)
class ClaimAdmin(LookOnlyAdmin):
    list_display = (
        "number",
        "who",
        "institution",
        "category",
        "service_date",
        "settled_on",
        "gross",
        "pool",
        "state",
    )
    list_filter = ("state", "category", area_filter("area"), "settled_on", "paper")
    search_fields = (
        "number",
        "visit_number",
        "bill_number",
        "prescription_number",
        "patient__number",
        "patient__name",
        "patient__name_key",
    )
    list_select_related = ("patient", "institution")
    subject_field = "patient"
    readers = frozenset(
        {
            Role.Kind.CASE_OFFICER.value,
            Role.Kind.REVIEWER.value,
            Role.Kind.AUDITOR.value,
            Role.Kind.ADMINISTRATOR.value,
        }
    )

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        own = within(("area", "institution__area"), scopes)
        return rows.filter(own | Q(insured_in("patient_id", scopes)))

    @admin.display(description=_("patient"), ordering="patient__name_key")
    def who(self, claim: Claim) -> SafeString:
        return person_link(claim.patient)


@admin.register(Request)
class RequestAdmin(LookOnlyAdmin):
    list_display = ("key", "institution", "verb", "claim", "answered_at")
    list_filter = ("verb", "answered_at")
    search_fields = ("key", "institution__code", "claim__number")
    list_select_related = ("institution", "claim")
    area_paths = ("institution__area",)
    readers = ClaimAdmin.readers
    subject_field = "claim__patient"


@admin.register(Accumulator)
class AccumulatorAdmin(PersonScopedAdmin):
    list_display = (
        "who",
        area_column("area", _("pooling area")),
        "year",
        "deductible",
        "pool",
    )
    list_filter = (year_filter(), area_filter("area"))
    search_fields = BY_PERSON
    list_select_related = ("person",)


from .api import admin as _machines  # noqa: E402, F401  (its pages are claims' too)


@admin.register(PaperBill)
class PaperBillAdmin(PersonScopedAdmin):
    list_display = ("who", "institution_name", "service_date", "total", "state", "applied_on")
    list_filter = ("state", "category", "applied_on")
    search_fields = (*BY_PERSON, "institution_name", "=bill_number")
    list_select_related = ("person",)


@admin.register(PaperBillStep)
class PaperBillStepAdmin(LookOnlyAdmin):
    list_display = ("about", "kind", "day", "by_name", "note")
    list_filter = ("kind", "day")
    search_fields = ("bill__person__number", "bill__person__name", "by_name")
    list_select_related = ("bill__person",)
    subject_field = "bill__person"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows.filter(insured_in("bill__person_id", scopes))

    @admin.display(description=_("person"))
    def about(self, row: Any) -> SafeString:
        return person_link(row.bill.person)
