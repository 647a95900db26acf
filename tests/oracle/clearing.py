"""Clearing totals: who owes whom, by month (premiums: by year) and kind (section 8)."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from tests.oracle.days import money
from tests.oracle.figures import ZERO


@dataclass
class Clearing:
    totals: defaultdict[tuple[str, str, str, str], Decimal] = field(
        default_factory=lambda: defaultdict(lambda: ZERO)
    )

    def owe(self, *, period: str, creditor: str, debtor: str, kind: str, amount: Decimal) -> None:
        """The debtor area owes the creditor area; nothing is owed inside one area."""
        if creditor != debtor:
            self.totals[period, creditor, debtor, kind] += amount

    def rows(self) -> list[list[str]]:
        return [[*key, money(total)] for key, total in sorted(self.totals.items()) if total]
