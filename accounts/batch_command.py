"""What the commands that post runs share: areas, a progress bar, words, and exit codes.

Exit codes: 0 all done, 1 refused or failed, 2 the command line is wrong, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from policy.book import load_book
from record.operations import Actor
from record.outcome import Refusal

from .models import Run
from .posting import post_run

SHELL = Actor(name="shell")
EVERY_AREA = "all"

_REFUSED = {
    "month_not_begun": "this month has not begun yet",
    "year_not_over": "this year is not over yet",
    "earlier_year_open": "an account there has an earlier year open; close that year first",
}


class RunCommand(BaseCommand):
    """Opens and posts the runs of one area or of all; a run that was interrupted goes on."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("area", help=f"six digits, or {EVERY_AREA!r} for every area")

    def post(self, *, area: str, open_run: Callable[[str], Run | Refusal]) -> None:
        """Open and post the run of each area in turn. Raises CommandError if any was refused."""
        refused = 0
        try:
            for code in _areas(area):
                run = open_run(code)
                if isinstance(run, Refusal):
                    refused += 1
                    words = _REFUSED.get(run.code, run.code)
                    self.stderr.write(f"{code}: refused ({run.code}): {words}.")
                    continue
                self._post_one(code, run)
        except KeyboardInterrupt:
            self.stderr.write("Stopped. The same command goes on where this one stopped.")
            sys.exit(130)
        if refused:
            raise CommandError(f"{refused} refused.")

    def _post_one(self, code: str, run: Run) -> None:
        chunks = run.chunks.count()
        done = run.chunks.exclude(posted_at=None).count()
        with tqdm(
            total=chunks, initial=done, desc=code, unit="chunk", disable=not sys.stderr.isatty()
        ) as bar:
            post_run(run, actor=SHELL, on_chunk=lambda chunk: _advance(bar), limited=False)
        run.refresh_from_db()
        if run.state != Run.State.DONE:
            self.stdout.write(f"{code}: run {run.pk} is being finished by another worker.")
            return
        self.stdout.write(self.words_for(code, run))

    def words_for(self, code: str, run: Run) -> str:
        """Say in one line what a run did."""
        skipped = ", ".join(f"{number} {reason}" for reason, number in sorted(run.skipped.items()))
        return (
            f"{code}: run {run.pk}: {run.expected} expected, {run.done} done,"
            f" {run.amount} yuan" + (f"; skipped: {skipped}" if skipped else "")
        )


def _advance(bar: Any) -> None:
    bar.update(1)


def _areas(area: str) -> list[str]:
    known = load_book().areas
    if area == EVERY_AREA:
        return sorted(known)
    if area not in known:
        raise CommandError(f"There is no pooling area {area!r} in the policy files.", returncode=2)
    return [area]
