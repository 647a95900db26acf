"""How the launcher says that it cannot go on: one sentence, no traceback."""

from __future__ import annotations

import sys
from typing import NoReturn

EXIT_CODE = 2


class LauncherError(Exception):
    """A sentence for the person at the terminal: what is wrong and what to do."""


def end_with(sentence: str) -> NoReturn:
    """Print one sentence and leave with exit code 2."""
    print(sentence, file=sys.stderr)
    raise SystemExit(EXIT_CODE)
