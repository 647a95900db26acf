"""What a member may ask their account for."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from .kinds import KINDS

ALL, IN, OUT = "", "in", "out"


class FilterForm(forms.Form):
    """A year, and which movements of it. The form only offers what there is."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    kind = forms.ChoiceField(
        label=_("Which ones"),
        required=False,
        choices=[
            (ALL, _("All movements")),
            (IN, _("What came in")),
            (OUT, _("What went out")),
            *KINDS.items(),
        ],
    )

    def __init__(self, data: object, *, years: Sequence[int]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        year = self.fields["year"]
        assert isinstance(year, forms.TypedChoiceField), "as it is declared above"
        year.choices = [(number, str(number)) for number in years]
