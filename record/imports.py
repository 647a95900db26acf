"""Taking a roll in: one transaction, all or nothing, tried first where that is wished.

A room declares a `Roll`: its columns and an importer, which judges rows and writes them in bulk.
What is the same for all is here: the file's hash, the order of trying and writing, the audit
record, and the row of `ImportFile` that makes the same file known when it comes again.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Protocol, cast

from django.db import connection, transaction
from django.utils.translation import gettext

from .models import ImportFile, ImportUndo
from .operations import Actor, audit
from .outcome import Refusal
from .rolls import BadRow, Column, Layout, Row, Text, mask
from .sheets import write_sheet

Progress = Callable[[int], object]
#: Rows between two words of progress.
STEP = 1_000
#: A file may take longer than a page; the database waits this long for it (milliseconds).
_PATIENCE_MS = 300_000
#: Texts that a spreadsheet would take for a formula begin with one of these.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Context:
    """Who takes a roll in, and when. `scopes`: their areas and provinces, None for all of them.

    `accept_valid` False means that one bad row is enough for nothing to be kept.
    """

    day: date
    actor: Actor
    scopes: frozenset[str] | None = None
    accept_valid: bool = False
    dry_run: bool = False

    def covers(self, area: str) -> bool:
        """Say whether rows of an area may be taken in."""
        return self.scopes is None or area in self.scopes or area[:2] in self.scopes


class Importer(Protocol):
    """Judges and writes the rows of one file, inside the caller's transaction.

    `take` reads all rows and yields the bad ones; `post` writes what is still to be written and
    yields the rows that an operation refused. Then `done` and `skipped` are the counts.
    """

    done: int
    skipped: int

    def take(self, rows: Iterator[Row]) -> Iterator[BadRow]: ...

    def post(self) -> Iterator[BadRow]: ...


@dataclass(frozen=True, slots=True)
class Roll:
    """A kind of roll: its name, its columns, what takes it in, and whose role may send it.

    `undo` takes a file back that was taken in; where there is none, `no_undo` says why not.
    """

    kind: str
    title: Text
    columns: tuple[Column, ...]
    importer: Callable[[Context], Importer]
    roles: frozenset[str]
    undo: Callable[[ImportFile, Context, str], ImportUndo | Refusal] | None = None
    no_undo: Text = ""

    @property
    def layout(self) -> Layout:
        return Layout(self.columns)

    @property
    def is_undoable(self) -> bool:
        """Say whether a file of this kind can be taken back at all."""
        return self.undo is not None


_ROLLS: dict[str, Roll] = {}


def register_roll(roll: Roll) -> None:
    """Make a kind of roll known to the pages that take rolls in."""
    _ROLLS[roll.kind] = roll


def rolls() -> dict[str, Roll]:
    """Return the kinds of roll by name."""
    return dict(_ROLLS)


@dataclass(slots=True)
class Report:
    """What became of a file's rows. `taken` says whether anything was kept of it.

    `earlier`: the day on which all of the same file was taken in before, else None.
    """

    kind: str
    name: str
    sha256: str
    rows: int = 0
    done: int = 0
    skipped: int = 0
    bad: list[BadRow] = field(default_factory=list)
    taken: bool = False
    earlier: date | None = None
    made: dict[str, int] = field(default_factory=dict)

    def sentence(self) -> str:
        """The counts in one sentence."""
        return gettext(
            "%(rows)s rows: %(done)s to take in, %(skipped)s there already, %(bad)s bad."
        ) % {
            "rows": self.rows,
            "done": self.done,
            "skipped": self.skipped,
            "bad": len(self.bad),
        }


def run_import(
    *, roll: Roll, file: IO[bytes], name: str, context: Context, progress: Progress | None = None
) -> Report:
    """Take a file in, or only try it (`context.dry_run`). Raises UnreadableRoll.

    With bad rows nothing is kept unless `context.accept_valid`. The same file again, where all
    of it was taken in, is not read a second time and changes nothing.
    """
    sha256 = hashlib.file_digest(cast("io.BufferedIOBase", file), "sha256").hexdigest()
    file.seek(0)
    report = Report(kind=roll.kind, name=mask(name)[:200], sha256=sha256)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET LOCAL statement_timeout = {_PATIENCE_MS};"
                f"SET LOCAL idle_in_transaction_session_timeout = {_PATIENCE_MS};"
                f"SET LOCAL lock_timeout = {_PATIENCE_MS}"
            )
            # Two files of a kind are judged one after the other, each by what the former left.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{roll.kind}"])
        earlier = ImportFile.objects.filter(kind=roll.kind, sha256=sha256, bad=0, undo=None).first()
        if earlier is not None:
            report.rows = report.skipped = earlier.rows
            report.earlier = earlier.day
            return report
        _read(roll, file, report, context=context, name=name, progress=progress)
        if context.dry_run or (report.bad and not context.accept_valid):
            transaction.set_rollback(True)
            return report
        report.taken = True
        _record(report, context)
    return report


def _read(
    roll: Roll,
    file: IO[bytes],
    report: Report,
    *,
    context: Context,
    name: str,
    progress: Progress | None,
) -> None:
    importer = roll.importer(context)

    def good_rows() -> Iterator[Row]:
        for row in roll.layout.read(file, name=name):
            report.rows += 1
            if progress is not None and report.rows % STEP == 0:
                progress(STEP)
            if isinstance(row, BadRow):
                report.bad.append(row)
            else:
                yield row

    report.bad.extend(importer.take(good_rows()))
    if context.accept_valid or not report.bad or context.dry_run:
        report.bad.extend(importer.post())
    report.bad.sort(key=lambda bad: bad.line)
    report.skipped = importer.skipped
    report.made = getattr(importer, "made", {})
    report.done = report.rows - report.skipped - len(report.bad)
    if progress is not None:
        progress(report.rows % STEP)


def _record(report: Report, context: Context) -> None:
    counts = {
        "rows": report.rows,
        "done": report.done,
        "skipped": report.skipped,
        "bad": len(report.bad),
    }
    kept = ImportFile.objects.create(
        kind=report.kind,
        name=report.name,
        sha256=report.sha256,
        day=context.day,
        by_name=context.actor.name,
        by_id=context.actor.user_id,
        made=report.made,
        **counts,
    )
    audit(
        actor=context.actor,
        verb=f"import.{report.kind}",
        record=f"import:{kept.pk}",
        data={"file": report.name, "sha256": report.sha256, **counts},
    )


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_csv(header: Sequence[str], rows: Iterator[Sequence[object]]) -> bytes:
    """Return a CSV file that a Chinese Excel opens rightly: UTF-8 with its mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def errors_file(bad: Sequence[BadRow]) -> bytes:
    """Return the bad rows as a CSV file: line, column, value (masked), reason, what to do."""
    return write_csv(
        [
            gettext("Line"),
            gettext("Column"),
            gettext("Value"),
            gettext("What is wrong"),
            gettext("What to do"),
        ],
        (row.cells() for row in bad),
    )


def template_file(roll: Roll, *, suffix: str) -> bytes:
    """Return an empty roll with one row as an example: `.xlsx` with notes, or `.csv`."""
    header = [column.title for column in roll.columns]
    example = [column.example for column in roll.columns]
    if suffix == ".csv":
        return write_csv(header, iter([example]))
    notes = [
        f"{column.title}: {column.note}"
        + ("" if column.needed else gettext(" (may be left empty)"))
        for column in roll.columns
    ]
    return write_sheet(
        title=str(roll.title),
        header=header,
        rows=[example],
        notes=[gettext("Replace the row of the example before you send the file."), *notes],
    )
