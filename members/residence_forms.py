"""The forms about living elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from policy.book import Book, Rules
from record.forms import day_field
from record.paper_forms import PapersField

from .models import Registration
from .residence_words import KIND_WORDS, area_name

#: Nobody has lived anywhere for longer.
EARLIEST = date(1900, 1, 1)
NOTE = 400


def places(book: Book, rules: Rules) -> list[tuple[str, Any]]:
    """Return the areas that somebody can register for, by province; not those at home."""
    by_province: dict[str, list[tuple[str, str]]] = {}
    for code, area in sorted(book.areas.items()):
        if (
            code not in rules.home_areas.value
            and not book.rules(code, rules.day).sharing_excluded.value
        ):
            by_province.setdefault(area.province, []).append((code, area_name(book, code)))
    own = book.areas[rules.area].province if rules.area in book.areas else ""
    groups = sorted(by_province.items(), key=lambda group: (group[0] != own, group[0]))
    return [
        (gettext("in your province") if code == own else _together(cities), cities)
        for code, cities in groups
    ]


def _together(cities: list[tuple[str, str]]) -> str:
    return gettext("elsewhere: %(cities)s") % {"cities": cities[0][1]}


class ResidenceForm(forms.Form):
    """Kind, place, since when, from when."""

    kind = forms.ChoiceField(label=gettext_lazy("Why you live elsewhere"), widget=forms.RadioSelect)
    area = forms.ChoiceField(
        label=gettext_lazy("Where you live"),
        help_text=gettext_lazy("The area in which you want to see doctors."),
    )
    since = day_field(
        gettext_lazy("Since when you live there"),
        help_text=gettext_lazy("The day as it stands in your papers. It may be soon."),
    )
    wished_from = day_field(
        gettext_lazy("From when it shall hold"),
        required=False,
        help_text=gettext_lazy(
            "Left empty, it holds from the day of the approval. From an earlier day two persons of"
            " the staff have to agree."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What else we should know"),
        required=False,
        max_length=NOTE,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, book: Book, rules: Rules, retired: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in Registration.Kind if kind in rules.residence_kinds.value]
        choice: Any = self.fields["kind"]
        choice.choices = [(kind.value, KIND_WORDS[kind]) for kind in kinds]
        place: Any = self.fields["area"]
        place.choices = [("", gettext("Choose a place")), *places(book, rules)]
        self.retired = retired
        self.today = timezone.localdate()

    def clean_kind(self) -> str:
        """Refuse the kind of retired people to somebody who is not retired."""
        kind = str(self.cleaned_data["kind"])
        if kind == Registration.Kind.RESETTLED and not self.retired:
            raise ValidationError(
                gettext(
                    "This is for people who are retired, and you are not by our record. Choose"
                    " another reason, or ask us to look at the record."
                )
            )
        return kind

    def clean_since(self) -> date:
        """Refuse a day that cannot be."""
        since: date = self.cleaned_data["since"]
        if not since >= EARLIEST or (since - self.today).days > 366:
            raise ValidationError(gettext("Look at the year: nobody lives there from this day."))
        return since

    def clean(self) -> dict[str, Any]:
        """Refuse a beginning before one lives there, or far ahead."""
        given = super().clean() or {}
        since, wished = given.get("since"), given.get("wished_from")
        if since and wished and wished < since:
            self.add_error(
                "wished_from", gettext("This is before you live there. Choose a later day.")
            )
        elif wished and (wished - self.today).days > 366:
            self.add_error("wished_from", gettext("This is more than a year ahead."))
        return given


class CorrectionForm(ResidenceForm):
    """The same, with more papers, for an application that was sent already."""

    papers = PapersField(label=gettext_lazy("Add papers"), required=False)
    field_order = ["papers", "note", "kind", "area", "since", "wished_from"]


class EndForm(forms.Form):
    """From which day a registration shall no longer hold."""

    ends_on = day_field(
        gettext_lazy("No longer from"),
        help_text=gettext_lazy("Today or later. On this day it does not hold any more."),
    )

    def clean_ends_on(self) -> date:
        """Refuse a day that is over, or far ahead."""
        ends_on: date = self.cleaned_data["ends_on"]
        today = timezone.localdate()
        if ends_on < today:
            raise ValidationError(
                gettext("A registration can end today or later, not earlier. Choose another day.")
            )
        if (ends_on - today).days > 366:
            raise ValidationError(gettext("This is more than a year ahead."))
        return ends_on
