"""`manage.py import_institutions FILE`: take a roll of institutions in."""

from __future__ import annotations

from claims.imports.institutions import ROLL
from record.management.importing import ImportCommand


class Command(ImportCommand):
    roll = ROLL
