"""What rests on contributions in this room: bills that were settled since they were recorded."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

_SETTLED = """
SELECT count(*) FROM claims_claim claim
WHERE claim.settled_at > %(since)s AND EXISTS (
    SELECT FROM members_contribution contribution
    WHERE contribution.person_id = claim.patient_id
      AND contribution.id BETWEEN %(first)s AND %(last)s
)
"""


def settled_since(first: int, last: int, since: datetime) -> int:
    """Count the bills of those whose contributions have these ids, settled since a moment."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, {"first": first, "last": last, "since": since})
        (number,) = cursor.fetchone() or (0,)
    return int(number)
