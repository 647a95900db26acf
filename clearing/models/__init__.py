"""Clearing between areas, reconciliation with institutions, and what the bank is told to pay."""

from .paying import (
    InstitutionAccount,
    InstitutionStatement,
    Payment,
    PaymentFile,
    PaymentLine,
    PaymentReturn,
)
from .reconciliation import Case, CaseTask, DayFile, DayRow
from .statements import ClearingCheck, ClearingStatement

__all__ = [
    "Case",
    "CaseTask",
    "ClearingCheck",
    "ClearingStatement",
    "DayFile",
    "DayRow",
    "InstitutionAccount",
    "InstitutionStatement",
    "Payment",
    "PaymentFile",
    "PaymentLine",
    "PaymentReturn",
]
