"""Entering a figure: proposed by one person with its document, approved by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from record import changes
from record.models import Change, Role
from record.operations import Actor
from record.outcome import Refusal

from .book import load_book
from .figures import EnteredFigure
from .models import Figure

FIGURE = "figure"

#: Names the lock under which figures are entered (record: 7301 and 7302; accounts: 7310 and 7311).
_ENTER_LOCK = 7320


class InvalidFigure(ValueError):
    """The figure cannot be entered like this; `problems` says why, one plain line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def propose_figure(
    *,
    scope: str,
    key: str,
    value: Any,
    begins_on: date | None,
    ends_on: date | None = None,
    document_title: str,
    document_number: str,
    document_date: date,
    example: bool = False,
    reason: str,
    by: AbstractBaseUser,
    day: date,
) -> Change | Refusal:
    """Propose a figure for an area or a province. Raises InvalidFigure and NotAllowed.

    It goes before what the files state from `begins_on` on; a figure that is there already is not
    changed but closed by the newer one.
    """
    problems = load_book().problems_of(
        EnteredFigure(id=0, scope=scope, key=key, value=value, begins=begins_on, ends=ends_on)
    )
    if not document_title or not document_number:
        problems.append("name the document: its title and its number")
    if begins_on and ends_on and ends_on < begins_on:
        problems.append("the last day lies before the first one")
    if problems:
        raise InvalidFigure(problems)
    return changes.propose(
        kind=FIGURE,
        key=f"{scope}:{key}",
        area=scope,
        payload={
            "scope": scope,
            "key": key,
            "value": value,
            "begins_on": begins_on.isoformat() if begins_on else None,
            "ends_on": ends_on.isoformat() if ends_on else None,
            "document_title": document_title,
            "document_number": document_number,
            "document_date": document_date.isoformat(),
            "example": example,
        },
        reason=reason,
        by=by,
        day=day,
    )


def _enter(change: Change, actor: Actor, day: date) -> None:
    payload = change.payload
    assert actor.user_id is not None, "a figure is approved by a user"
    with connection.cursor() as cursor:
        # One after the other, so that no figure comes up behind a newer one that was read already:
        # the newest id names a book for good.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ENTER_LOCK])
    Figure.objects.create(
        scope=payload["scope"],
        key=payload["key"],
        value=payload["value"],
        begins_on=_date(payload["begins_on"]),
        ends_on=_date(payload["ends_on"]),
        document_title=payload["document_title"],
        document_number=payload["document_number"],
        document_date=date.fromisoformat(payload["document_date"]),
        example=payload["example"],
        proposed_by_id=change.proposed_by_id,
        approved_by_id=actor.user_id,
        approved_on=day,
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


FIGURE_CHANGE = changes.Kind(
    name=FIGURE,
    apply=_enter,
    proposers=frozenset({Role.Kind.POLICY_CLERK.value}),
    deciders=frozenset({Role.Kind.POLICY_CLERK.value, Role.Kind.REVIEWER.value}),
)
