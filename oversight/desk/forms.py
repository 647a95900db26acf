"""What is asked on the pages of the watch and the figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from members.months import first_of, months_after, parse_month
from oversight.adding_up import AGES
from oversight.models import WatchConclusion, WatchHit
from oversight.patterns import TITLES
from oversight.pictures import age_words
from oversight.sums import Wish
from policy.looking import area_words

#: A picture of more months is no picture any more, and no page has to hold it.
MOST_MONTHS = 36


def area_choices(areas: list[str]) -> list[tuple[str, str]]:
    """Return all of these areas together, then each."""
    return [("", gettext("all areas")), *((code, area_words(code)) for code in areas)]


class HitFilter(forms.Form):
    """Which finds a list shows: open ones, if nothing is said."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("open", gettext_lazy("not closed yet")),
            ("closed", gettext_lazy("closed with a conclusion")),
            ("all", gettext_lazy("all finds")),
        ],
        required=False,
    )
    pattern = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=[("", gettext_lazy("all rules")), *TITLES.items()],
        required=False,
    )
    area = forms.ChoiceField(label=gettext_lazy("Pooling area"), required=False)

    def __init__(self, data: Any, *, areas: list[str]) -> None:
        super().__init__(data, auto_id="f_%s")
        self.fields["area"].choices = area_choices(areas)  # type: ignore[attr-defined]

    def narrow(self, hits: QuerySet[WatchHit]) -> QuerySet[WatchHit]:
        """Return the finds that are wished; a wish that makes no sense counts as none."""
        self.is_valid()
        given = self.cleaned_data
        state = given.get("state") or "open"
        if state != "all":
            hits = hits.filter(conclusion__isnull=state == "open")
        if given.get("pattern"):
            hits = hits.filter(pattern=given["pattern"])
        if given.get("area"):
            hits = hits.filter(area=given["area"])
        return hits


class CloseForm(forms.Form):
    """How a find is closed."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Conclusion"),
        choices=WatchConclusion.Verdict.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 3}), max_length=1000
    )


def _month(text: str) -> date:
    try:
        return parse_month(text)
    except ValueError:
        raise ValidationError(gettext("Write the month like 2026-11.")) from None


class FiguresForm(forms.Form):
    """Which figures a page shows."""

    area = forms.ChoiceField(label=gettext_lazy("Pooling area"), required=False)
    first = forms.CharField(
        label=gettext_lazy("From"), max_length=7, widget=forms.TextInput({"type": "month"})
    )
    last = forms.CharField(
        label=gettext_lazy("Until"), max_length=7, widget=forms.TextInput({"type": "month"})
    )
    age = forms.ChoiceField(label=gettext_lazy("Age"), required=False)

    def __init__(self, data: Any, *, areas: list[str], day: date) -> None:
        initial = {
            "area": "",
            "first": f"{months_after(first_of(day), -11):%Y-%m}",
            "last": f"{first_of(day):%Y-%m}",
            "age": "",
        }
        super().__init__({**initial, **{name: data[name] for name in data}}, auto_id="f_%s")
        self.areas = areas
        self.fields["area"].choices = area_choices(areas)  # type: ignore[attr-defined]
        self.fields["age"].choices = [  # type: ignore[attr-defined]
            ("", gettext("all ages")),
            *((str(age), age_words(age)) for age in AGES),
        ]

    def clean_first(self) -> date:
        return _month(self.cleaned_data["first"])

    def clean_last(self) -> date:
        return _month(self.cleaned_data["last"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last:
            if last < first:
                self.add_error("last", gettext("The last month lies before the first one."))
            elif months_after(first, MOST_MONTHS) <= last:
                words = gettext("At most %(number)s months at once.")
                self.add_error("last", words % {"number": MOST_MONTHS})
        return given

    def wish(self) -> Wish:
        """Return what a valid form wishes."""
        given = self.cleaned_data
        return Wish(
            areas=[given["area"]] if given["area"] else self.areas,
            first=given["first"],
            last=given["last"],
            age=int(given["age"]) if given["age"] else None,
        )
