"""The ledger, for staff to look at: money moves by operations alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.looking import BY_PERSON, PersonScopedAdmin, insured_in, person_link
from policy.looking import area_column, area_filter
from record.list_filters import year_filter
from record.looking import LookOnlyAdmin, within

from .models import (
    AccountYear,
    Adjustment,
    BankFile,
    BankOrder,
    Chunk,
    ClosedPeriod,
    Credit,
    LedgerAccount,
    Run,
    SkippedMonth,
    Transfer,
)

AREA = area_column("area", _("pooling area"))


@admin.register(LedgerAccount)
class LedgerAccountAdmin(LookOnlyAdmin):
    list_display = ("key", "kind", AREA, "who", "current", "carried", "year", "frozen_on")
    list_filter = ("kind", area_filter("area"))
    search_fields = (*BY_PERSON, "key")
    list_select_related = ("person",)
    subject_field = "person"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        # A personal account goes with its owner; its area is where it was opened.
        own = Q(person__isnull=False) & Q(insured_in("person_id", scopes))
        return rows.filter(own | (Q(person=None) & within(("area",), scopes)))

    @admin.display(description=_("person"))
    def who(self, account: LedgerAccount) -> SafeString:
        return person_link(account.person)


@admin.register(Transfer)
class TransferAdmin(LookOnlyAdmin):
    list_display = ("day", "kind", "from_account", "to_account", "amount", "who", "month", "undoes")
    list_filter = ("kind", "source", "day", "clearing", "undoes")
    search_fields = ("account__person__number", "=source_id")
    search_help_text = _("Member number, ID number, or the number of the claim or run.")
    list_select_related = ("from_account", "to_account", "account__person")
    subject_field = "account__person"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        areas = within(("debtor_area", "creditor_area"), scopes)
        ends = within(("from_account__area", "to_account__area"), scopes)
        return rows.filter(areas | ends)

    @admin.display(description=_("person"))
    def who(self, transfer: Transfer) -> SafeString:
        return person_link(transfer.account.person if transfer.account else None)


@admin.register(Run)
class RunAdmin(LookOnlyAdmin):
    list_display = (
        "kind",
        AREA,
        "period",
        "state",
        "expected",
        "done",
        "amount",
        "day",
        "finished_at",
    )
    list_filter = ("kind", "state", area_filter("area"), "day")
    search_fields = ("=area", "note")
    area_paths = ("area",)


@admin.register(Chunk)
class ChunkAdmin(LookOnlyAdmin):
    list_display = (
        "run",
        "after_person",
        "through_person",
        "posted_at",
        "expected",
        "done",
        "amount",
    )
    list_filter = (("posted_at", admin.EmptyFieldListFilter),)
    search_fields = ("=run__id", "=run__area")
    list_select_related = ("run",)
    area_paths = ("run__area",)


@admin.register(Credit)
class CreditAdmin(PersonScopedAdmin):
    list_display = ("who", "month", AREA, "amount", "disbursed", "run")
    list_filter = (area_filter("area"), "disbursed", "month")
    search_fields = BY_PERSON
    list_select_related = ("person", "run")


@admin.register(Adjustment)
class AdjustmentAdmin(PersonScopedAdmin):
    list_display = ("who", "month", "difference", "posted", "day", "reason")
    list_filter = ("day",)
    search_fields = (*BY_PERSON, "reason")
    list_select_related = ("person",)


@admin.register(SkippedMonth)
class SkippedMonthAdmin(LookOnlyAdmin):
    list_display = ("who", "month", AREA, "reason", "run")
    list_filter = ("reason", area_filter("area"))
    search_fields = BY_PERSON
    list_select_related = ("person", "run")
    area_paths = ("area",)
    subject_field = "person"

    @admin.display(description=_("person"), ordering="person__name_key")
    def who(self, skipped: SkippedMonth) -> SafeString:
        return person_link(skipped.person)


@admin.register(AccountYear)
class AccountYearAdmin(PersonScopedAdmin):
    list_display = (
        "who",
        "year",
        "opening",
        "closing",
        "interest_current",
        "interest_carried",
        "day",
    )
    list_filter = (year_filter(),)
    search_fields = ("account__person__number", "account__person__name")
    list_select_related = ("account__person",)
    person_path = "account__person_id"
    subject_field = "account__person"

    @admin.display(description=_("person"))
    def who(self, year: AccountYear) -> SafeString:
        return person_link(year.account.person)


@admin.register(BankFile)
class BankFileAdmin(LookOnlyAdmin):
    list_display = ("run", "part", "day", "orders", "amount", "sha256")
    list_filter = ("day",)
    search_fields = ("sha256__startswith", "=run__area")
    list_select_related = ("run",)
    area_paths = ("run__area",)


@admin.register(BankOrder)
class BankOrderAdmin(LookOnlyAdmin):
    list_display = ("id", "file", "credit", "adjustment")
    list_filter = (("credit", admin.EmptyFieldListFilter),)
    search_fields = ("credit__person__number", "adjustment__person__number")
    list_select_related = ("file", "credit", "adjustment")
    area_paths = ("file__run__area",)


@admin.register(ClosedPeriod)
class ClosedPeriodAdmin(LookOnlyAdmin):
    list_display = ("subject", "first_day", "closed_on")
    list_filter = ("subject", "closed_on")
    search_fields = ("=subject",)
    search_help_text = _("What is cleared: care, premium or move.")
