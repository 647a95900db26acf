"""The form of the rules page: one area on a day, or two sides."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from families.words import area_choices
from policy.book import Book
from portal.area_rules import Side

BAD_DAY = _("Write the day as 2026-03-15.")


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": BAD_DAY},
    )


class RulesForm(forms.Form):
    """The area and the day; what to compare them with may stay empty."""

    area = forms.ChoiceField(label=_("Area"))
    day = _day_field(_("On"))
    other = forms.ChoiceField(label=_("Beside it"), required=False)
    other_day = _day_field(_("On"))
    everything = forms.BooleanField(label=_("List what is the same, too"), required=False)

    def __init__(self, *args: Any, book: Book, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        areas = area_choices(book)
        cast("forms.ChoiceField", self.fields["area"]).choices = areas
        cast("forms.ChoiceField", self.fields["other"]).choices = [
            ("", _("nothing, this area alone")),
            *areas,
        ]

    def side(self) -> Side:
        """Return the first side of a valid form."""
        return Side(self.cleaned_data["area"], self.cleaned_data["day"] or self.today)

    def other_side(self) -> Side | None:
        """Return the second side, if one is asked for: another area, or the same on another day."""
        area, day = self.cleaned_data["other"], self.cleaned_data["other_day"]
        if not area and not day:
            return None
        return Side(area or self.cleaned_data["area"], day or self.side().day)
