"""`manage.py describe_interface`: the description of the interface, as `docs/openapi-v1.json`."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser
from django.utils.translation import override

from claims.api.describing import describe

FILE = settings.BASE_DIR / "docs" / "openapi-v1.json"


def text() -> str:
    """Return the description in English, as the file holds it."""
    with override("en"):
        return json.dumps(describe(), ensure_ascii=False, indent=1) + "\n"


class Command(BaseCommand):
    """Prints it, or writes the file that is kept under version control."""

    help = "Print the OpenAPI description of the interface for institutions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"write {FILE.name} instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            FILE.write_text(text(), encoding="utf-8")
        else:
            self.stdout.write(text(), ending="")
