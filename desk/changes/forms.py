"""What staff fill in to propose a change about a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext, gettext_lazy

from families.models import Binding
from families.relatives import bindings_of
from members.bank_accounts import InvalidAccount, check_number
from members.models import Person
from policy.book import load_book
from record.forms import day_field
from record.paper_forms import PapersField

#: So many payees fit on the form.
PAYEES = 4
HUNDRED = Decimal(100)


class Reasoned(forms.Form):
    """A form that ends with the papers, and why: the second person decides by them."""

    papers = PapersField(
        label=gettext_lazy("Papers that you have seen"),
        hint=gettext_lazy("Such as a certificate, or a page of the household register."),
        required=False,
    )

    reason = forms.CharField(
        label=gettext_lazy("Why, and which papers you have seen"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The second person decides by this."),
    )

    def __init__(self, *args: Any, person: Person, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.today = person, today
        self.put_last()

    def put_last(self) -> None:
        """Let the papers and the reason stand behind everything else."""
        last = ("papers", "reason")
        self.order_fields([*(name for name in self.fields if name not in last), *last])


class PayeesForm(Reasoned):
    """Up to four payees with their shares: heirs, or the one whom the member has named."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PAYEES + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=gettext("Name"), max_length=80, required=number == 1
            )
            self.fields[f"account_{number}"] = forms.CharField(
                label=gettext("Bank account"), max_length=40, required=False
            )
            self.fields[f"share_{number}"] = forms.DecimalField(
                label=gettext("Share in %"),
                max_digits=5,
                decimal_places=2,
                min_value=Decimal("0.01"),
                max_value=HUNDRED,
                required=number == 1,
                initial=HUNDRED if number == 1 else None,
            )
        self.put_last()

    def payee_rows(self) -> Iterator[tuple[int, list[BoundField]]]:
        """The fields of each payee, for the page."""
        for number in range(1, PAYEES + 1):
            yield number, [self[f"{part}_{number}"] for part in ("name", "account", "share")]

    def clean(self) -> dict[str, Any]:
        """The shares add up to the whole, and each belongs to somebody."""
        given = super().clean() or {}
        total = Decimal(0)
        for number in range(1, PAYEES + 1):
            name, share = given.get(f"name_{number}"), given.get(f"share_{number}")
            if share and not name:
                self.add_error(f"name_{number}", gettext("Whose share is this?"))
            if name and not share and number > 1:
                self.add_error(f"share_{number}", gettext("How much of it is theirs?"))
            total += share or 0
        if not self.errors and total != HUNDRED:
            self.add_error(
                None,
                gettext("The shares must add up to 100%%; they are %(total)s%%.")
                % {"total": f"{total:f}"},
            )
        return given

    def payees(self) -> list[dict[str, Any]]:
        """Return the payees as the operations take them."""
        given = self.cleaned_data
        return [
            {
                "name": given[f"name_{number}"].strip(),
                "share": str(given[f"share_{number}"] / HUNDRED),
                **({"account": account} if (account := given[f"account_{number}"].strip()) else {}),
            }
            for number in range(1, PAYEES + 1)
            if given.get(f"name_{number}")
        ]


class HeirsForm(PayeesForm):
    """A payment to the heirs of what is held for them."""


class UndoDeathForm(Reasoned):
    """A report of death that was a mistake."""


class PayoutForm(PayeesForm):
    """A payout: to heirs after a death, or to the member who settles abroad."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why the account is paid out"),
        choices=[
            ("death", gettext_lazy("Death: to the heirs, or to whom the member has named")),
            ("emigration", gettext_lazy("The member settles abroad: to the member")),
        ],
        widget=forms.RadioSelect,
    )

    field_order = ("why",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["why", *(name for name in self.fields if name != "why")])


class DeathForm(Reasoned):
    """A death that was reported."""

    died_on = day_field(gettext_lazy("Day of death"))

    def clean_died_on(self) -> date:
        """Refuse a day before the birth or after today."""
        day: date = self.cleaned_data["died_on"]
        if not self.person.born <= day <= self.today:
            raise ValidationError(gettext("The day lies before the birth, or after today."))
        return day


class MoveForm(Reasoned):
    """A move to another area."""

    area = forms.ChoiceField(label=gettext_lazy("New area"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ChoiceField), "it is declared above"
        areas = load_book().areas.items()
        named = [(code, f"{code} {area.name}") for code, area in areas]
        field.choices = [("", gettext("Please choose")), *named]


class MonthField(forms.DateField):
    """A month, as browsers type it: 2024-03."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput({"type": "month", "placeholder": "2024-03"}, format="%Y-%m")
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], widget=widget, **kwargs)


class PriceForm(Reasoned):
    """What an unpriced month is worth."""

    month = MonthField(label=gettext_lazy("Month"))
    amount = forms.DecimalField(
        label=gettext_lazy("Amount in yuan"), max_digits=9, decimal_places=2, min_value=Decimal(0)
    )


class DifferenceForm(Reasoned):
    """What a credited month gets more or less."""

    month = MonthField(label=gettext_lazy("Month"))
    difference = forms.DecimalField(
        label=gettext_lazy("Difference in yuan"),
        max_digits=9,
        decimal_places=2,
        help_text=gettext_lazy("With a minus where money is taken back."),
    )

    def clean_difference(self) -> Decimal:
        """Refuse nil."""
        difference: Decimal = self.cleaned_data["difference"]
        if not difference:
            raise ValidationError(gettext("A difference of nil changes nothing."))
        return difference


class BankAccountForm(Reasoned):
    """A member's bank account, as on the card or the bank's letter."""

    number = forms.CharField(
        label=gettext_lazy("Account number"),
        max_length=40,
        help_text=gettext_lazy("8 to 30 digits; the account must be in the member's own name."),
        widget=forms.TextInput(
            {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        """Return the number without spaces."""
        try:
            return check_number(self.cleaned_data["number"])
        except InvalidAccount as error:
            raise ValidationError(error.problems) from None


class EndBindingForm(Reasoned):
    """A binding found false."""

    binding = forms.ChoiceField(
        label=gettext_lazy("Which binding"), widget=forms.RadioSelect, choices=[]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["binding"]
        assert isinstance(field, forms.ChoiceField), "it is declared above"
        field.choices = [
            (str(row.pk), _binding_words(row, self.person))
            for row in bindings_of(self.person).filter(ended_on=None)
        ]


def _binding_words(binding: Binding, person: Person) -> str:
    if binding.authorizer_id == person.pk:
        words = gettext("pays for %(name)s") % {"name": binding.member.name}
    else:
        words = gettext("%(name)s pays") % {"name": binding.authorizer.name}
    about = gettext(", ").join([str(binding.get_relation_display()), str(binding.bound_on)])
    return gettext("%(text)s (%(about)s)") % {"text": words, "about": about}
