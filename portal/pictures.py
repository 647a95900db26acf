"""The geometry of the small pictures beside figures: shares of a bar, steps of a waterfall.

Pure arithmetic. Widths are percentages written into SVG attributes by the templates, so that no
page needs an inline style. The picture never carries a figure that the words beside it do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

WHOLE = Decimal(100)
TENTH = Decimal("0.1")
# Below this share (percent) a number does not fit into its part of the bar on a phone.
NARROW = Decimal(6)


@dataclass(frozen=True, kw_only=True)
class Span:
    """One part of a bar: where it begins and how wide it is, both in percent of the whole."""

    start: Decimal
    width: Decimal

    @property
    def is_narrow(self) -> bool:
        return self.width < NARROW


def spans(amounts: Sequence[Decimal], *, whole: Decimal | None = None) -> tuple[Span, ...]:
    """Lay amounts (yuan, none negative) side by side on a bar.

    The bar's length is `whole`, or the sum of the amounts. Ends are rounded to a tenth of a
    percent, not widths, so parts touch and the last ends exactly where the bar does.
    """
    total = sum(amounts, Decimal(0)) if whole is None else whole
    if total <= 0:
        return tuple(Span(start=Decimal(0), width=Decimal(0)) for _ in amounts)
    laid: list[Span] = []
    reached = Decimal(0)
    start = Decimal(0)
    for amount in amounts:
        reached += amount
        end = min((reached * WHOLE / total).quantize(TENTH, rounding=ROUND_HALF_UP), WHOLE)
        laid.append(Span(start=start, width=end - start))
        start = end
    return tuple(laid)


def remainders(amounts: Sequence[Decimal], *, whole: Decimal) -> tuple[Decimal, ...]:
    """What is still to pay after each amount of a waterfall, in yuan."""
    left: list[Decimal] = []
    rest = whole
    for amount in amounts:
        rest -= amount
        left.append(rest)
    return tuple(left)
