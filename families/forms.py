"""The forms of adding a relative."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import WhoForm

from .models import Binding


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


class ConsentForm(forms.Form):
    """Read and agreed."""

    agreed = forms.BooleanField(
        label=_("I have read this. The relation is true, and I let my account pay."),
        error_messages={"required": _("Tick this if you agree. Without it nothing is bound.")},
    )
