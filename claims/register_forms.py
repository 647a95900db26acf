"""The form by which anybody looks for an institution."""

from __future__ import annotations

from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from families.words import area_choices
from policy.book import load_book

from .register import Wanted

ANY = [("", _("all"))]


class FindForm(forms.Form):
    """Name, place and kind; everything may stay empty."""

    q = forms.CharField(
        label=_("Name or address"),
        required=False,
        max_length=60,
        help_text=_("Part of the name will do, or its pinyin: hefei, or hf."),
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "enterkeyhint": "search"}
        ),
    )
    area = forms.ChoiceField(label=_("Where"), required=False)
    kind = forms.ChoiceField(
        label=_("Hospital or pharmacy"),
        required=False,
        choices=[*ANY, ("hospital", _("hospitals and clinics")), ("pharmacy", _("pharmacies"))],
    )
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[
            *ANY,
            ("3", _("level 3, large hospitals")),
            ("2", _("level 2")),
            ("1", _("level 1, close to home")),
            ("0", _("without a level")),
        ],
    )
    outpatient = forms.BooleanField(
        label=_("Only where the pooled fund pays for outpatient care"), required=False
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        cast("forms.ChoiceField", self.fields["area"]).choices = [
            ("", _("everywhere")),
            *area_choices(load_book()),
        ]

    def wanted(self) -> Wanted:
        """Return what a valid form asks for."""
        level = self.cleaned_data["level"]
        return Wanted(
            words=self.cleaned_data["q"],
            area=self.cleaned_data["area"],
            kind=self.cleaned_data["kind"],
            level=int(level) if level else None,
            outpatient=self.cleaned_data["outpatient"],
        )
