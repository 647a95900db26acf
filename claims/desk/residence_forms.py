"""The forms of the desk about living elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from members.models import Registration
from policy.book import Book
from record.forms import day_field
from record.looking import covers

#: What the queue shows when nothing is chosen: what waits for staff.
WAITING = "waiting"


class QueueForm(forms.Form):
    """What the queue is filtered by."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("waits for us")),
            *[(s.value, s.label) for s in Registration.State if s != Registration.State.APPLIED],
            ("all", gettext_lazy("all")),
        ],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("all")), *Registration.Kind.choices],
    )
    area = forms.ChoiceField(label=gettext_lazy("Insured in"), required=False)
    late = forms.BooleanField(label=gettext_lazy("late ones alone"), required=False)

    def __init__(self, *args: Any, book: Book, scopes: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.choices = [
            ("", gettext("all of mine")),
            *[(code, area.name) for code, area in book.areas.items() if covers(scopes, code)],
        ]


class DecideForm(forms.Form):
    """A decision on an application: from when it holds, and what is said to the member."""

    begins_on = day_field(
        gettext_lazy("Approved from"),
        required=False,
        help_text=gettext_lazy("From a day that is over it is proposed, and a reviewer decides."),
    )
    note = forms.CharField(
        label=gettext_lazy("To the applicant"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("They read it as it stands here. Needed to ask and to refuse."),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    action = forms.ChoiceField(
        widget=forms.HiddenInput,
        choices=[(name, name) for name in ("approve", "ask", "refuse")],
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the day, or for the words, that the decision needs."""
        given = super().clean() or {}
        action = given.get("action")
        if action == "approve" and not given.get("begins_on"):
            if "begins_on" not in self.errors:
                self.add_error("begins_on", gettext("Choose the day from which it holds."))
        elif action in {"ask", "refuse"} and not given.get("note"):
            self.add_error(
                "note",
                gettext("Write what is missing.")
                if action == "ask"
                else gettext("Write why, and what can be done."),
            )
        return given


class ManyForm(forms.Form):
    """A decision on several applications at once."""

    action = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[
            ("approve", gettext_lazy("Approve, from today or the wished day")),
            ("ask", gettext_lazy("Ask for something")),
            ("refuse", gettext_lazy("Refuse")),
        ],
    )
    note = forms.CharField(
        label=gettext_lazy("To the applicants"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the words that the decision needs."""
        given = super().clean() or {}
        if given.get("action") in {"ask", "refuse"} and not given.get("note"):
            self.add_error("note", gettext("Write what they shall read."))
        return given


class EndForm(forms.Form):
    """An end by staff, with its reason."""

    ends_on = day_field(gettext_lazy("No longer from"))
    note = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea({"rows": 2})
    )
