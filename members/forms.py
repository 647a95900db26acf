"""The forms by which a user says who they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import identity
from .bank_accounts import InvalidAccount, check_number
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


class BankAccountForm(forms.Form):
    """A bank account of one's own, typed twice."""

    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        help_text=_("As on the bank card: 8 to 30 digits. The account must be in your own name."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    again = forms.CharField(
        label=_("The same number once more"),
        max_length=40,
        help_text=_("So that no slip of a finger sends your money elsewhere."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        """Return the number without spaces."""
        try:
            return check_number(self.cleaned_data["number"])
        except InvalidAccount as error:
            raise forms.ValidationError(error.problems) from None

    def clean(self) -> dict[str, Any]:
        """Refuse two numbers that differ."""
        given = super().clean() or {}
        again = "".join(str(given.get("again", "")).split())
        if "number" in given and again and again != given["number"]:
            self.add_error("again", _("The two numbers differ. Compare them with the card."))
        return given
