"""A year's interest in words: each balance with its days, its sum, and how it was rounded."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, gettext

from policy.book import Book
from policy.citing import cite, note_of

from .earning import Leg, YearEarned
from .interest import Stretch

#: What an exact sum is shown to: the fen, and four more digits.
_SHOWN = Decimal("0.000001")
#: Who says that an account earns interest, and of which kinds.
_LAW = {"document": "AH49", "clause": "AH49-1.2"}


def earned_in_words(earned: YearEarned, *, book: Book, area: str) -> dict[str, Any]:
    """Return what the page about a year's interest shows."""
    chinese = (get_language() or "").startswith("zh")
    law = {**_LAW, "number": book.documents[_LAW["document"]].number}
    # The rules of Anhui say it; the other areas are read as going the same way.
    clauses = [
        {
            "text": cite(law, book.documents, chinese=chinese),
            "standing": "" if area.startswith("34") else "assumed",
        }
    ]
    return {
        "balances": [
            _balance(earned, "current", gettext("On this year's money"), earned.interest.current),
            _balance(
                earned, "carried", gettext("On the money of earlier years"), earned.interest.carried
            ),
        ],
        "clauses": clauses,
        "readings": [
            (note_of(source, chinese=chinese), cite(source, book.documents, chinese=chinese))
            for source in earned.sources
            if source.standing == "assumed"
        ],
    }


def _balance(earned: YearEarned, bucket: str, title: str, amount: Decimal) -> dict[str, Any]:
    legs = earned.leg_sums(bucket)
    exact = sum((leg.exact for leg in legs), Fraction(0))
    return {
        "bucket": bucket,
        "title": title,
        "amount": amount,
        "legs": [_leg(leg, earned.days_of_year) for leg in legs],
        "exact": shown(exact),
        "is_rounded": exact != Fraction(amount),
    }


def _leg(leg: Leg, days_of_year: int) -> dict[str, Any]:
    percent = f"{(leg.rate * 100).normalize():f}%"
    return {
        "rate": leg.rate,
        "rate_name": gettext("demand deposit rate")
        if leg.bucket == "current"
        else gettext("3-month deposit rate"),
        "rows": [_row(stretch) for stretch in leg.stretches],
        "days": sum(stretch.days for stretch in leg.stretches),
        "product": leg.product,
        "exact": shown(leg.exact),
        "sum": f"{leg.product:,.2f} × {percent} ÷ {days_of_year}",
    }


def _row(stretch: Stretch) -> dict[str, Any]:
    return {
        "first": stretch.first,
        "last": stretch.last,
        "days": stretch.days,
        "balance": stretch.balance,
        "product": stretch.product,
    }


def shown(exact: Fraction) -> str:
    """Write an exact sum with six decimals, and `…` where it goes on."""
    written = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        _SHOWN, rounding=ROUND_DOWN
    )
    return f"{written}" if Fraction(written) == exact else f"{written}…"
