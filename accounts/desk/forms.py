"""What is asked of staff about runs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from accounts.models import Run
from members.months import parse_month
from policy.looking import area_words

_DISBURSEMENT = "disbursement"
_KINDS = (
    ("", gettext_lazy("all kinds")),
    (Run.Kind.CREDIT.value, gettext_lazy("crediting")),
    (_DISBURSEMENT, gettext_lazy("disbursement")),
    (Run.Kind.INTEREST.value, gettext_lazy("interest")),
)


class RunFilter(forms.Form):
    """Which runs a list shows."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_KINDS, required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("all states")), *Run.State.choices],
        required=False,
    )
    area = forms.ChoiceField(label=gettext_lazy("Pooling area"), required=False)

    def __init__(self, data: Any, *, areas: list[str]) -> None:
        super().__init__(data, auto_id="f_%s")
        choices = [("", gettext("all areas")), *((code, area_words(code)) for code in areas)]
        self.fields["area"].choices = choices  # type: ignore[attr-defined]

    def narrow(self, runs: QuerySet[Run], disbursing: frozenset[str]) -> QuerySet[Run]:
        """Return the runs that are wished; a wish that makes no sense counts as none."""
        if not self.is_bound:
            return runs
        self.is_valid()
        given = self.cleaned_data
        kind = given.get("kind")
        if kind == _DISBURSEMENT:
            runs = runs.filter(kind=Run.Kind.CREDIT, area__in=disbursing)
        elif kind:
            runs = runs.filter(kind=kind)
            if kind == Run.Kind.CREDIT:
                runs = runs.exclude(area__in=disbursing)
        if given.get("state"):
            runs = runs.filter(state=given["state"])
        if given.get("area"):
            runs = runs.filter(area=given["area"])
        return runs


class StartForm(forms.Form):
    """Which run to start."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            (Run.Kind.CREDIT.value, gettext_lazy("Credit a month (paid out by bank in 349900)")),
            (Run.Kind.INTEREST.value, gettext_lazy("Close a year and post its interest")),
        ],
    )
    area = forms.ChoiceField(label=gettext_lazy("Pooling area"))
    month = forms.CharField(
        label=gettext_lazy("Month, for crediting"),
        required=False,
        max_length=7,
        widget=forms.TextInput({"type": "month", "placeholder": "2026-11"}),
        help_text=gettext_lazy("Earlier months that are paid and not credited come along."),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year, for interest"),
        required=False,
        min_value=1900,
        max_value=9998,
        help_text=gettext_lazy("A year that is over, such as 2025."),
    )

    def __init__(self, data: Any, *, areas: list[str], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["area"].choices = [  # type: ignore[attr-defined]
            (code, area_words(code)) for code in areas
        ]

    def clean_month(self) -> date | None:
        """Return the month as its first day."""
        text = self.cleaned_data["month"].strip()
        if not text:
            return None
        try:
            return parse_month(text)
        except ValueError:
            raise ValidationError(gettext("Write the month like 2026-11.")) from None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == Run.Kind.INTEREST:
            if given.get("year") is None and "year" not in self.errors:
                self.add_error("year", gettext("Which year shall be closed?"))
        elif given.get("month") is None and "month" not in self.errors:
            self.add_error("month", gettext("Which month shall be credited?"))
        return given


class NoteForm(forms.Form):
    """Why something is stopped."""

    note = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
