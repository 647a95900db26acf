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


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of a column, in the units of its picture."""

    kind: str
    x: Decimal
    y: Decimal
    width: Decimal
    height: Decimal


def columns(
    months: Sequence[tuple[Sequence[tuple[str, Decimal]], Sequence[tuple[str, Decimal]]]],
    *,
    width: int,
    height: int,
    gap: int,
) -> tuple[Decimal, tuple[tuple[Block, ...], ...]]:
    """Lay columns out side by side: what came in stands on the line, what went out hangs from it.

    Each month is its `(kind, yuan)` parts above and below the line, none negative. Returns where
    the line lies, and each month's blocks from the line outwards. Heights are to one scale.
    """
    above = max((_sum(up) for up, _ in months), default=Decimal(0))
    below = max((_sum(down) for _, down in months), default=Decimal(0))
    whole = above + below
    scale = Decimal(height) / whole if whole else Decimal(0)
    line = (above * scale).quantize(TENTH, rounding=ROUND_HALF_UP)
    step = Decimal(width) / max(len(months), 1)
    laid = []
    for place, (up, down) in enumerate(months):
        x = (place * step + gap).quantize(TENTH)
        wide = (step - 2 * gap).quantize(TENTH)
        blocks = []
        for parts, is_up in ((up, True), (down, False)):
            reached = Decimal(0)
            for kind, amount in parts:
                start = (reached * scale).quantize(TENTH, rounding=ROUND_HALF_UP)
                reached += amount
                end = (reached * scale).quantize(TENTH, rounding=ROUND_HALF_UP)
                y = line - end if is_up else line + start
                blocks.append(Block(kind=kind, x=x, y=y, width=wide, height=end - start))
        laid.append(tuple(block for block in blocks if block.height > 0))
    return line, tuple(laid)


def _sum(parts: Sequence[tuple[str, Decimal]]) -> Decimal:
    return sum((amount for _, amount in parts), Decimal(0))
