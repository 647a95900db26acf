"""The forms by which a user says who they are."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import identity
from .linking import CODE_DIGITS

ID_NUMBER_PROBLEMS: dict[str, str | Promise] = {
    "shape": _("An ID number has 18 characters: digits, and at the end perhaps an X."),
    "date": _("Digits 7 to 14 are the date of birth, and this is no real date."),
    "checksum": _("One of the digits is wrong: the last one checks the others. Compare them."),
}


class IdNumberField(forms.CharField):
    """An ID number, cleaned to its normal form. What is wrong is said in plain words."""

    def __init__(self) -> None:
        super().__init__(
            label=_("ID number"),
            max_length=40,
            help_text=_("18 characters, as on the ID card or the social security card."),
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
            ),
        )

    def clean(self, value: object) -> str:
        text = str(super().clean(value))
        try:
            return identity.parse_id_number(text, today=timezone.localdate())
        except identity.InvalidIdNumber as problem:
            raise forms.ValidationError(
                str(ID_NUMBER_PROBLEMS[problem.code]), code=problem.code
            ) from None


class WhoForm(forms.Form):
    """Name and ID number of an insured person."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As on the ID card."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = IdNumberField()


class CodeForm(forms.Form):
    """The one-time code."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=CODE_DIGITS * 2,
        help_text=_("Six digits. It is good for ten minutes."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
        ),
    )
