"""The frame of the commands that take a roll in: `import_contributions` and its like.

Exit status 0: everything is in, or would be. 1: there are bad rows and nothing was taken in.
2: the file cannot be read, or the command was given wrongly. 3: the valid rows are in, the bad
ones were left out as was asked for.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext
from tqdm import tqdm

from record.imports import Context, Report, Roll, errors_file, run_import, template_file
from record.operations import Actor
from record.sheets import UnreadableRoll

#: Bad rows that are printed; the file of errors holds all of them.
SHOWN = 20


class ImportCommand(BaseCommand):
    """Reads a CSV or XLSX roll. All of it is taken in, or nothing."""

    roll: ClassVar[Roll]
    help = (
        "Takes a CSV or XLSX roll in: all of it, or nothing. The same file again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV or XLSX")
        parser.add_argument(
            "--dry-run", action="store_true", help="try it and say what would happen"
        )
        parser.add_argument(
            "--accept-valid", action="store_true", help="take the valid rows in, leave bad ones out"
        )
        parser.add_argument(
            "--errors", type=Path, metavar="FILE", help="write every bad row to this CSV file"
        )
        parser.add_argument(
            "--template", type=Path, metavar="FILE", help="write an empty roll (.xlsx or .csv)"
        )

    def handle(
        self,
        *args: Any,
        file: Path | None,
        template: Path | None,
        errors: Path | None,
        **options: Any,
    ) -> None:
        if template is not None:
            self._write_template(template)
        if file is None:
            if template is None:
                raise CommandError(gettext("Name the file, or --template FILE."), returncode=2)
            return
        try:
            with file.open("rb") as opened:
                report = self._run(opened, file.name, options)
        except OSError as error:
            raise CommandError(
                gettext("%(file)s cannot be opened: %(reason)s.")
                % {"file": file, "reason": error.strerror},
                returncode=2,
            ) from None
        except UnreadableRoll as error:
            raise CommandError(str(error), returncode=2) from None
        self._tell(report, errors)
        self._finish(report, dry_run=options["dry_run"])

    def _run(self, file: IO[bytes], name: str, options: dict[str, Any]) -> Report:
        with tqdm(unit=gettext("rows"), disable=options["verbosity"] < 1, leave=False) as bar:
            return run_import(
                roll=self.roll,
                file=file,
                name=name,
                context=Context(
                    day=timezone.localdate(),
                    actor=Actor(name="import"),
                    accept_valid=options["accept_valid"],
                    dry_run=options["dry_run"],
                ),
                progress=bar.update,
            )

    def _write_template(self, path: Path) -> None:
        suffix = path.suffix.lower()
        if suffix not in {".csv", ".xlsx"}:
            raise CommandError(
                gettext("A template is a .csv or an .xlsx file, not %(file)s.") % {"file": path},
                returncode=2,
            )
        path.write_bytes(template_file(self.roll, suffix=suffix))
        self.stdout.write(gettext("The template is in %(file)s.") % {"file": path})

    def _tell(self, report: Report, errors: Path | None) -> None:
        for bad in report.bad[:SHOWN]:
            self.stderr.write(
                gettext("Line %(line)s, %(column)s %(value)s: %(reason)s %(remedy)s")
                % dict(
                    zip(("line", "column", "value", "reason", "remedy"), bad.cells(), strict=True)
                )
            )
        if len(report.bad) > SHOWN:
            self.stderr.write(
                gettext("… and %(more)s more bad rows; --errors FILE lists them all.")
                % {"more": len(report.bad) - SHOWN}
            )
        if errors is not None:
            errors.write_bytes(errors_file(report.bad))
            self.stdout.write(gettext("The bad rows are in %(file)s.") % {"file": errors})
        self.stdout.write(report.sentence())

    def _finish(self, report: Report, *, dry_run: bool) -> None:
        if report.earlier is not None:
            self.stdout.write(
                gettext("All of this file was taken in on %(day)s; nothing has changed.")
                % {"day": report.earlier}
            )
        elif dry_run:
            self.stdout.write(gettext("This was a try: nothing has changed."))
        elif not report.taken:
            self.stdout.write(
                gettext("Nothing was taken in: correct the bad rows, or give --accept-valid.")
            )
        else:
            self.stdout.write(gettext("Taken in."))
        if report.bad:
            sys.exit(3 if report.taken else 1)
