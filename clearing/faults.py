"""What cannot be done in this room, in a sentence that says why and what to do."""

from __future__ import annotations


class CannotBeDone(ValueError):
    """The portal says no, and nothing was done. `code` names why; `problems` are the words."""

    def __init__(self, code: str, *problems: str) -> None:
        super().__init__(code)
        self.code = code
        self.problems = list(problems)
