"""Pictures drawn by the server as SVG: icons, bars of shares, the waterfall of payers, the boat.

Parts, payers and seats may be dictionaries or objects; what they must have is written at the top
of each template in `templates/components/`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from portal import pictures
from portal.templatetags.money import money_text, share

register = template.Library()

# An account that pays is drawn full for the person's own money, light for a relative's.
_OWN = "self"
_RELATIVE = "kin"


class NoSuchIconError(LookupError):
    """The icon is not among those that tools/vendor-frontend fetches."""


def _of(thing: object, name: str, default: object = None) -> object:
    """A field of a dictionary or an object, as templates find it."""
    if isinstance(thing, Mapping):
        return thing.get(name, default)
    return getattr(thing, name, default)


@functools.cache
def _drawing(name: str) -> str:
    """The inside of a vendored icon's SVG, without its wrapping element."""
    path = finders.find(f"vendor/icons/{name}.svg")
    if not isinstance(path, str):
        raise NoSuchIconError(f"no icon {name!r}: add it to tools/vendor-frontend")
    text = Path(path).read_text(encoding="utf-8")
    inside = text[text.index(">") + 1 : text.rindex("</svg>")]
    return "".join(line.strip() for line in inside.splitlines())


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon that only accompanies words: hidden from screen readers, as large as the text."""
    # The files are part of the project (static/vendor), so their markup is trusted.
    return SafeString(
        f'<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{_drawing(name)}</svg>'
    )


def _parts(items: Iterable[object]) -> list[dict[str, object]]:
    """Number each part, and lay it on the bar."""
    listed = list(items)
    amounts = [Decimal(str(_of(item, "amount"))) for item in listed]
    whole = sum(amounts, Decimal(0))
    return [
        {
            "number": number,
            "kind": _of(item, "kind"),
            "label": _of(item, "label"),
            "note": _of(item, "note", ""),
            "amount": amount,
            "share": share(amount, whole),
            "span": span,
        }
        for number, (item, amount, span) in enumerate(
            zip(listed, amounts, pictures.spans(amounts), strict=True), start=1
        )
    ]


@register.inclusion_tag("components/split.html")
def split(items: Iterable[object], *, thin: bool = False) -> dict[str, object]:
    """A bar of shares. Its spoken text names every part with its amount."""
    parts = _parts(items)
    return {"parts": [part for part in parts if part["amount"]], "thin": thin}


@register.inclusion_tag("components/split.html")
def purse_bar(balance: object) -> dict[str, object]:
    """The two halves of a personal account: this year's money, and that of earlier years."""
    return split(
        [
            {"kind": _OWN, "label": gettext("This year"), "amount": _of(balance, "current")},
            {
                "kind": _RELATIVE,
                "label": gettext("Earlier years"),
                "amount": _of(balance, "carried"),
            },
        ],
        thin=True,
    )


@register.inclusion_tag("components/payments.html")
def payments(items: Iterable[object], *, caption: str) -> dict[str, object]:
    """Who paid how much of a bill: the bar, and the table with the same numbers."""
    parts = _parts(items)
    total = sum((Decimal(str(part["amount"])) for part in parts), Decimal(0))
    return {
        "parts": parts,
        "drawn": [part for part in parts if part["amount"]],
        "total": total,
        "caption": caption,
    }


@register.inclusion_tag("components/chain.html")
def chain(payers: Iterable[object], *, total: object = None) -> dict[str, object]:
    """The order of payment; with `total` (yuan) also what each pays of such a bill."""
    listed = list(payers)
    rows = [{"payer": payer} for payer in listed]
    if total is not None:
        whole = Decimal(str(total))
        amounts = [Decimal(str(_of(payer, "amount", 0))) for payer in listed]
        laid = pictures.spans(amounts, whole=whole)
        left = pictures.remainders(amounts, whole=whole)
        for row, payer, amount, span, rest in zip(rows, listed, amounts, laid, left, strict=True):
            row |= {
                "amount": amount,
                # Whose account is empty had a turn; whose turn never came is idle.
                "is_idle": amount == 0 and rest <= 0,
                "kind": _OWN if _of(payer, "place") == _OWN else _RELATIVE,
                "span": span,
                "left": rest,
                "spoken": money_text(amount),
            }
    return {"rows": rows, "total": total}


#: The picture of a year: wide, high, and half the room between two columns.
_YEAR = (360, 150, 5)


@register.inclusion_tag("components/year.html")
def year_picture(months: Iterable[object], *, label: str) -> dict[str, object]:
    """A year's months as columns: what came in above the line, what went out below it."""
    listed = list(months)
    width, height, gap = _YEAR
    line, laid = pictures.columns(
        [(_pairs(_of(month, "up")), _pairs(_of(month, "down"))) for month in listed],
        width=width,
        height=height,
        gap=gap,
    )
    step = width // max(len(listed), 1)
    names = [
        {"name": f"{_of(month, 'number')}", "x": place * step + step // 2}
        for place, month in enumerate(listed)
    ]
    return {
        "blocks": [block for blocks in laid for block in blocks],
        "line": line,
        "names": names,
        "label": label,
        "width": width,
        "height": height,
        "names_at": height + 18,
        "whole": height + 24,
    }


def _pairs(parts: object) -> list[tuple[str, Decimal]]:
    assert isinstance(parts, Iterable), "a month's parts are pairs of a kind and an amount"
    return [(str(kind), Decimal(str(amount))) for kind, amount in parts]
