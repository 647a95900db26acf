"""`manage.py import_enrolments FILE`: take a roll of enrolments in."""

from __future__ import annotations

from members.imports.enrolments import ROLL
from record.management.importing import ImportCommand


class Command(ImportCommand):
    roll = ROLL
