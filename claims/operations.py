"""The writes of this room: settling a bill, and undoing it."""

from __future__ import annotations

from .bill import lines_of
from .settling import RequestKey, settle
from .undoing import Undoing, refund, refund_partly, reverse

__all__ = ["RequestKey", "Undoing", "lines_of", "refund", "refund_partly", "reverse", "settle"]
