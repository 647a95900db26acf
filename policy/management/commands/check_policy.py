"""`manage.py check_policy [PATH]`: are the policy files right? Needs no database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from policy.book import PolicyError, load_book


class Command(BaseCommand):
    help = "Checks the policy files: one line for each problem with file, key and reason."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            help="a folder with national.yaml and areas/ (the installed one where none is given)",
        )

    def handle(self, *args: Any, path: Path | None, **options: Any) -> None:
        if path is not None and not path.is_dir():
            raise CommandError(f"{path} is not a folder.")
        try:
            book = load_book(path)
        except PolicyError as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            count = len(error.problems)
            raise CommandError(f"{count} problem{'s' if count > 1 else ''} found.") from error
        provinces = {area.province for area in book.areas.values()}
        self.stdout.write(
            f"The policy files are right: {len(book.areas)} areas in {len(provinces)} provinces,"
            f" {book.count_of_values()} dated values from {len(book.documents)} documents."
        )
