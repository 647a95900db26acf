"""What an operation answers when the law says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no of the law: a code, the clause behind it, and what a page needs to explain it."""

    code: str
    clause: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """Carries a refusal up to the operation's border, where everything is rolled back."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
