"""What a claim is judged by (rules 6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a bill: yuan; `over_limit` is the part of it over the payment standard (SZ-7)."""

    amount: Decimal
    item_class: str = "A"
    self_pay_rate: Decimal = Decimal(0)
    purpose: str = "drug"
    coded: bool = True
    over_limit: Decimal = ZERO
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """The institution as the register has it on the service date. Level 0 is without a level."""

    area: str
    kind: str
    level: int
    networked: bool
    designated: bool
    outpatient: bool


@dataclass(frozen=True, slots=True)
class Patient:
    """The patient on the service date. `registered`: for the institution's area, approved."""

    area: str
    scheme: str
    retired: bool
    paid_months: frozenset[date]
    stays: frozenset[str]
    registered: bool


@dataclass(frozen=True, slots=True)
class Used:
    """What the patient has used this year in this area: deductible paid, paid by the pool."""

    deductible: Decimal = ZERO
    pool: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Facts:
    """One bill with all that decides on it."""

    service_date: date
    category: str
    provider: Provider
    patient: Patient
    used: Used
    lines: tuple[Line, ...]
    prescriber_level: int | None = None
    merged_into_admission: bool = False
    other_scheme_paid: Decimal = field(default=ZERO)
