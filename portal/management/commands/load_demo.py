"""`manage.py load_demo`: fill an empty database with the demonstration province."""

from __future__ import annotations

from datetime import date
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.demo import AlreadyLoaded, load

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Command(BaseCommand):
    """Refuses a database that has persons, and a portal that others can reach."""

    help = "Load the demonstration province into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1 is 2,300 members")
        parser.add_argument(
            "--today", type=date.fromisoformat, help="the day it is to be, 2026-11-22"
        )
        parser.add_argument(
            "--yes-i-know",
            action="store_true",
            help="load it although PUBLIC_URL is not on this machine: its passwords are public",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host = urlsplit(settings.PUBLIC_URL).hostname
        if host not in _LOOPBACK and not options["yes_i_know"]:
            raise CommandError(
                f"PUBLIC_URL is {settings.PUBLIC_URL}, which others can reach, and everybody knows"
                " the demonstration's passwords; give --yes-i-know to load it all the same."
            )
        began = monotonic()

        def say(text: str) -> None:
            self.stdout.write(f"  {monotonic() - began:5.1f} s  {text}")
            self.stdout.flush()

        try:
            done = load(
                today=options["today"] or timezone.localdate(), scale=options["scale"], say=say
            )
        except AlreadyLoaded:
            raise CommandError(
                "There are persons in this database already; the demonstration fills an empty one"
                " (./run demo --fresh starts the embedded one over)."
            ) from None
        say(
            f"{done['members']} members, {done['institutions']} institutions, {done['claims']}"
            f" claims, {done['bindings']} bindings, {done['credit runs']} credit runs."
        )
        if options["verbosity"] > 1:
            for what, number in sorted(done.items()):
                self.stdout.write(f"    {number:>7}  {what}")
