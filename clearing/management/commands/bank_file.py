"""`manage.py bank_file NUMBER`: a bank file that two persons stand behind, as it was released."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clearing.bankfiles import handed_out
from clearing.faults import CannotBeDone
from clearing.models import PaymentFile
from record.operations import Actor

SHELL = Actor(name="shell")


class Command(BaseCommand):
    help = (
        "Writes a bank file that was made and released on the desk: the same bytes each time."
        " One that waits for its second person is not handed out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the number of the file, as on the desk")
        parser.add_argument("--folder", type=Path, default=Path(), help="where the file goes")

    def handle(self, *args: Any, number: str, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.", returncode=2)
        file = PaymentFile.objects.filter(number=number).first()
        if file is None:
            raise CommandError(f"There is no bank file {number}: look on the desk, Bank files.")
        try:
            content = handed_out(file=file, actor=SHELL)
        except CannotBeDone:
            raise CommandError(
                f"Bank file {number} was not released: a second person does it on the desk."
            ) from None
        path = folder / f"{file.number}.csv"
        _write(path, content)
        self.stdout.write(
            f"{path}: {file.orders} orders, {file.amount} yuan, SHA-256 {file.sha256}"
        )


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read: it holds account numbers."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
