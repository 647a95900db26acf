"""Forms of the staff pages about machines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from claims.models import Institution

from .machines import InvalidMachine, read_networks
from .models import Machine


class LimitForm(forms.Form):
    """What a machine may do, and from where."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=Machine.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    networks = forms.CharField(
        label=gettext_lazy("From these addresses alone"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("One network a line, such as 203.0.113.0/24. Empty: from anywhere."),
    )

    def clean_networks(self) -> list[str]:
        """Return the networks in their normal form."""
        lines = [line for line in self.cleaned_data["networks"].splitlines() if line.strip()]
        try:
            return read_networks(lines)
        except InvalidMachine:
            raise ValidationError(
                gettext("Write a network on each line, such as 203.0.113.0/24.")
            ) from None


class OpenForm(LimitForm):
    """A machine to open a sign-in for."""

    field_order = ("institution", "name", "scopes", "networks")

    institution = forms.CharField(
        label=gettext_lazy("Institution"),
        max_length=20,
        help_text=gettext_lazy("Its code in the register."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Which of its systems this is, such as HIS or the pharmacy's till."),
    )

    def clean_institution(self) -> Institution:
        """Return the institution that is named."""
        code: Any = self.cleaned_data["institution"].strip()
        found = Institution.objects.filter(code=code).first()
        if found is None:
            raise ValidationError(gettext("There is no institution with this code."))
        return found
