"""Family accounts, for staff to look at; a new version of the consent notice is added here."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.looking import BY_PERSON, PersonScopedAdmin, insured_in, person_link
from policy.looking import area_column, area_filter
from record.list_filters import known_filter
from record.looking import KEEPERS, CarefulAdmin, LookOnlyAdmin, within
from record.models import Role
from record.rolls import mask_text

from . import words
from .checking.operations import OFFICERS
from .models import (
    Binding,
    BindingCheck,
    CheckDraw,
    Collection,
    Consent,
    Move,
    Notice,
    Payout,
    Premium,
    RecoveryItem,
    StaysOut,
)


@admin.register(Notice)
class NoticeAdmin(CarefulAdmin):
    """Versions of the notice: a version is added, and never changed."""

    list_display = ("version", "scope", "language", "begins_on", "hash")
    list_filter = ("language", "begins_on")
    search_fields = ("version", "=scope", "text")
    editors = frozenset({Role.Kind.POLICY_CLERK.value})

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        # What members are shown is no secret.
        return rows

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = super().get_fields(request, obj)
        return names if obj is not None else [name for name in names if name != "hash"]

    def area_of(self, row: Notice) -> str:
        return row.scope

    def save_model(
        self, request: HttpRequest, obj: Notice, form: ModelForm[Notice], change: bool
    ) -> None:
        obj.hash = hashlib.sha256(obj.text.encode()).hexdigest()
        super().save_model(request, obj, form, change)


@admin.register(Consent)
class ConsentAdmin(PersonScopedAdmin):
    list_display = ("who", "notice", "channel", "accepted_at")
    list_filter = ("channel", "accepted_at")
    search_fields = (*BY_PERSON, "notice__version")
    list_select_related = ("person", "notice")


@admin.register(Binding)
class BindingAdmin(LookOnlyAdmin):
    list_display = ("giver", "receiver", "relation", "cross_area", "bound_on", "ended_on")
    list_filter = (
        "relation",
        "cross_area",
        ("ended_on", admin.EmptyFieldListFilter),
        known_filter("ended_code", _("why it ended"), words.ENDED.items),
        "bound_on",
    )
    search_fields = (
        "authorizer__number",
        "authorizer__name",
        "authorizer__name_key",
        "member__number",
        "member__name",
        "member__name_key",
    )
    list_select_related = ("authorizer", "member")
    subject_field = "authorizer"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        either = Q(insured_in("authorizer_id", scopes)) | Q(insured_in("member_id", scopes))
        return rows.filter(either)

    @admin.display(description=_("authorizer"), ordering="authorizer__name_key")
    def giver(self, binding: Binding) -> SafeString:
        return person_link(binding.authorizer)

    @admin.display(description=_("authorized member"), ordering="member__name_key")
    def receiver(self, binding: Binding) -> SafeString:
        return person_link(binding.member)


@admin.register(BindingCheck)
class BindingCheckAdmin(LookOnlyAdmin):
    list_display = (
        "who",
        area_column("area", _("pooling area")),
        "drawn_on",
        "due_on",
        "answer",
        "verdict",
        "closed_on",
    )
    list_filter = (
        "answer",
        "verdict",
        area_filter("area"),
        ("closed_on", admin.EmptyFieldListFilter),
        "drawn_on",
    )
    search_fields = (
        "binding__authorizer__number",
        "binding__authorizer__name",
        "binding__authorizer__name_key",
        "binding__member__number",
        "note",
    )
    list_select_related = ("binding__authorizer",)
    area_paths = ("area",)
    readers = OFFICERS | KEEPERS
    subject_field = "binding__authorizer"

    @admin.display(description=_("authorizer"), ordering="binding__authorizer__name_key")
    def who(self, check: BindingCheck) -> SafeString:
        return person_link(check.binding.authorizer)


@admin.register(CheckDraw)
class CheckDrawAdmin(LookOnlyAdmin):
    list_display = (
        area_column("area", _("pooling area")),
        "month",
        "share",
        "bindings",
        "drawn",
        "day",
    )
    list_filter = (area_filter("area"), "month")
    search_fields = ("=area", "=seed")
    area_paths = ("area",)
    readers = OFFICERS | KEEPERS


@admin.register(StaysOut)
class StaysOutAdmin(PersonScopedAdmin):
    list_display = ("who", "since")
    list_filter = ("since",)
    search_fields = BY_PERSON
    list_select_related = ("person",)


@admin.register(Premium)
class PremiumAdmin(LookOnlyAdmin):
    list_display = (
        "who",
        "product",
        "year",
        "amount",
        area_column("area", _("pooling area")),
        "paid_on",
        "state",
    )
    list_filter = ("product", "state", area_filter("area"), "paid_on")
    search_fields = ("insured__number", "insured__name", "insured__name_key")
    list_select_related = ("insured",)
    area_paths = ("area",)
    subject_field = "insured"

    @admin.display(description=_("insured person"), ordering="insured__name_key")
    def who(self, premium: Premium) -> SafeString:
        return person_link(premium.insured)


@admin.register(Collection)
class CollectionAdmin(LookOnlyAdmin):
    list_display = (area_column("area", _("pooling area")), "product", "day", "premiums", "amount")
    list_filter = ("product", area_filter("area"), "day")
    search_fields = ("sha256__startswith",)
    area_paths = ("area",)
    exclude = ("sealed",)


@admin.register(Move)
class MoveAdmin(LookOnlyAdmin):
    list_display = (
        "who",
        area_column("from_area", _("from")),
        area_column("to_area", _("to")),
        "day",
        "balance",
    )
    list_filter = ("day",)
    search_fields = BY_PERSON
    list_select_related = ("person",)
    subject_field = "person"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows.filter(within(("from_area", "to_area"), scopes))

    @admin.display(description=_("person"), ordering="person__name_key")
    def who(self, move: Move) -> SafeString:
        return person_link(move.person)


@admin.register(Payout)
class PayoutAdmin(PersonScopedAdmin):
    list_display = ("who", "reason", "day", "interest", "amount", "approved_by")
    list_filter = ("reason", "day")
    search_fields = BY_PERSON
    list_select_related = ("person", "approved_by")
    masked = {"payees": "masked_payees"}

    @admin.display(description=_("payees"))
    def masked_payees(self, payout: Payout) -> str:
        return mask_text(json.dumps(payout.payees, ensure_ascii=False))


@admin.register(RecoveryItem)
class RecoveryItemAdmin(PersonScopedAdmin):
    list_display = ("who", "transfer", "listed_on", "closed_on")
    list_filter = ("listed_on", ("closed_on", admin.EmptyFieldListFilter))
    search_fields = BY_PERSON
    list_select_related = ("person", "transfer")
