"""The form behind every switch of how pages look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy


class DisplayForm(forms.Form):
    """Any of the choices; one that is missing stays as it is."""

    view = forms.ChoiceField(
        label=gettext_lazy("Size of letters and buttons"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("standard", gettext_lazy("Standard view")),
            ("elder", gettext_lazy("Large view, for older eyes")),
        ],
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Colours"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("system", gettext_lazy("As my phone or computer is set")),
            ("light", gettext_lazy("Always light")),
            ("dark", gettext_lazy("Always dark")),
        ],
    )
    contrast = forms.ChoiceField(
        label=gettext_lazy("Contrast"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("normal", pgettext_lazy("contrast", "Normal")),
            ("high", gettext_lazy("High: black, white and heavy lines")),
        ],
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        widget=forms.RadioSelect,
        choices=settings.LANGUAGES,
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    CHOICES = ("view", "theme", "contrast", "language")

    def clean(self) -> dict[str, Any]:
        """Refuse a form in which nothing is chosen."""
        given = super().clean() or {}
        if not self.errors and not any(given.get(name) for name in self.CHOICES):
            raise ValidationError(gettext("Choose at least one of them."))
        return given
