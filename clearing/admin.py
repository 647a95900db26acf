"""Statements, cases, payments: looked at; everything is done on the desk."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from policy.looking import area_column, area_filter
from record.looking import LookOnlyAdmin
from record.models import Role

from .models import (
    Case,
    CaseTask,
    ClearingCheck,
    ClearingStatement,
    DayFile,
    DayRow,
    InstitutionAccount,
    InstitutionStatement,
    Payment,
    PaymentFile,
    PaymentLine,
    PaymentReturn,
)

AREA = area_column("area", _("pooling area"))
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
    search_fields = ("institution__code", "sha256__startswith")
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
    search_fields = ("number", "sha256__startswith")
    list_select_related = ("made_by", "released_by")
    area_paths = ("area",)
    readers = _READERS


@admin.register(ClearingCheck)
class ClearingCheckAdmin(LookOnlyAdmin):
    list_display = ("statement", AREA, "by", "day", "lines_hash")
    list_filter = ("day", area_filter("area"))
    search_fields = ("=area", "=lines_hash", "by__username")
    list_select_related = ("statement", "by")
    area_paths = ("statement__first_area", "statement__second_area")
    readers = _READERS


@admin.register(CaseTask)
class CaseTaskAdmin(LookOnlyAdmin):
    list_display = ("case", AREA, "part", "amount", "due_on", "answer", "answered_by")
    list_filter = ("part", "answer", area_filter("area"))
    search_fields = ("=case__id", "=area")
    list_select_related = ("case", "answered_by")
    area_paths = ("area", "case__area")
    readers = _READERS


@admin.register(DayRow)
class DayRowAdmin(LookOnlyAdmin):
    list_display = ("file", "line", "kind", "claim", "bill_number", "gross", "pool", "cash")
    list_filter = ("kind",)
    search_fields = ("claim__number", "=visit_number", "=bill_number")
    list_select_related = ("file", "claim")
    # The newest first: by file and line all of them would be sorted for the first hundred.
    ordering = ("-pk",)
    area_paths = ("file__institution__area",)
    subject_field = "claim__patient"
    readers = _READERS


@admin.register(InstitutionAccount)
class InstitutionAccountAdmin(LookOnlyAdmin):
    """Bank accounts of institutions: the last digits alone."""

    list_display = ("institution", "holder", "bank", "tail", "begins_on", "change")
    list_filter = ("begins_on",)
    search_fields = ("institution__code", "institution__name", "holder", "=tail")
    list_select_related = ("institution", "change")
    area_paths = ("institution__area",)
    readers = _READERS


@admin.register(PaymentLine)
class PaymentLineAdmin(LookOnlyAdmin):
    list_display = ("file", "line", "payment", "outcome", "reason", "outcome_on")
    list_filter = ("outcome", "outcome_on")
    search_fields = ("file__number", "payment__reference")
    list_select_related = ("file", "payment")
    area_paths = ("file__area",)
    readers = _READERS


@admin.register(PaymentReturn)
class PaymentReturnAdmin(LookOnlyAdmin):
    list_display = ("name", "file", "rows", "paid", "failed", "by", "day")
    list_filter = ("day",)
    search_fields = ("name", "sha256__startswith", "file__number")
    list_select_related = ("file", "by")
    area_paths = ("file__area",)
    readers = _READERS
