"""Counting what institutions were refused: a refusal leaves no other row (`policy.counting`)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from members import queries as members
from policy.counting import count_refusal
from policy.models import RefusalCount
from record.outcome import Refusal

from .patients import open_token
from .problems import Trouble
from .signin import Caller


def count_refused(refusal: Refusal, *, caller: Caller, body: Any, now: datetime, day: date) -> None:
    """Count a refused message by its code, the patient's area and the institution's.

    After the message's transaction has been rolled back. What is counted names nobody.
    """
    count_refusal(
        code=refusal.code,
        day=day,
        door=RefusalCount.Door.INTERFACE,
        area=_area(caller=caller, body=body, now=now, day=day),
        place=caller.institution.area,
    )


def _area(*, caller: Caller, body: Any, now: datetime, day: date) -> str:
    """Return where the patient of a message is insured, or an empty text where it names none."""
    token = getattr(body, "patient", None)
    if not isinstance(token, str):
        return ""
    try:
        person_id = open_token(token, institution_id=caller.institution.pk, now=now)
    except Trouble:
        return ""
    service_date = getattr(body, "service_date", day)
    found = members.areas_on({person_id}, min(service_date, day))
    return found.get(person_id, "")
