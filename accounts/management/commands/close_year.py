"""`manage.py close_year AREA YEAR`: post the interest of a year that is over."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from accounts.batch_command import SHELL, RunCommand
from accounts.closing import open_interest_run
from accounts.models import Run
from record.outcome import Refusal


class Command(RunCommand):
    help = "Closes a year in an area, or in all; stopped or killed, it goes on when run again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("year", type=int, help="such as 2025")

    def handle(self, *args: Any, area: str, year: int, **options: Any) -> None:
        if not 1900 <= year <= 9998:
            raise CommandError(f"{year} is no year to close.", returncode=2)
        self.post(area=area, open_run=partial(_open, year, timezone.localdate()))


def _open(year: int, today: date, area: str) -> Run | Refusal:
    return open_interest_run(area=area, year=year, day=today, actor=SHELL)
