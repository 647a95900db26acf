"""`manage.py credit AREA MONTH`: credit a month, and every earlier one that is due."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from accounts.batch_command import SHELL, RunCommand
from accounts.crediting import open_credit_run
from accounts.models import Run
from members.months import parse_month
from record.outcome import Refusal


class Command(RunCommand):
    help = "Credits a month in an area, or in all; stopped or killed, it goes on when run again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("month", help="such as 2026-11")

    def handle(self, *args: Any, area: str, month: str, **options: Any) -> None:
        try:
            first = parse_month(month)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from None
        self.post(area=area, open_run=partial(_open, first, timezone.localdate()))


def _open(month: date, today: date, area: str) -> Run | Refusal:
    return open_credit_run(area=area, month=month, day=today, actor=SHELL)
