"""A bill as an institution sends it, checked by shape before anything is asked of the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .engine.facts import ZERO, Line
from .models import Claim, Institution

CLASSES = frozenset("ABC")
PURPOSES = frozenset(
    [
        "drug",
        "treatment",
        "device",
        "consumable",
        "examination",
        "public_health",
        "fitness",
        "wellness",
        "checkup",
        "vaccine_programme",
        "vaccine_other",
    ]
)


class InvalidBill(ValueError):
    """The bill cannot be read; `problems` says what is wrong, one plain line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill of one visit. `number` is the claim's; amounts in yuan with two decimals."""

    number: str
    institution: Institution
    visit_number: str
    bill_number: str
    patient_id: int
    category: str
    service_date: date
    lines: tuple[Line, ...]
    prescriber: Institution | None = None
    prescription_number: str = ""
    merged_into_admission: bool = False
    other_scheme_paid: Decimal = ZERO
    paper: bool = False

    @property
    def gross(self) -> Decimal:
        """Return the sum of the lines."""
        return sum((line.amount for line in self.lines), ZERO)


def check_lines(lines: Sequence[Line]) -> None:
    """Raise InvalidBill where a line makes no sense: nothing negative comes in (rules 1.1)."""
    problems = []
    if not lines:
        problems.append("the bill has no lines")
    for place, line in enumerate(lines, start=1):
        if not _is_money(line.amount):
            problems.append(f"line {place}: the amount is not yuan with two decimals, nil or more")
        elif not _is_money(line.over_limit) or line.over_limit > line.amount:
            problems.append(f"line {place}: the part over the standard is more than the amount")
        if not Decimal(0) <= line.self_pay_rate <= Decimal(1):
            problems.append(f"line {place}: the self-pay rate is not between 0 and 1")
        if line.item_class not in CLASSES:
            problems.append(f"line {place}: the class is not A, B or C")
        if line.purpose not in PURPOSES:
            problems.append(f"line {place}: the purpose {line.purpose!r} is not known")
    if problems:
        raise InvalidBill(problems)


def _is_money(amount: Decimal) -> bool:
    return amount.is_finite() and amount >= 0 and amount == amount.quantize(ZERO)


def line_from(raw: Mapping[str, Any]) -> Line:
    """Read a line from its stored or received form."""
    return Line(
        amount=Decimal(raw["amount"]),
        item_class=raw.get("class", "A"),
        self_pay_rate=Decimal(raw.get("self_pay_rate", "0")),
        purpose=raw.get("purpose", "drug"),
        coded=bool(raw.get("coded", True)),
        over_limit=Decimal(raw.get("over_limit", "0.00")),
        code=raw.get("code", ""),
        name=raw.get("name", ""),
    )


def line_as_json(line: Line) -> dict[str, Any]:
    """Return a line in its stored form."""
    return {
        "amount": str(line.amount),
        "class": line.item_class,
        "self_pay_rate": str(line.self_pay_rate),
        "purpose": line.purpose,
        "coded": line.coded,
        "over_limit": str(line.over_limit),
        "code": line.code,
        "name": line.name,
    }


def lines_of(claim: Claim) -> list[Line]:
    """Return the lines of a settled bill."""
    return [line_from(raw) for raw in claim.lines]
