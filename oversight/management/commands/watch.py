"""`manage.py watch`: look at settled bills by the rules of the watch, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from oversight.finding import LOOK_BACK, find_hits
from record.operations import Actor


class Command(BaseCommand):
    help = (
        "Looks at settled bills by every rule of the watch; what was found before stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days", type=int, default=LOOK_BACK, help=f"how far back (default {LOOK_BACK})"
        )

    def handle(self, *args: Any, days: int, **options: Any) -> None:
        found = find_hits(
            day=timezone.localdate(), actor=Actor(name="shell"), look_back=max(1, min(days, 3_700))
        )
        for name, number in sorted(found.items()):
            self.stdout.write(f"{name}: {number} new")
