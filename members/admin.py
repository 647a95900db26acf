"""The room of the members, for staff to look at: changed by operations alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from record import papers
from record.event_admin import EventAdmin
from record.list_filters import known_filter, year_filter
from record.looking import (
    EVERYWHERE,
    KEEPERS,
    LookOnlyAdmin,
    find_persons_with,
    scopes_of,
)
from record.models import Paper, Role
from record.searching import find_persons_by

from . import identity
from .looking import (
    BY_PERSON,
    PersonScopedAdmin,
    insured_in,
    mask_account,
    mask_phone,
    number_by_id,
    person_link,
    persons_called,
)
from .models import (
    Contribution,
    EarlierTotal,
    Enrolment,
    LinkCode,
    PaymentCode,
    Person,
    Registration,
    RegistrationStep,
    Stay,
    Ticket,
    TicketEntry,
    User,
)

find_persons_with(number_by_id)
find_persons_by(Person, persons_called)
admin.site.unregister(Group)

ADMINISTRATOR = frozenset({Role.Kind.ADMINISTRATOR.value})


@admin.register(Person)
class PersonAdmin(LookOnlyAdmin):
    list_display = ("number", "name", "masked_id", "born", "masked_phone", "retired_on", "left_on")
    list_filter = ("departure", ("retired_on", admin.EmptyFieldListFilter), "left_on")
    search_fields = ("number", "name", "name_key")
    search_help_text = _("Member number, name, its sound (wang xiaoming), or ID number.")
    list_select_related = False
    hidden = frozenset({"name_key"})
    masked = {"phone": "masked_phone"}
    extra = ("masked_id", "masked_bank_account", "places", "more")
    subject_field = "self"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows.filter(insured_in("pk", scopes))

    @admin.display(description=_("ID number"))
    def masked_id(self, person: Person) -> str:
        return identity.mask_id_number(identity.unseal(person.id_number_sealed))

    @admin.display(description=_("phone"))
    def masked_phone(self, person: Person) -> str:
        return mask_phone(person.phone)

    @admin.display(description=_("bank account"))
    def masked_bank_account(self, person: Person) -> str:
        return mask_account(person.bank_account_sealed)

    @admin.display(description=_("insured"))
    def places(self, person: Person) -> SafeString:
        return format_html_join(
            "",
            "<div>{} {} {} – {}</div>",
            (
                (place.area, place.get_scheme_display(), place.begins_on, place.ends_on or "")
                for place in person.enrolments.all()
            ),
        )

    @admin.display(description=_("more of this person"))
    def more(self, person: Person) -> SafeString:
        return format_html_join(
            " · ",
            '<a href="{}?q={}">{}</a>',
            (
                (address, person.number, name)
                for address, name in self.admin_site.lists_about_persons()  # type: ignore[attr-defined]
            ),
        )


@admin.register(Enrolment)
class EnrolmentAdmin(PersonScopedAdmin):
    list_display = ("who", "area", "scheme", "mode", "employment", "begins_on", "ends_on")
    list_filter = ("scheme", "mode", "employment", "begins_on")
    search_fields = (*BY_PERSON, "=area")
    list_select_related = ("person",)


@admin.register(EarlierTotal)
class EarlierTotalAdmin(PersonScopedAdmin):
    list_display = ("who", "year", "amount")
    list_filter = (year_filter(),)
    search_fields = BY_PERSON
    list_select_related = ("person",)


@admin.register(Contribution)
class ContributionAdmin(PersonScopedAdmin):
    list_display = ("who", "month", "base", "paid_on", "paid_back_on")
    list_filter = ("paid_on", ("paid_back_on", admin.EmptyFieldListFilter))
    search_fields = BY_PERSON
    list_select_related = ("person",)


@admin.register(Stay)
class StayAdmin(PersonScopedAdmin):
    list_display = ("who", "kind", "begins_on", "ends_on")
    list_filter = ("kind", "begins_on")
    search_fields = BY_PERSON
    list_select_related = ("person",)


@admin.register(Registration)
class RegistrationAdmin(PersonScopedAdmin):
    list_display = ("who", "area", "kind", "state", "applied_on", "begins_on", "ends_on")
    list_filter = ("state", "kind", "applied_on")
    search_fields = (*BY_PERSON, "=area")
    list_select_related = ("person",)


@admin.register(RegistrationStep)
class RegistrationStepAdmin(LookOnlyAdmin):
    list_display = ("about", "kind", "day", "by_name", "note")
    list_filter = ("kind", "day")
    search_fields = ("registration__person__number", "registration__person__name", "by_name")
    list_select_related = ("registration__person",)
    subject_field = "registration__person"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows.filter(insured_in("registration__person_id", scopes))

    @admin.display(description=_("person"))
    def about(self, row: Any) -> SafeString:
        return person_link(row.registration.person)


@admin.register(Paper)
class PaperAdmin(PersonScopedAdmin):
    """Papers without their content: that is looked at with the thing they were handed in for."""

    list_display = ("about", "title", "form", "kind", "thing", "by_name", "at")
    list_filter = (
        known_filter("kind", _("kind of thing"), lambda: [(k, k) for k in papers.kinds()]),
        "form",
        "at",
    )
    search_fields = ("subject__number", "subject__name", "title", "=sha256")
    list_select_related = ("subject",)
    person_path = "subject_id"
    subject_field = "subject"

    @admin.display(description=_("person"))
    def about(self, row: Any) -> SafeString:
        return person_link(row.subject)


@admin.register(LinkCode)
class LinkCodeAdmin(LookOnlyAdmin):
    """Codes that tie a user to a person. The code itself is nowhere."""

    list_display = ("user", "asked_at", "expires_at", "tries_left", "used_at")
    list_filter = ("asked_at", ("used_at", admin.EmptyFieldListFilter))
    search_fields = ("user__username",)
    list_select_related = ("user",)
    readers = KEEPERS
    # Who a code was for is not told: that would say whom an ID number belongs to.
    hidden = frozenset({"code_hash", "address_hash", "person"})


@admin.register(PaymentCode)
class PaymentCodeAdmin(PersonScopedAdmin):
    """Codes that were shown at a counter. The code itself is nowhere."""

    list_display = ("who", "shown_by", "at_counter", "issued_at", "used_at", "used_by")
    list_filter = ("at_counter", "issued_at", ("used_at", admin.EmptyFieldListFilter))
    search_fields = (*BY_PERSON, "=used_by")
    list_select_related = ("person", "shown_by")
    hidden = frozenset({"code_hash"})


class HistoryOfPersonAdmin(EventAdmin):
    """Former states of a person's row."""

    list_display = ("pgh_created_at", "pgh_label", "about")
    search_fields = ("pgh_obj__number", "pgh_obj__name")
    list_select_related = ("pgh_obj",)
    hidden = frozenset({"pgh_context", "name_key"})
    masked = {"phone": "masked_phone"}
    subject_field = "pgh_obj"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows.filter(insured_in("pgh_obj_id", scopes))

    @admin.display(description=_("person"))
    def about(self, row: Any) -> SafeString:
        return person_link(row.pgh_obj)

    @admin.display(description=_("phone"))
    def masked_phone(self, row: Any) -> str:
        return mask_phone(row.phone)


