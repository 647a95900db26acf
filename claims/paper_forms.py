"""The forms by which members and staff write paper bills down."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from record.forms import day_field
from record.paper_forms import PapersField

from .bill import PURPOSES
from .engine.facts import Line
from .models import Institution, PaperBill
from .paper_bills import Written

#: The largest amount that a paper bill can be of; above it somebody has slipped a digit.
MOST = Decimal("999999.99")
LINES = 30
#: Empty lines that are offered beyond those that are there.
MORE_LINES = 4


def amount_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    """Return a field for yuan with two decimals."""
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.01"),
        max_value=MOST,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        **kwargs,
    )


class BillForm(forms.Form):
    """What is printed on a bill."""

    institution = forms.CharField(
        label=gettext_lazy("Institution"),
        max_length=120,
        help_text=gettext_lazy("The name as it stands on the bill, or its code."),
    )
    service_date = day_field(gettext_lazy("Day of the treatment"))
    category = forms.ChoiceField(
        label=gettext_lazy("What it was"),
        choices=[
            (PaperBill.Category.OUTPATIENT, gettext_lazy("an ordinary visit")),
            (PaperBill.Category.EMERGENCY, gettext_lazy("an emergency")),
        ],
        widget=forms.RadioSelect,
        initial=PaperBill.Category.OUTPATIENT,
    )
    bill_number = forms.CharField(
        label=gettext_lazy("Number of the bill"),
        max_length=40,
        help_text=gettext_lazy("It stands at the top right of most bills."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    total = amount_field(
        gettext_lazy("What you paid, in yuan"),
        help_text=gettext_lazy("The total of the bill, with two decimals."),
    )

    def clean_service_date(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["service_date"]
        if day > timezone.localdate():
            raise ValidationError(gettext("This day has not come. Look at the date on the bill."))
        return day

    def clean_bill_number(self) -> str:
        """Take blanks out of the number, as it is compared with other bills."""
        return "".join(str(self.cleaned_data["bill_number"]).split())

    def written(self) -> Written:
        """Return what was read off the bill; the institution where the register knows it."""
        given = self.cleaned_data
        text = given["institution"]
        found = Institution.objects.filter(code=text).first()
        if found is None:
            named = list(Institution.objects.filter(name=text)[:2])
            found = named[0] if len(named) == 1 else None
        return Written(
            institution_name=found.name if found else text,
            category=given["category"],
            service_date=given["service_date"],
            bill_number=given["bill_number"],
            total=given.get("total") or Decimal("0.01"),
            institution=found,
        )


class MemberBillForm(BillForm):
    """A bill with its papers."""

    papers = PapersField(
        label=gettext_lazy("The bill and what belongs to it"),
        hint=gettext_lazy(
            "The bill, the list of items, the prescription: each so that it can be read."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What else we should know"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ["papers", "institution", "service_date", "category", "bill_number", "total"]

    def __init__(self, *args: Any, has_papers: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["papers"].required = not has_papers


class StaffBillForm(MemberBillForm):
    """A bill that somebody brings to a counter."""

    person = forms.CharField(
        label=gettext_lazy("Member number or ID number"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["person", "papers", "institution", "service_date"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["total"].label = gettext("What the member paid, in yuan")
        self.fields["note"].label = gettext("What else belongs to it; the member reads this")


class CheckForm(BillForm):
    """What staff have read off a bill; its lines are a set of forms of their own."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["total"]
        self.fields["institution"].help_text = gettext("Its code, or its whole name.")

    def clean_institution(self) -> str:
        """Find the institution in the register."""
        text = str(self.cleaned_data["institution"]).strip()
        exact = Institution.objects.filter(code=text)
        found = exact or Institution.objects.filter(name=text)
        if len(found[:2]) != 1:
            raise ValidationError(
                gettext("The register knows no such institution, or several. Enter its code.")
            )
        return found[0].code


PURPOSE_WORDS = {
    "drug": gettext_lazy("drug"),
    "treatment": gettext_lazy("treatment"),
    "device": gettext_lazy("device"),
    "consumable": gettext_lazy("consumable"),
    "examination": gettext_lazy("examination"),
    "public_health": gettext_lazy("public health"),
    "fitness": gettext_lazy("fitness"),
    "wellness": gettext_lazy("wellness"),
    "checkup": gettext_lazy("check-up"),
    "vaccine_programme": gettext_lazy("vaccine of the programme"),
    "vaccine_other": gettext_lazy("other vaccine"),
}
assert set(PURPOSE_WORDS) == PURPOSES, "every purpose has its words"


class LineForm(forms.Form):
    """One line of a bill."""

    name = forms.CharField(label=gettext_lazy("Item"), max_length=80)
    amount = amount_field(gettext_lazy("Amount"))
    item_class = forms.ChoiceField(
        label=gettext_lazy("Class"),
        # What an empty line begins with, so that it counts as untouched.
        initial="A",
        choices=[("A", gettext_lazy("A, in full")), ("B", gettext_lazy("B, a part is paid first")),
                 ("C", gettext_lazy("C, not in policy"))],
    )  # fmt: skip
    self_pay_percent = forms.DecimalField(
        label=gettext_lazy("Percentage paid first"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=list(PURPOSE_WORDS.items()), initial="drug"
    )
    code = forms.CharField(label=gettext_lazy("Settlement code"), max_length=40, required=False)
    over_limit = forms.DecimalField(
        label=gettext_lazy("Over the standard"),
        min_value=0,
        max_value=MOST,
        decimal_places=2,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a part that is more than the whole, and a class B without its share."""
        given = super().clean() or {}
        amount, over = given.get("amount"), given.get("over_limit")
        if amount is not None and over is not None and over > amount:
            self.add_error("over_limit", gettext("This is more than the line."))
        is_told = "self_pay_percent" in self.errors or given.get("self_pay_percent") is not None
        if given.get("item_class") == "B" and not is_told:
            self.add_error("self_pay_percent", gettext("Class B needs its percentage."))
        return given

    def line(self) -> Line:
        """Return the line as the engine takes it; without a code it has no settlement code."""
        given = self.cleaned_data
        percent = given.get("self_pay_percent") or Decimal(0)
        return Line(
            amount=given["amount"],
            item_class=given["item_class"],
            self_pay_rate=percent / 100 if given["item_class"] == "B" else Decimal(0),
            purpose=given["purpose"],
            coded=bool(given["code"]),
            over_limit=given.get("over_limit") or Decimal("0.00"),
            code=given["code"],
            name=given["name"],
        )


LineForms = forms.formset_factory(
    LineForm, extra=MORE_LINES, max_num=LINES, validate_max=True, absolute_max=LINES + 10
)


def initial_of(line: Line) -> dict[str, Any]:
    """Return a stored line as its form begins with."""
    return {
        "name": line.name,
        "amount": line.amount,
        "item_class": line.item_class,
        "self_pay_percent": f"{(line.self_pay_rate * 100).normalize():f}"
        if line.self_pay_rate
        else None,
        "purpose": line.purpose,
        "code": line.code,
        "over_limit": line.over_limit or None,
    }


class DecideBillForm(forms.Form):
    """A decision on a bill, and what is said to the member."""

    note = forms.CharField(
        label=gettext_lazy("To the member"),
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
        """Ask for the words that the decision needs."""
        given = super().clean() or {}
        if given.get("action") in {"ask", "refuse"} and not given.get("note"):
            self.add_error("note", gettext("Write what the member shall read."))
        return given
