"""Amounts and rates as members read them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override

from portal.templatetags.money import NotMoneyError, amount, money, money_text, rate, share


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (Decimal("3286.4"), "", "3,286.40"),
        (Decimal("-77.60"), "", "\N{MINUS SIGN}77.60"),
        (Decimal(256), "signed", "+256.00"),
        (Decimal("-0.01"), "signed", "\N{MINUS SIGN}0.01"),
        (Decimal(0), "signed", "0.00"),
        (0, "", "0.00"),
        (None, "", ""),
        (Decimal("12345678901.23"), "", "12,345,678,901.23"),
    ],
)
def test_amount_has_two_decimals_and_a_real_minus(value: object, style: str, text: str) -> None:
    assert amount(value, style) == text


@pytest.mark.parametrize("value", [Decimal("0.005"), "1.234", "abc", Decimal("NaN")])
def test_what_is_no_amount_in_fen_is_refused(value: object) -> None:
    with pytest.raises(NotMoneyError):
        amount(value)


def test_the_unit_stands_smaller_after_the_figures() -> None:
    with override("zh-hans"):
        assert money(Decimal("862.4"), "xl") == (
            '<span class="money money--xl">862.40<small>元</small></span>'
        )
        assert money_text(Decimal("77.6")) == "77.60 元"
    with override("en"):
        assert money_text(Decimal("77.6")) == "77.60 yuan"


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.02", "2%"), ("0.0235", "2.35%"), ("0.0035", "0.35%"), ("1", "100%"), ("0.1", "10%")],
)
def test_a_rate_has_no_trailing_zeros(value: str, text: str) -> None:
    assert rate(Decimal(value)) == text


def test_a_share_has_one_decimal_and_a_share_of_nothing_is_nothing() -> None:
    assert share(Decimal(416), Decimal("862.40")) == "48.2%"
    assert share(Decimal(0), Decimal(0)) == "0.0%"