class HistoryAdmin(EventAdmin):
    """Former states of a row that belongs to a person."""

    list_display = ("pgh_created_at", "pgh_label", "about", "pgh_obj_id")
    search_fields = BY_PERSON
    list_select_related = ("person",)
    subject_field = "person"

    def in_scope(self, rows: QuerySet[Any], scopes: frozenset[str]) -> QuerySet[Any]:
        return rows.filter(insured_in("person_id", scopes))

    @admin.display(description=_("person"))
    def about(self, row: Any) -> SafeString:
        return person_link(row.person)


def _events(model: type[models.Model]) -> Any:
    return model.pgh_event_model  # type: ignore[attr-defined]


admin.site.register(_events(Person), HistoryOfPersonAdmin)
for _model in (Enrolment, Contribution, Stay, Registration):
    admin.site.register(_events(_model), HistoryAdmin)


@admin.register(User)
class PortalUserAdmin(LookOnlyAdmin, UserAdmin):  # type: ignore[type-arg]
    """Users: administrators open accounts for staff and close them; roles say what they may."""

    list_display = ("username", "first_name", "last_name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "is_superuser")
    search_fields = ("username", "first_name", "last_name")
    readers = KEEPERS
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser", "roles_in_words")}),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )

    def _may_edit(self, request: HttpRequest) -> bool:
        superuser: bool = request.user.is_superuser
        return superuser or bool(scopes_of(request, ADMINISTRATOR))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_edit(request)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        # Nobody makes themselves anything; another administrator can.
        return self._may_edit(request) and (obj is None or obj.pk != request.user.pk)

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return [name for _, part in self.fieldsets for name in part["fields"]]

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[Any]:
        fixed = ["is_superuser", "roles_in_words", "last_login", "date_joined"]
        return (
            fixed
            if obj is None or self.has_change_permission(request, obj)
            else [*self.get_fields(request, obj)]
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request)

    def reading_scopes(self, request: HttpRequest) -> Any:
        # Users have no area.
        scopes = super().reading_scopes(request)
        return EVERYWHERE if scopes else scopes

    @admin.display(description=_("roles"))
    def roles_in_words(self, user: User) -> SafeString:
        """The user's roles, and the way to propose another one."""
        words = "、".join(
            f"{role} ({role.begins_on} – {role.ends_on})" for role in user.roles.all()
        )
        address = f"{reverse('admin:record_role_propose')}?{urlencode({'user': user.username})}"
        return format_html(
            '{} <a href="{}">{}</a>', words or "—", address, gettext("Propose a role")
        )


@admin.register(Ticket)
class TicketAdmin(LookOnlyAdmin):
    list_display = ("number", "kind", "channel", "area", "level", "state", "opened_on", "due_on")
    list_filter = ("state", "level", "kind", "channel", "opened_on")
    search_fields = ("=number", "person__number")
    search_help_text = _("Number of the question, or a member number.")
    area_paths = ("area",)
    subject_field = "person"
    hidden = frozenset({"sender"})


@admin.register(TicketEntry)
class TicketEntryAdmin(LookOnlyAdmin):
    list_display = ("ticket", "kind", "level", "by_name", "at")
    list_filter = ("kind", "at")
    list_select_related = ("ticket",)
    search_fields = ("=ticket__number",)
    readers = KEEPERS
    area_paths = ("ticket__area",)
    hidden = frozenset({"text"})
