"""Forms of this room."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from .models import Role


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, for a form; an empty post counts, and is told what is missing."""
    return request.POST if request.method == "POST" else None


def validate_scope(text: str) -> None:
    """Raise ValidationError unless the text is an area's or a province's code."""
    if not re.fullmatch(r"\d{2}|\d{6}", text):
        raise ValidationError(gettext("Write six digits for an area, two for a province."))


ScopeChoices = Callable[[frozenset[str]], list[tuple[str, str]]]
_scope_choices: list[ScopeChoices] = []


def name_scopes_with(choices: ScopeChoices) -> None:
    """Say how areas and provinces are named: told by the room of the policy, which is above."""
    _scope_choices[:] = [choices]


class RoleForm(forms.Form):
    """A role to propose, for where the administrator's own roles hold."""

    user = forms.CharField(
        label=gettext_lazy("Username"),
        max_length=150,
        help_text=gettext_lazy("As in the list of users, where a new one is added first."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.Kind.choices)
    scope = forms.ChoiceField(label=gettext_lazy("Area or province"))
    begins_on = day_field(gettext_lazy("From"))
    ends_on = day_field(
        gettext_lazy("Last day"),
        help_text=gettext_lazy("It ends by itself. Today tells the administrators 30 days before."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, scopes: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scope"]
        assert isinstance(field, forms.ChoiceField), "it is declared above"
        named = next((name(scopes) for name in _scope_choices), [])
        field.choices = [("", "—"), *(named or [(scope, scope) for scope in sorted(scopes)])]

    def clean_user(self) -> int:
        """Return the id of the user who is named."""
        user = get_user_model().objects.filter(username=self.cleaned_data["user"].strip()).first()
        if user is None or not user.is_active:
            raise ValidationError(gettext("There is no such user."))
        return int(user.pk)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first: date | None = given.get("begins_on")
        last: date | None = given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("The last day lies before the first one."))
        return given


class DecisionForm(forms.Form):
    """The note with which a change is decided, or a role ended."""

    note = forms.CharField(
        label=pgettext_lazy("what somebody adds", "Note"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
