"""Forms of the policy's pages: which area and day; a figure, field by field, with its document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from policy import kinds
from policy.book import load_book
from policy.figures import FIGURE_KEYS
from policy.saying import place_words
from policy.text import TEXTS, words_of
from policy.values import NATIONAL
from record.forms import day_field

LEVELS = kinds.LEVELS
_GROUPS = (("active", gettext_lazy("in work")), ("retired", gettext_lazy("retired")))


def area_choices() -> list[tuple[str, str]]:
    """Return all areas, each with its name."""
    return [(code, f"{place_words(code)} {code}") for code in sorted(load_book().areas)]


class PlaceForm(forms.Form):
    """An area and a day."""

    area = forms.ChoiceField(label=gettext_lazy("Pooling area"), choices=area_choices)
    day = day_field(gettext_lazy("Day"))


class CompareForm(forms.Form):
    """Two areas, or two days."""

    area = forms.ChoiceField(label=gettext_lazy("Pooling area"), choices=area_choices)
    day = day_field(gettext_lazy("Day"))
    other_area = forms.ChoiceField(label=gettext_lazy("Compared with"), choices=area_choices)
    other_day = day_field(gettext_lazy("on the day"))


def scope_words(scope: str) -> str:
    """Return a scope with its name."""
    return f"{place_words(scope)} {scope}" if len(scope) == 6 else place_words(scope)


class WhichForm(forms.Form):
    """Which figure, and for where."""

    key = forms.ChoiceField(label=gettext_lazy("Figure"), widget=forms.RadioSelect)
    scope = forms.ChoiceField(label=gettext_lazy("For"))

    def __init__(self, data: Any, *, scopes: list[str], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (scope, scope_words(scope)) for scope in scopes
        ]
        self.fields["key"].choices = [  # type: ignore[attr-defined]
            (name, str(words_of(name).title)) for name in FIGURE_KEYS
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        key = FIGURE_KEYS.get(given.get("key", ""))
        scope = given.get("scope")
        if key is not None and scope and key.national != (scope == NATIONAL):
            self.add_error(
                "scope",
                gettext("This figure is one for the whole country.")
                if key.national
                else gettext("This figure is of an area or a province."),
            )
        return given


def _amount(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )


def _percent(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        help_text=gettext_lazy("In percent, such as 65."),
        widget=forms.TextInput({"inputmode": "decimal"}),
    )


def _share(percent: Decimal) -> str:
    return f"{(percent / 100).normalize():f}"


class ValueForm(forms.Form):
    """A figure's value; `value` gives it as the figures take it."""

    def value(self) -> Any:
        raise NotImplementedError


class PensionForm(ValueForm):
    amount = _amount(gettext_lazy("Yuan a month"))

    def value(self) -> str:
        return f"{self.cleaned_data['amount']:.2f}"


class LimitForm(ValueForm):
    amount = _amount(gettext_lazy("Yuan a year"))

    def value(self) -> str:
        return f"{self.cleaned_data['amount']:.2f}"


class SwitchForm(ValueForm):
    open = forms.ChoiceField(
        label=gettext_lazy("Relatives' accounts can pay premiums"),
        choices=(("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))),
        widget=forms.RadioSelect,
    )

    def value(self) -> bool:
        return bool(self.cleaned_data["open"] == "yes")


class UntilForm(ValueForm):
    until = day_field(gettext_lazy("Last day of the notice"))

    def value(self) -> str:
        until: date = self.cleaned_data["until"]
        return until.isoformat()


class PremiumAmountForm(ValueForm):
    product = forms.ChoiceField(label=gettext_lazy("Premium"))
    amount = _amount(gettext_lazy("Yuan"))
    opens = day_field(gettext_lazy("Collected from"))
    closes = day_field(gettext_lazy("Last day of collection"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = [  # type: ignore[attr-defined]
            (name, str(TEXTS[f"premiums.{name}"].title)) for name in kinds.PRODUCTS
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        opens, closes = given.get("opens"), given.get("closes")
        if opens and closes and closes < opens:
            self.add_error("closes", gettext("The last day lies before the first one."))
        return given

    def value(self) -> dict[str, str]:
        given = self.cleaned_data
        return {
            "product": given["product"],
            "amount": f"{given['amount']:.2f}",
            "opens": given["opens"].isoformat(),
            "closes": given["closes"].isoformat(),
        }


class RatesForm(ValueForm):
    demand = _percent(gettext_lazy("Demand deposit, a year"))
    three_month = _percent(gettext_lazy("Lump sum for three months, a year"))

    def value(self) -> dict[str, str]:
        return {name: _share(self.cleaned_data[name]) for name in ("demand", "three_month")}


class OutpatientForm(ValueForm):
    """Deductible and ratio by level, and the cap, for those in work and the retired."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, who in _GROUPS:
            for level in LEVELS:
                label = gettext("%(who)s, level %(level)s: deductible in yuan")
                self.fields[f"{group}_deductible_{level}"] = _amount(
                    label % {"who": who, "level": level}
                )
            for level in LEVELS:
                label = gettext("%(who)s, level %(level)s: the fund pays")
                self.fields[f"{group}_ratio_{level}"] = _percent(
                    label % {"who": who, "level": level}
                )
            label = gettext("%(who)s: cap of the year in yuan")
            self.fields[f"{group}_cap"] = _amount(label % {"who": who})

    def value(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            group: {
                "deductible": {
                    str(level): f"{given[f'{group}_deductible_{level}']:.2f}" for level in LEVELS
                },
                "ratio": {str(level): _share(given[f"{group}_ratio_{level}"]) for level in LEVELS},
                "cap": f"{given[f'{group}_cap']:.2f}",
            }
            for group, _ in _GROUPS
        }


#: Key of a figure → the form of its value.
VALUE_FORMS: Mapping[str, type[ValueForm]] = {
    "average_basic_pension": PensionForm,
    "outpatient": OutpatientForm,
    "family_premiums": SwitchForm,
    "in_force_until": UntilForm,
    "pooled_total_limit": LimitForm,
    "premium_amount": PremiumAmountForm,
    "deposit_rates": RatesForm,
}


class SourceForm(forms.Form):
    """From when a figure holds, and which document says so."""

    begins_on = day_field(gettext_lazy("In force from"), required=False)
    ends_on = day_field(gettext_lazy("Last day"), required=False)
    document_title = forms.CharField(label=gettext_lazy("Title of the document"), max_length=200)
    document_number = forms.CharField(label=gettext_lazy("Number of the document"), max_length=80)
    document_date = day_field(gettext_lazy("Date of the document"))
    example = forms.BooleanField(
        label=gettext_lazy("An example, for a demonstration"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 2}), max_length=500
    )

    def __init__(self, *args: Any, dated: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["begins_on"].required = dated

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("begins_on"), given.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", gettext("The last day lies before the first one."))
        return given
