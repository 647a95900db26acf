"""`manage.py verify_audit`: is the audit record as it was sealed?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from record.sealing import verify


class Command(BaseCommand):
    help = "Checks the chain of the audit record against its rows and the anchor file."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        for problem in verdict.problems:
            self.stderr.write(problem)
        self.stdout.write(
            f"{verdict.sealed} records sealed, {verdict.waiting} waiting,"
            f" {verdict.anchors} anchors: {'broken' if verdict.problems else 'all is well'}."
        )
        if verdict.problems:
            sys.exit(1)
