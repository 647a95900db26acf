"""Each morning whoever watches over looks is told who looked most on the day before (threat 63)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from .looking import within
from .looks import WATCHERS, Looker, lookers
from .models import Message, Role
from .operations import operation, tell

#: The kind of the message, and how many users it names.
REPORT, MOST = "looks_daily", 5


@operation
def report(*, day: date) -> int:
    """Tell whoever watches who looked most on a day, once; return how many were told.

    Each is told of the areas of their own roles; where nobody looked, of nothing.
    """
    key = day.isoformat()
    told = set(Message.objects.filter(kind=REPORT, data__day=key).values_list("user_id", flat=True))
    watchers: dict[int, set[str]] = defaultdict(set)
    held = Role.objects.filter(
        kind__in=WATCHERS, user__is_active=True, begins_on__lte=day, ends_on__gte=day
    )
    for user_id, scope in held.values_list("user_id", "scope"):
        watchers[user_id].add(scope)
    by_scopes: dict[frozenset[str], list[Looker]] = {}
    number = 0
    for user_id in sorted(set(watchers) - told):
        scopes = frozenset(watchers[user_id])
        if scopes not in by_scopes:
            seen = within(("area",), scopes) | Q(area="")
            by_scopes[scopes] = lookers(day=day, scopes=seen)
        most = [(one.name, one.looks, one.persons) for one in by_scopes[scopes][:MOST]]
        if most:
            tell(kind=REPORT, user_ids=[user_id], data={"day": key, "most": most})
            number += 1
    return number


def in_words(data: Mapping[str, Any], _reader_id: int | None) -> str:
    """Say inside the portal who looked most."""
    words = gettext("%(name)s: %(looks)d looks at %(persons)d persons")
    said = [
        words % {"name": name, "looks": looks, "persons": persons}
        for name, looks, persons in data.get("most", [])
    ]
    return gettext("%(day)s: %(most)s") % {"day": data.get("day", ""), "most": "; ".join(said)}
