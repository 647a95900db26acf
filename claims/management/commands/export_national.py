"""`manage.py export_national`: the settlements of a month under the national names, as CSV."""

from __future__ import annotations

import csv
import sys
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from claims.models import Claim
from claims.national import FIELDS, rows_of
from members.months import months_after, parse_month
from record.operations import Actor, audit, operation


class Command(BaseCommand):
    """What was settled, and what was undone, in a month at the institutions of an area."""

    help = "Export settlements under the names of the national interface (CSV to standard output)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("area", help="the institutions' pooling area, such as 340100")
        parser.add_argument("month", help="such as 2026-03")

    def handle(self, *args: Any, **options: Any) -> None:
        area = options["area"]
        try:
            first = parse_month(options["month"])
        except ValueError:
            raise CommandError(f"{options['month']!r} is no month such as 2026-03.") from None
        after = months_after(first, 1)
        claims = (
            Claim.objects.select_related("institution")
            .filter(institution__area=area)
            .filter(
                Q(settled_on__gte=first, settled_on__lt=after)
                | Q(undone_on__gte=first, undone_on__lt=after)
            )
            .order_by("pk")
        )
        _on_record(area=area, month=options["month"])
        writer = csv.DictWriter(self.stdout or sys.stdout, FIELDS, lineterminator="\n")
        writer.writeheader()
        wanted = f"{first:%Y-%m}"
        for claim in claims.iterator(chunk_size=2000):
            writer.writerows(row for row in rows_of(claim) if row["setl_date"][:7] == wanted)


@operation
def _on_record(*, area: str, month: str) -> None:
    audit(
        actor=Actor(name="installation"),
        verb="claims.export_national",
        area=area,
        data={"month": month},
    )
