"""The forms of the family: adding a relative, and trying out a bill."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.forms import WhoForm

from .models import Binding
from .relatives import Relative


class RelativeForm(WhoForm):
    """Which relative: the relation, then name and ID number."""

    relation = forms.ChoiceField(
        label=_("This person is your"),
        widget=forms.RadioSelect,
        choices=[
            (Binding.Relation.SPOUSE, _("husband or wife")),
            (Binding.Relation.PARENT, _("father or mother")),
            (Binding.Relation.CHILD, _("son or daughter")),
        ],
    )
    field_order = ["relation", "name", "id_number"]


class BillForm(forms.Form):
    """A bill to try out: whose, and how much of it is left for the accounts."""

    MINE = "me"
    who = forms.ChoiceField(label=_("Who is treated"))
    amount = forms.DecimalField(
        label=_("What the fund leaves to pay, in yuan"),
        min_value=Decimal("0.01"),
        max_value=Decimal(1_000_000),
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )

    def __init__(self, *args: Any, given: Sequence[Relative], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(r.binding.pk), f"{r.person.name} ({r.kin})") for r in given]
        field = cast("forms.ChoiceField", self.fields["who"])
        field.choices = [(self.MINE, gettext("me")), *people]
        if not people:
            field.widget = forms.HiddenInput()
            field.initial = self.MINE


class ConsentForm(forms.Form):
    """Read and agreed."""

    agreed = forms.BooleanField(
        label=_("I have read this. The relation is true, and I let my account pay."),
        error_messages={"required": _("Tick this if you agree. Without it nothing is bound.")},
    )
