"""`manage.py import_contributions FILE`: take a roll of contributions in."""

from __future__ import annotations

from accounts.imports.contributions import ROLL
from record.management.importing import ImportCommand


class Command(ImportCommand):
    roll = ROLL
