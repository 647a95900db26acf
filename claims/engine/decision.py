"""What is decided on a claim, and why: figures, reasons, and the steps that led there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from policy.book import Source


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the law: its name, the figures that went in and came out, and its sources."""

    name: str
    figures: dict[str, str]
    sources: tuple[Source, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the step as it is stored with the claim."""
        return {
            "name": self.name,
            "figures": self.figures,
            "sources": [source.as_json() for source in self.sources],
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the pooled fund does not pay, with the source of the rule that says so."""

    code: str
    source: Source


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome before the accounts are asked. All amounts in yuan, two decimals.

    `payable` is what account money may pay; the rest of the bill is cash.
    """

    gross: Decimal
    out_of_policy: Decimal
    first_self_pay: Decimal
    in_policy: Decimal
    remote_self_pay: Decimal
    deductible: Decimal
    pool: Decimal
    other_scheme_paid: Decimal
    payable: Decimal
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]


class NoPolicyInForce(Exception):
    """The pooled fund is asked, and no outpatient rule is in force on the service date (6.2)."""
