"""Looking a patient up: by the payment code that they show, or by the ID number with a reason.

The institution learns a masked name and an area, and holds a token for its bills. What it may ask
in an hour is counted in the database, so that the count does not depend on a cache that is away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from members import identity, payment_codes
from members import queries as members
from members.identity import InvalidIdNumber
from members.models import Person
from record.operations import audit, operation, tell

from .models import LookupBudget
from .patients import seal_token
from .signin import Caller

logger = structlog.get_logger(__name__)

#: The kind of message to somebody who was looked up by their ID number.
LOOKED_UP = "looked_up"
_NOT_FOUND = LookupBudget.Kind.NOT_FOUND.value


@dataclass(frozen=True, slots=True)
class Found:
    """Who is there: the token for their bills and its end, the masked name, the area."""

    token: str
    ends_at: datetime
    name: str
    area: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """The institution's hour is used up; `wait` until the next one begins."""

    wait: timedelta


@operation
def look_up(
    *,
    caller: Caller,
    now: datetime,
    payment_code: str = "",
    id_number: str = "",
    reason: str = "",
) -> Found | TooMany | None:
    """Say who is there, once for a payment code. None, and never why, where nobody is found.

    It commits in any case: what was asked counts, and is on record.
    """
    kind = LookupBudget.Kind.PAYMENT_CODE if payment_code else LookupBudget.Kind.ID_NUMBER
    if not _spend(caller, kind.value, now):
        return TooMany(wait=_hour(now) + timedelta(hours=1) - now)
    if payment_code:
        person_id = payment_codes.use_code(
            text=payment_code, institution_code=caller.institution.code, now=now
        )
        person = members.person(person_id) if person_id is not None else None
    else:
        person = _with_id_number(id_number, now)
    area = _area_of(person, now) if person is not None else ""
    audit(
        actor=caller.actor,
        verb="claims.lookup" if person is not None else "claims.lookup.nobody",
        area=area or caller.institution.area,
        subject_id=person.pk if person is not None else None,
        record=f"institution:{caller.institution.code}",
        purpose=reason,
        data={"by": kind.value},
    )
    if person is None:
        _spend(caller, _NOT_FOUND, now)
        return None
    if not payment_code:
        data = {"institution": caller.institution.name, "reason": reason}
        tell(kind=LOOKED_UP, person_ids=[person.pk], data=data)
    token, ends_at = seal_token(person_id=person.pk, institution_id=caller.institution.pk, now=now)
    return Found(token=token, ends_at=ends_at, name=identity.mask_name(person.name), area=area)


def _with_id_number(text: str, now: datetime) -> Person | None:
    try:
        number = identity.parse_id_number(text, today=timezone.localdate(now))
    except InvalidIdNumber:
        return None
    return Person.objects.filter(id_number_index=identity.index_of(number)).first()


def _area_of(person: Person, now: datetime) -> str:
    """Return where a person is insured today, or was last: whether they have left is not told."""
    place = members.enrolment_on(person.pk, timezone.localdate(now))
    if place is None:
        place = next(iter(members.enrolments_of(person.pk)), None)
    return place.area if place is not None else ""


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _limits() -> dict[str, int]:
    return {
        LookupBudget.Kind.PAYMENT_CODE.value: settings.LOOKUPS_BY_CODE_AN_HOUR,
        LookupBudget.Kind.ID_NUMBER.value: settings.LOOKUPS_BY_ID_NUMBER_AN_HOUR,
        _NOT_FOUND: settings.LOOKUPS_NOT_FOUND_AN_HOUR,
    }


_SPEND = """
INSERT INTO claims_lookupbudget AS budget (institution_id, kind, hour, used)
SELECT %(institution)s, %(kind)s, %(hour)s, 1
WHERE NOT EXISTS (
    SELECT FROM claims_lookupbudget
    WHERE institution_id = %(institution)s AND hour = %(hour)s AND kind = 'not_found'
      AND used >= %(not_found_limit)s
)
ON CONFLICT (institution_id, kind, hour) DO UPDATE SET used = budget.used + 1
    WHERE budget.used < %(limit)s
RETURNING used
"""


def _spend(caller: Caller, kind: str, now: datetime) -> bool:
    """Count one look-up of this hour; say whether it may be done. The row's lock keeps the count.

    Who has found nobody too often in an hour looks nobody up any more, by whatever.
    """
    limits = _limits()
    with connection.cursor() as cursor:
        cursor.execute(
            _SPEND,
            {
                "institution": caller.institution.pk,
                "kind": kind,
                "hour": _hour(now),
                "limit": limits[kind],
                "not_found_limit": limits[_NOT_FOUND],
            },
        )
        row = cursor.fetchone()
    if row is not None and row[0] == limits[kind]:
        # The last one of the hour: somebody should look at why.
        logger.warning("claims.lookups_used_up", institution=caller.institution.code, kind=kind)
        audit(
            actor=caller.actor,
            verb="claims.lookup.used_up",
            area=caller.institution.area,
            record=f"institution:{caller.institution.code}",
            data={"kind": kind, "hour": _hour(now).isoformat()},
        )
    return row is not None
