"""The form with which staff propose a figure."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from record.forms import day_field, validate_scope

from .figures import FIGURE_KEYS
from .text import TEXTS


def figure_choices() -> list[tuple[str, str]]:
    """Return what may be entered, each with its title and its form."""
    return [
        (key.name, f"{TEXTS[key.name].title if key.name in TEXTS else key.name} · {key.name}")
        for key in FIGURE_KEYS.values()
    ]


class FigureForm(forms.Form):
    """A figure with its document."""

    scope = forms.CharField(
        label=gettext_lazy("Area or province"),
        max_length=6,
        validators=[validate_scope],
        help_text=gettext_lazy(
            "Six digits for a pooling area, the first two for a province, 00 for the country."
        ),
    )
    key = forms.ChoiceField(label=gettext_lazy("Figure"), choices=figure_choices)
    value = forms.CharField(
        label=gettext_lazy("Value"),
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("As JSON; amounts and ratios in quotation marks, as shown below."),
    )
    begins_on = day_field(gettext_lazy("In force from"), required=False)
    ends_on = day_field(gettext_lazy("Last day"), required=False)
    document_title = forms.CharField(label=gettext_lazy("Title of the document"), max_length=200)
    document_number = forms.CharField(label=gettext_lazy("Number of the document"), max_length=80)
    document_date = day_field(gettext_lazy("Date of the document"))
    example = forms.BooleanField(
        label=gettext_lazy("An example, for a demonstration"), required=False
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 3}))

    def clean_value(self) -> Any:
        """Return the value as plain JSON; a plain number or word counts as a text."""
        text = self.cleaned_data["value"].strip()
        try:
            value = json.loads(text, parse_float=str)
        except ValueError:
            if text[:1] in '{["':
                raise ValidationError(
                    gettext("This is no JSON: look at quotation marks, commas and brackets.")
                ) from None
            return text
        # A bare number is meant as the decimal that it shows.
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @staticmethod
    def forms_of_values() -> list[tuple[str, str]]:
        """Return each figure's title with the form of its value, for the page."""
        return [
            (str(TEXTS[key.name].title) if key.name in TEXTS else key.name, key.form)
            for key in FIGURE_KEYS.values()
        ]
