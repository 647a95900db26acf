"""Which changes somebody sees: those that their role proposes or decides, in their areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import Http404

from members.bank_accounts import has_numbers
from record import changes
from record.looking import covers, within
from record.models import Change
from record.staffing import AUDITOR, Staff


@dataclass(frozen=True, slots=True)
class May:
    """What somebody may do with a change, and why not where they may not."""

    decide: bool = False
    withdraw: bool = False
    take_over: bool = False
    approve_from: date | None = None
    is_own: bool = False
    is_of_others: bool = False
    compare: bool = False
    deciders: tuple[str, ...] = ()


def kinds_for(staff: Staff) -> list[str]:
    """Return the kinds of change that somebody's roles have to do with."""
    if staff.is_any(AUDITOR):
        return changes.kind_names()
    return [
        name
        for name in changes.kind_names()
        if staff.is_any(*changes.kind_of(name).proposers, *changes.kind_of(name).deciders)
    ]


def changes_for(staff: Staff) -> QuerySet[Change]:
    """Return the changes that somebody sees, oldest first."""
    return (
        Change.objects.filter(within(("area",), staff.scopes), kind__in=kinds_for(staff))
        .select_related("proposed_by", "decided_by", "subject")
        .order_by("pk")
    )


def change_for(staff: Staff, change_id: int) -> Change:
    """Return a change that somebody sees. Raises Http404 for any other."""
    change = changes_for(staff).filter(pk=change_id).first()
    if change is None:
        raise Http404("no such change in the areas of who asks")
    return change


def decidable(staff: Staff) -> QuerySet[Change]:
    """Return what waits for somebody's decision: theirs to decide, and not their own."""
    found = Change.objects.none()
    for name in changes.kind_names():
        scopes = staff.scopes_as(*changes.kind_of(name).deciders)
        if scopes:
            of_kind = Change.objects.filter(within(("area",), scopes), kind=name)
            found |= _theirs(of_kind.filter(state=Change.State.WAITING), name, staff)
    return found.filter(state=Change.State.WAITING).exclude(proposed_by_id=staff.user.pk)


def _theirs(rows: QuerySet[Change], kind: str, staff: Staff) -> QuerySet[Change]:
    is_theirs = changes.kind_of(kind).is_theirs
    if is_theirs is None:
        return rows
    ids = [one.pk for one in rows if is_theirs(one, staff.user.pk, staff.day)]
    return Change.objects.filter(pk__in=ids)


def may(staff: Staff, change: Change) -> May:
    """Say what somebody may do with a change; the operations check it again."""
    kind = changes.kind_of(change.kind)
    is_own = change.proposed_by_id == staff.user.pk
    if change.state != Change.State.WAITING:
        return May(is_own=is_own)
    of_the_system = changes.is_of_the_system(change)
    decides = covers(staff.scopes_as(*kind.deciders), change.area)
    proposes = covers(staff.scopes_as(*kind.proposers), change.area)
    opens = change.proposed_on + timedelta(days=kind.days_to_wait)
    of_others = (
        decides
        and kind.is_theirs is not None
        and not kind.is_theirs(change, staff.user.pk, staff.day)
    )
    may_decide = decides and not is_own and not of_the_system and not of_others
    return May(
        decide=may_decide,
        compare=may_decide and has_numbers(change.payload),
        withdraw=is_own,
        take_over=of_the_system and proposes,
        approve_from=opens if opens > staff.day else None,
        is_own=is_own,
        is_of_others=of_others,
        deciders=tuple(sorted(kind.deciders)),
    )
