"""Taking a roll of contributions back: only while nothing has come of its rows.

Once a month is credited, or a bill of somebody in the roll was settled, standing or money rests on
it: then each wrong month is put right by itself (a corrected base, a contribution paid back).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from policy.refusals import refuse
from record.imports import Context
from record.models import ImportFile, ImportUndo
from record.operations import audit, operation

#: First and last id of the rows, and since when → how many things rest on them.
Reliance = Callable[[int, int, datetime], int]
_RELIANCES: list[Reliance] = []


def register_reliance(reliance: Reliance) -> None:
    """Make known what a room above counts as resting on contributions; once each."""
    if reliance not in _RELIANCES:
        _RELIANCES.append(reliance)


_RANGE = "contribution.id BETWEEN %(first)s AND %(last)s"

# Whoever pays, retires, leaves or has a bill settled meanwhile waits: persons in id order.
_LOCK = f"""
SELECT count(*) FROM (
    SELECT person.id FROM members_person person
    WHERE person.id IN (SELECT person_id FROM members_contribution contribution WHERE {_RANGE})
    ORDER BY person.id FOR NO KEY UPDATE
) locked
"""  # noqa: S608

_LOOK = f"""
SELECT
    count(*),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM accounts_credit credit
        WHERE credit.person_id = contribution.person_id AND credit.month = contribution.month
    )),
    count(*) FILTER (WHERE paid_back_on IS NOT NULL OR EXISTS (
        SELECT FROM members_contributionevent event WHERE event.pgh_obj_id = contribution.id
    )),
    count(*) FILTER (WHERE %(scopes)s::text[] IS NOT NULL AND NOT EXISTS (
        SELECT FROM members_enrolment place
        WHERE place.person_id = contribution.person_id AND place.ends_on IS NULL
          AND (place.area = ANY (%(scopes)s) OR left(place.area, 2) = ANY (%(scopes)s))
    ))
FROM members_contribution contribution WHERE {_RANGE}
"""  # noqa: S608

_DELETE = f"DELETE FROM members_contribution contribution WHERE {_RANGE}"  # noqa: S608


@operation
def undo_contributions(file: ImportFile, context: Context, note: str) -> ImportUndo:
    """Take a roll back: its rows go, their history stays.

    Refused: import_undone; import_changed, where it corrected months, or others came between or
    were changed since; import_used, where a month of it is credited or a bill was settled since.
    """
    check_undo(file, context)
    made = file.made
    with connection.cursor() as cursor:
        cursor.execute(_DELETE, made)
    undone = ImportUndo.objects.create(
        file=file,
        day=context.day,
        rows=made["rows"],
        note=note[:200],
        by_name=context.actor.name,
        by_id=context.actor.user_id,
    )
    audit(
        actor=context.actor,
        verb="import.contributions.undo",
        record=f"import:{file.pk}",
        purpose=note[:200],
        data={"rows": made["rows"]},
    )
    return undone


def check_undo(file: ImportFile, context: Context) -> None:
    """Raise Refused where a roll cannot be taken back; else its persons are locked."""
    made: dict[str, Any] = file.made
    if ImportUndo.objects.filter(file=file).exists():
        raise refuse("import_undone")
    if not made or not made["rows"]:
        raise refuse("import_changed")
    scopes = None if context.scopes is None else sorted(context.scopes)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, made)
        cursor.execute(_LOOK, {**made, "scopes": scopes})
        rows, credited, changed, elsewhere = cursor.fetchone() or (0, 0, 0, 0)
    if rows != made["rows"] or changed or elsewhere:
        raise refuse("import_changed")
    settled = sum(rests(made["first"], made["last"], file.at) for rests in _RELIANCES)
    if credited or settled:
        raise refuse("import_used", credited=credited, settled=settled)
