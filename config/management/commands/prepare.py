"""Bring a database up to date in one process: tables, rights, and the demonstration if wanted."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command
from django.db import connection


class Command(BaseCommand):
    """`manage.py prepare [--demo [--sign-ins FILE]]`, run as the owner of the tables."""

    help = (
        "Migrate, grant the application's role its rights and, with --demo, load the"
        " demonstration province into an empty database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demonstration province")
        parser.add_argument("--sign-ins", type=Path, help="write the demonstration sign-ins here")

    def handle(self, *args: Any, **options: Any) -> None:
        verbosity = options["verbosity"]
        call_command("migrate", interactive=False, verbosity=verbosity)
        call_command("grant_roles", verbosity=verbosity)
        if options["demo"] and not apps.get_model("members", "Person").objects.exists():
            self._load_demo(verbosity)
        if options["sign_ins"]:
            text = io.StringIO()
            call_command("demo_sign_ins", stdout=text)
            options["sign_ins"].write_text(text.getvalue(), encoding="utf-8")

    def _load_demo(self, verbosity: int) -> None:
        # Loaded with the application's rights, as real data comes in; this proves the grants.
        role = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")
            call_command("load_demo", verbosity=verbosity)
            cursor.execute("RESET ROLE")
            # The planner knows nothing of rows that have just come: the first pages would be slow.
            cursor.execute("ANALYZE")
