"""What a movement was for, in the few kinds that its owner asks for, and a year by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .ledger import NIL
from .models import Transfer
from .queries import Movement

CREDIT, INTEREST, OWN, SHARED, PREMIUM, OTHER = (
    "credit", "interest", "own", "shared", "premium", "other",
)  # fmt: skip

#: In the order in which a year is told: what came in, then what went out.
KINDS: Mapping[str, str | Promise] = {
    CREDIT: _("Credits"),
    INTEREST: _("Interest"),
    OWN: _("My own bills"),
    SHARED: _("Bills of relatives"),
    PREMIUM: _("Premiums"),
    OTHER: _("Corrections and payouts"),
}

_OF_SOURCE: Mapping[str, str] = {
    Transfer.Source.CREDIT: CREDIT,
    Transfer.Source.INTEREST: INTEREST,
    Transfer.Source.PREMIUM: PREMIUM,
    Transfer.Source.PREMIUM_UNDO: PREMIUM,
}


def kind_of(movement: Movement) -> str:
    """Return what a movement was for; what was given back is of the kind that it gives back."""
    if movement.source in (Transfer.Source.CLAIM, Transfer.Source.UNDO):
        return OWN if movement.kind == Transfer.Kind.OWN_ACCOUNT else SHARED
    return _OF_SOURCE.get(movement.source, OTHER)


@dataclass(frozen=True, slots=True)
class MonthSums:
    """A month added up: signed yuan by kind, kinds without a movement left out."""

    first: date
    by_kind: Mapping[str, Decimal]

    @property
    def money_in(self) -> Decimal:
        """Return what came in, kind by kind."""
        return sum((amount for amount in self.by_kind.values() if amount > 0), NIL)

    @property
    def money_out(self) -> Decimal:
        """Return what went out, kind by kind, as a positive amount."""
        return -sum((amount for amount in self.by_kind.values() if amount < 0), NIL)


def months_of(movements: Sequence[Movement], year: int) -> list[MonthSums]:
    """Add a year's movements up by month and kind: twelve months, whether or not they are over."""
    sums: dict[int, dict[str, Decimal]] = {month: {} for month in range(1, 13)}
    for movement in movements:
        month = sums[movement.day.month]
        kind = kind_of(movement)
        month[kind] = month.get(kind, NIL) + movement.amount
    return [MonthSums(date(year, month, 1), by_kind) for month, by_kind in sums.items()]


def total_by_kind(months: Sequence[MonthSums]) -> dict[str, Decimal]:
    """Add months up by kind, in the order of `KINDS`; kinds without a movement are left out."""
    totals: dict[str, Decimal] = {}
    for kind in KINDS:
        parts = [month.by_kind[kind] for month in months if kind in month.by_kind]
        if parts:
            totals[kind] = sum(parts, NIL)
    return totals
