"""Statements, cases, payments: looked at; everything is done on the desk."""

from __future__ import annotations

from django.contrib import admin

from policy.looking import area_filter
from record.looking import LookOnlyAdmin
from record.models import Role

from .models import Case, ClearingStatement, DayFile, InstitutionStatement, Payment, PaymentFile

_READERS = frozenset(
    {
        Role.Kind.FINANCE_CLERK.value,
        Role.Kind.REVIEWER.value,
        Role.Kind.AUDITOR.value,
        Role.Kind.ADMINISTRATOR.value,
    }
)


@admin.register(ClearingStatement)
class ClearingStatementAdmin(LookOnlyAdmin):
    list_display = ("subject", "first_day", "first_area", "second_area", "net", "lines", "state")
    list_filter = ("subject", "state", "first_day")
    search_fields = ("=first_area", "=second_area", "lines_hash", "bank_reference")
    area_paths = ("first_area", "second_area")
    readers = _READERS


@admin.register(Case)
class CaseAdmin(LookOnlyAdmin):
    list_display = ("id", "institution", "difference", "day", "amount", "state", "due_on")
    list_filter = ("difference", "state", area_filter("area"))
    search_fields = ("key", "institution__code")
    list_select_related = ("institution",)
    area_paths = ("area",)
    readers = _READERS


@admin.register(DayFile)
class DayFileAdmin(LookOnlyAdmin):
    list_display = ("institution", "day", "version", "rows", "channel", "by_name", "compared_on")
    list_filter = ("channel", "day")
    search_fields = ("institution__code", "sha256")
    list_select_related = ("institution",)
    area_paths = ("institution__area",)
    readers = _READERS


@admin.register(InstitutionStatement)
class InstitutionStatementAdmin(LookOnlyAdmin):
    list_display = ("institution", "month", "settlements", "refunds", "to_pay", "state")
    list_filter = ("state", area_filter("area"), "month")
    search_fields = ("institution__code", "institution__name", "lines_hash")
    list_select_related = ("institution",)
    area_paths = ("area",)
    readers = _READERS


@admin.register(Payment)
class PaymentAdmin(LookOnlyAdmin):
    list_display = ("reference", "kind", "area", "amount", "account_tail", "state", "paid_on")
    list_filter = ("kind", "state", area_filter("area"))
    search_fields = ("reference",)
    area_paths = ("area",)
    readers = _READERS


@admin.register(PaymentFile)
class PaymentFileAdmin(LookOnlyAdmin):
    list_display = ("number", "kind", "orders", "amount", "state", "made_by", "released_by")
    list_filter = ("kind", "state", area_filter("area"))
    search_fields = ("number", "sha256")
    list_select_related = ("made_by", "released_by")
    area_paths = ("area",)
    readers = _READERS
