"""The form of the calculator: it asks by GET, so that its address can be kept and passed on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from families.words import area_choices
from policy.book import Book
from portal.calculating import Place, Question, keeps_account

MOST = Decimal(1_000_000)


class YuanField(forms.DecimalField):
    """Yuan from 0 on, at most two decimals; empty is nothing. `1,200` and `１２００` will do."""

    def __init__(self, *, label: Any, help_text: Any = "", required: bool = False) -> None:
        wrong = _("Write an amount in yuan, such as 500 or 86.50.")
        much = _("That is more than this calculator takes: at most a million.")
        super().__init__(
            label=label,
            help_text=help_text,
            required=required,
            min_value=Decimal(0),
            max_value=MOST,
            max_digits=9,
            decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "required": wrong,
                "invalid": wrong,
                "min_value": _("An amount cannot be below nil."),
                "max_value": much,
                "max_digits": much,
                "max_whole_digits": much,
                "max_decimal_places": _("A fen is the smallest: at most two digits after the dot."),
            },
        )

    def to_python(self, value: Any) -> Any:
        text = str(value or "").translate(_PLAIN).replace(",", "").strip().removesuffix("元")
        return super().to_python(text)


#: Full-width digits, dots and commas, as Chinese keyboards write them.
_PLAIN = {ord("０") + n: str(n) for n in range(10)} | {
    ord("．"): ".",
    ord("，"): ",",
    ord("。"): ".",
}


class CalculatorForm(forms.Form):
    """Where, who, how much; what the year has seen; and what is in the account."""

    area = forms.ChoiceField(label=_("Where I am insured"))
    who = forms.ChoiceField(
        label=_("I am"),
        choices=[("active", _("working")), ("retired", _("retired"))],
        widget=forms.RadioSelect,
        help_text=_(
            "Retired is who has done the formalities with enough years paid in; age alone decides"
            " nothing about a bill."
        ),
    )
    bill = YuanField(label=_("This bill (yuan)"), required=True)
    deductible = YuanField(
        label=_("Counted to the deductible this year (yuan)"),
        help_text=_("It is on your home page. Not known? Leave it empty."),
    )
    pool = YuanField(
        label=_("Paid by the fund this year (yuan)"),
        help_text=_("It is on your home page. Not known? Leave it empty."),
    )
    account = YuanField(label=_("In my personal account (yuan)"))
    relatives = YuanField(
        label=_("In accounts of relatives that may pay for me (yuan)"),
        help_text=_("They come after your own, at institutions of your province."),
    )
    outside = YuanField(
        label=_("Of the bill, outside the catalogue (yuan)"),
        help_text=_("What the insurance never pays; the bill calls it self-paid."),
    )
    place = forms.ChoiceField(
        label=_("Where I am treated"),
        required=False,
        choices=[
            ("home", _("where I am insured")),
            ("registered", _("elsewhere, and I am registered there")),
            ("elsewhere", _("elsewhere, without registration")),
        ],
    )
    day = forms.DateField(
        label=_("On which day"),
        required=False,
        help_text=_("The rules of that day count. Empty is today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2026-03-15.")},
    )

    #: The fields that most people need; the others fold away.
    FIRST = ("area", "who", "bill")
    THIS_YEAR = ("deductible", "pool", "account", "relatives")
    MORE = ("outside", "place", "day")

    def __init__(self, *args: Any, book: Book, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book, self.today = book, today
        field = cast("forms.ChoiceField", self.fields["area"])
        field.choices = area_choices(book)

    def clean(self) -> dict[str, Any]:
        cleaned = cast("dict[str, Any]", super().clean())
        bill, outside = cleaned.get("bill"), cleaned.get("outside")
        if bill is not None and outside is not None and outside > bill:
            self.add_error("outside", _("This is part of the bill, so it cannot be more."))
        day = cleaned.get("day") or self.today
        area, account = cleaned.get("area"), cleaned.get("account")
        if area and account and not keeps_account(area, day, book=self.book):
            self.add_error(
                "account",
                _("In this scheme the money goes to the bank card. Leave this empty."),
            )
        if cleaned.get("relatives") and area and self._stands_alone(area, day):
            self.add_error(
                "relatives", _("In this scheme nobody pays for another one. Leave this empty.")
            )
        return cleaned

    def _stands_alone(self, area: str, day: date) -> bool:
        return self.book.rules(area, day).sharing_excluded.value

    def question(self) -> Question:
        """Return what a valid form asks."""
        data = self.cleaned_data
        nil = Decimal("0.00")
        return Question(
            area=data["area"],
            day=data["day"] or self.today,
            retired=data["who"] == "retired",
            bill=data["bill"].quantize(nil),
            outside=(data["outside"] or nil).quantize(nil),
            deductible_used=(data["deductible"] or nil).quantize(nil),
            pool_used=(data["pool"] or nil).quantize(nil),
            account=(data["account"] or nil).quantize(nil),
            relatives=(data["relatives"] or nil).quantize(nil),
            place=cast("Place", data["place"] or "home"),
        )
