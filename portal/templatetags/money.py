"""Amounts and rates as members read them: 3,286.40 元, 2%, with two decimals and a real minus.

Amounts are yuan as `Decimal` (or int, or a text that is a number). Nothing here rounds an amount
of more than two decimals silently: the ledger never holds one, so it is a mistake in the page.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

register = template.Library()

FEN = Decimal("0.01")
TENTH = Decimal("0.1")
MINUS = "\N{MINUS SIGN}"
_SIZES = {"l": " money--l", "xl": " money--xl"}


class NotMoneyError(ValueError):
    """What a template passed is no amount in yuan with at most two decimals."""


def _yuan(value: object) -> Decimal:
    """`value` as a Decimal of two decimals; raise NotMoneyError where it is none."""
    try:
        exact = Decimal(str(value))
        amount = exact.quantize(FEN)
    except InvalidOperation as error:
        raise NotMoneyError(f"{value!r} is not an amount") from error
    if amount != exact:
        raise NotMoneyError(f"{value!r} has parts of a fen")
    return amount


@register.filter
def amount(value: object, style: str = "") -> str:
    """The figures alone: `3,286.40`, `−77.60`; with the style `signed` also `+256.00`.

    Empty for None, so that a cell with nothing stays empty.
    """
    if value is None or value == "":
        return ""
    yuan = _yuan(value)
    figures = f"{abs(yuan):,.2f}"
    if yuan < 0:
        return f"{MINUS}{figures}"
    return f"+{figures}" if style == "signed" and yuan > 0 else figures


@register.filter
def money(value: object, style: str = "") -> SafeString:
    """Figures and unit as HTML: `{{ total|money:"xl" }}`, `{{ move.amount|money:"signed" }}`.

    The style is any of `l`, `xl` (larger, one `xl` a page) and `signed`, separated by spaces.
    """
    if value is None or value == "":
        return SafeString("")
    words = style.split()
    size = "".join(_SIZES[word] for word in words if word in _SIZES)
    return format_html(
        '<span class="money{}">{}<small>{}</small></span>',
        size,
        amount(value, "signed" if "signed" in words else ""),
        pgettext("unit after an amount of money", "yuan"),
    )


@register.filter
def money_text(value: object) -> str:
    """Figures and unit as plain text, for a label that a screen reader speaks: `77.60 元`."""
    return f"{amount(value)} {pgettext('unit after an amount of money', 'yuan')}"


@register.filter
def rate(value: object) -> str:
    """A rate of the law in percent, without trailing zeros: 0.02 -> `2%`, 0.0235 -> `2.35%`."""
    if value is None or value == "":
        return ""
    percent = (Decimal(str(value)) * 100).normalize()
    return f"{percent:f}%"


@register.filter
def is_outgoing(value: object) -> bool:
    """Whether an amount leaves the account."""
    return _yuan(value) < 0


@register.simple_tag
def share(part: object, whole: object) -> str:
    """What part of a whole an amount is, in percent with one decimal: `48.2%`."""
    total = _yuan(whole)
    if total == 0:
        return "0.0%"
    percent = (_yuan(part) * 100 / total).quantize(TENTH, rounding=ROUND_HALF_UP)
    return f"{percent}%"
