"""The forms of the after-check: a list's filter, what staff note and conclude, an answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from families.models import BindingCheck
from policy.looking import area_words

from .queries import asked_and_waiting, for_staff_to_do
from .words import TITLES

RIGHT, WRONG = BindingCheck.Answer.RIGHT.value, BindingCheck.Answer.WRONG.value


class CheckFilter(forms.Form):
    """Which checks a list shows: those that wait for staff, if nothing is said."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("waits for staff")),
            ("asked", gettext_lazy("waits for the authorizer")),
            ("closed", gettext_lazy("closed with a conclusion")),
            ("all", gettext_lazy("all")),
        ],
        required=False,
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("Why it was drawn"),
        choices=[("", gettext_lazy("all")), *TITLES.items()],
        required=False,
    )
    area = forms.ChoiceField(label=gettext_lazy("Pooling area"), required=False)

    def __init__(self, data: Any, *, areas: list[str]) -> None:
        super().__init__(data, auto_id="f_%s")
        field: Any = self.fields["area"]
        field.choices = [
            ("", gettext("all of mine")),
            *((code, area_words(code)) for code in areas),
        ]

    def narrow(self, checks: QuerySet[BindingCheck], day: date) -> QuerySet[BindingCheck]:
        """Return the checks that are wished, in their order; nonsense counts as no wish."""
        self.is_valid()
        given = self.cleaned_data
        if given.get("rule"):
            checks = checks.filter(reasons__contains=[{"rule": given["rule"]}])
        if given.get("area"):
            checks = checks.filter(area=given["area"])
        match given.get("state"):
            case "all":
                return checks.order_by("-pk")
            case "closed":
                return checks.exclude(closed_on=None).order_by("-closed_on", "-pk")
            case "asked":
                return checks.filter(asked_and_waiting(day)).order_by("answer_by", "pk")
            case _:
                return checks.filter(for_staff_to_do(day)).order_by("due_on", "pk")


class StartForm(forms.Form):
    """Why staff want a binding to be checked."""

    told = forms.CharField(
        label=gettext_lazy("What you were told, by whom and when"),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Staff read it; the two persons do not."),
    )


class HeardForm(forms.Form):
    """What the authorizer has told staff."""

    said = forms.ChoiceField(
        label=gettext_lazy("What the authorizer says"),
        choices=[
            (RIGHT, gettext_lazy("The binding is right")),
            (WRONG, gettext_lazy("The binding is wrong")),
        ],
        widget=forms.RadioSelect,
    )
    heard = forms.CharField(
        label=gettext_lazy("How and when they said it, in their words"),
        max_length=400,
        widget=forms.Textarea({"rows": 2}),
    )


class ConcludeForm(forms.Form):
    """Why a check is closed, or the binding is to end."""

    note = forms.CharField(
        label=gettext_lazy("Reason: what you have seen, and how you checked it"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )


class AnswerForm(forms.Form):
    """The authorizer's answer. A wrong binding ends at once, so that is asked twice."""

    said = forms.ChoiceField(
        label=gettext_lazy("Is this right?"),
        choices=[
            (RIGHT, gettext_lazy("Yes, it is right, and I want it")),
            (WRONG, gettext_lazy("No, it is wrong: end it at once")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Anything that you want to tell us"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2}),
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    @property
    def is_to_be_asked_twice(self) -> bool:
        """Say whether the answer ends something, and was given once only. For a valid form."""
        return self.cleaned_data["said"] == WRONG and not self.cleaned_data["sure"]
