"""What cannot be done in this room, in a sentence that says why and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from record.rolls import BadRow


class CannotBeDone(ValueError):
    """The portal says no, and nothing was done. `code` names why; `problems` are the words."""

    def __init__(self, code: str, *problems: str) -> None:
        super().__init__(code)
        self.code = code
        self.problems = list(problems)


class BadFile(CannotBeDone):
    """A file was not taken in. `rows` says which lines are wrong, why, and what to do."""

    def __init__(self, code: str, *problems: str, rows: Sequence[BadRow] = ()) -> None:
        super().__init__(code, *problems)
        self.rows = list(rows)


def refuse_bad_rows(rows: Sequence[BadRow]) -> None:
    """Refuse a file with wrong lines as a whole; nothing happens where there are none."""
    if rows:
        raise BadFile(
            "bad_rows",
            gettext("%(count)s lines are wrong. Nothing of the file was taken in.")
            % {"count": len(rows)},
            rows=rows,
        )
