"""`manage.py import_premium_results FILE`: take the collector's answer about premiums in."""

from __future__ import annotations

from families.imports.premium_results import ROLL
from record.management.importing import ImportCommand


class Command(ImportCommand):
    roll = ROLL
