"""The ledger: accounts, transfers between them, and the runs that post in bulk."""

from .bank import BankFile, BankOrder
from .closed import ClosedPeriod
from .ledger import LedgerAccount, Transfer
from .runs import AccountYear, Adjustment, Chunk, Credit, Run, SkippedMonth

__all__ = [
    "AccountYear",
    "Adjustment",
    "BankFile",
    "BankOrder",
    "Chunk",
    "ClosedPeriod",
    "Credit",
    "LedgerAccount",
    "Run",
    "SkippedMonth",
    "Transfer",
]
