"""The ledger: accounts, transfers between them, and the runs that post in bulk."""

from .bank import BankFile, BankOrder
from .ledger import LedgerAccount, Transfer
from .runs import AccountYear, Adjustment, Chunk, Credit, Run, SkippedMonth

__all__ = [
    "AccountYear",
    "Adjustment",
    "BankFile",
    "BankOrder",
    "Chunk",
    "Credit",
    "LedgerAccount",
    "Run",
    "SkippedMonth",
    "Transfer",
]
