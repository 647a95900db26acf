"""Words and numbers of the watch and the figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policy.saying import yuan

register = template.Library()

#: Threshold → how it is said; `%s` is its number.
_THRESHOLDS: Mapping[str, str | Promise] = {
    "days": _("within %s days"),
    "institutions": _("%s institutions or more"),
    "minutes": _("within %s minutes"),
    "visits": _("%s days with a visit or more"),
    "bills": _("%s bills or more"),
    "purchases": _("%s purchases or more"),
    "amount": _("%s or more"),
    "payers": _("%s relatives or more"),
    "from_hour": _("from %s o'clock"),
    "to_hour": _("until %s o'clock"),
    "share": _("%s of the bills or more"),
    "before_days": _("compared with %s days before"),
    "times": _("%s times or more"),
}


@register.filter
def threshold(name: str, value: object) -> str:
    """A threshold in words: `6 次及以上`."""
    said = str(value)
    if name == "amount":
        said = yuan(Decimal(said))
    elif name == "share":
        said = f"{(Decimal(said) * 100).normalize():f}%"
    return str(_THRESHOLDS.get(name, "%s")) % said


@register.filter
def figure(value: object) -> str:
    """A number of a table: with separators, and decimals only where it has some."""
    if isinstance(value, Decimal):
        return f"{value:,.0f}" if value == value.to_integral() else f"{value:,}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.filter
def at(values: tuple[str, ...], place: int) -> str:
    """The value at a place of a list."""
    return values[place]
