"""`manage.py bank_file RUN`: the bank's orders for a run that disburses, as CSV."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.bankfile import NoBankFile, bank_files, make_bank_file, missing_as_csv
from accounts.batch_command import SHELL
from record.operations import audit


class Command(BaseCommand):
    help = (
        "Writes the bank file of a run: the same bytes each time. Who has no bank account is"
        " listed apart; --further makes another part for those who have one by now."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int, help="the number of the run")
        parser.add_argument("--folder", type=Path, default=Path(), help="where the files go")
        parser.add_argument("--further", action="store_true", help="make a further part")

    def handle(self, *args: Any, run: int, folder: Path, further: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.", returncode=2)
        try:
            with transaction.atomic():
                _, missing = make_bank_file(
                    run_id=run, day=timezone.localdate(), actor=SHELL, further=further
                )
        except NoBankFile as error:
            raise CommandError(f"There is no bank file: {error}.") from None
        for file, content in bank_files(run_id=run):
            path = folder / f"run-{run}-part-{file.part}.csv"
            _write(path, content)
            self.stdout.write(
                f"{path}: {file.orders} orders, {file.amount} yuan, SHA-256 {file.sha256}"
            )
            audit(
                actor=SHELL,
                verb="accounts.bank_file.handed_out",
                area=file.run.area,
                record=f"run:{run}",
                data={"part": file.part, "sha256": file.sha256},
            )
        if missing:
            path = folder / f"run-{run}-missing.csv"
            _write(path, missing_as_csv(missing).encode())
            self.stdout.write(f"{path}: {len(missing)} amounts could not be ordered")


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read: it holds account numbers."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
