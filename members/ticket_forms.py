"""What is asked for when somebody asks, objects, or answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from record.forms import day_field
from record.paper_forms import PapersField

from .models import Person, Ticket
from .tickets import LEVELS, LONGEST_TEXT


def text_field(label: Any, *, hint: Any = "", required: bool = True, rows: int = 6) -> Any:
    """Return a field for some paragraphs."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        required=required,
        help_text=hint,
        widget=forms.Textarea({"rows": rows}),
    )


def papers_field() -> PapersField:
    """Return a field for what shows the matter: a receipt, a bill, a letter."""
    return PapersField(label=gettext_lazy("Photos or papers that show it"), required=False)


class AskForm(forms.Form):
    """A member's question or objection."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        widget=forms.RadioSelect,
        initial=Ticket.Kind.QUESTION,
        choices=[
            (Ticket.Kind.QUESTION, gettext_lazy("A question: I do not understand something")),
            (Ticket.Kind.OBJECTION, gettext_lazy("An objection: I think something is wrong")),
        ],
    )
    text = text_field(
        gettext_lazy("What would you like to know, or what is wrong?"),
        hint=gettext_lazy("In your own words. Please write no passwords or codes."),
    )
    papers = papers_field()


class SayForm(forms.Form):
    """A few more words of the member's."""

    text = text_field(gettext_lazy("Say something more"), rows=4)
    papers = papers_field()


class AnswerForm(forms.Form):
    """What staff do with a ticket: the text, and which of the buttons."""

    text = text_field(gettext_lazy("Text"), required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("Level"), choices=Ticket.Level.choices, required=False
    )
    papers = PapersField(
        label=gettext_lazy("Papers for the member"),
        hint=gettext_lazy("They go with an answer, and the member can read them."),
        required=False,
    )


class EnterForm(forms.Form):
    """A letter, a call or a visit, entered by staff."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Came by"),
        choices=[choice for choice in Ticket.Channel.choices if choice[0] != "portal"],
    )
    received_on = day_field(gettext_lazy("Received"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Ticket.Kind.choices)
    member_number = forms.CharField(
        label=gettext_lazy("Member number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("With it the member sees the ticket and its answer too."),
    )
    sender = forms.CharField(
        label=gettext_lazy("Sender"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Name and how to reach them, where it is no member."),
    )
    area = forms.ChoiceField(label=gettext_lazy("Pooling area"))
    text = text_field(gettext_lazy("What they wrote or said"))
    papers = PapersField(
        label=gettext_lazy("The letter, or what was brought along"), required=False
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ChoiceField), "as it is declared above"
        area.choices = areas
        self.person: Person | None = None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        number = given.get("member_number", "").strip()
        if number:
            self.person = Person.objects.filter(number=number).first()
            if self.person is None:
                self.add_error("member_number", gettext("There is no member with this number."))
        elif not given.get("sender", "").strip():
            self.add_error("sender", gettext("Write who it was, or give a member number."))
        return given

    def clean_received_on(self) -> Any:
        """Nothing is received in the future."""
        received = self.cleaned_data["received_on"]
        if received > timezone.localdate():
            raise ValidationError(gettext("The day lies in the future."))
        return received


class FilterForm(forms.Form):
    """Which tickets of the queue."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *Ticket.State.choices],
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Level"),
        required=False,
        choices=[("", gettext_lazy("All")), *Ticket.Level.choices],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("All")), *Ticket.Kind.choices],
    )


def other_levels(level: str) -> list[tuple[str, str]]:
    """Return the levels that a ticket can be handed to, with their words."""
    return [(each.value, str(each.label)) for each in LEVELS if each != level]
