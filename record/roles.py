"""Roles: one administrator gives, another approves, and nobody is either for their own role.

The first administrators are appointed by the installation (`manage.py appoint`), for there is
nobody yet to give or approve. A role is taken away at once and by one administrator: waiting for
a second one would leave it in the wrong hands.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser

from . import changes, queries
from .changes import NotAllowed
from .models import Change, Role
from .operations import Actor, audit, operation
from .outcome import Refusal, Refused

ROLE = "role"
ADMINISTRATORS = frozenset({Role.Kind.ADMINISTRATOR.value})


def propose_role(
    *,
    user_id: int,
    kind: str,
    scope: str,
    begins_on: date,
    ends_on: date,
    reason: str,
    by: AbstractBaseUser,
    day: date,
) -> Change | Refusal:
    """Propose a role for a user in an area or a province, until a day.

    Raises NotAllowed for a role of one's own and for users who are no administrator there, and
    ValueError for an unknown role or a last day before the first.
    """
    if by.pk == user_id:
        raise NotAllowed("nobody proposes a role of their own")
    if ends_on < begins_on or kind not in Role.Kind.values:
        raise ValueError("no such role, or its last day lies before its first")
    return changes.propose(
        kind=ROLE,
        key=f"{user_id}:{kind}:{scope}",
        area=scope,
        payload={
            "user": user_id,
            "username": get_user_model().objects.get(pk=user_id).get_username(),
            "kind": kind,
            "scope": scope,
            "begins_on": begins_on.isoformat(),
            "ends_on": ends_on.isoformat(),
        },
        reason=reason,
        by=by,
        day=day,
    )


def _give(change: Change, actor: Actor, day: date) -> None:
    payload = change.payload
    if actor.user_id == payload["user"]:
        raise NotAllowed("nobody approves a role of their own")
    Role.objects.create(
        user_id=payload["user"],
        kind=payload["kind"],
        scope=payload["scope"],
        begins_on=date.fromisoformat(payload["begins_on"]),
        ends_on=date.fromisoformat(payload["ends_on"]),
        given_by_id=change.proposed_by_id,
        approved_by_id=change.decided_by_id,
    )
    # Who has a role may open the staff's pages; which ones, the role says.
    get_user_model().objects.filter(pk=payload["user"]).update(is_staff=True)


@operation
def end_role(*, role_id: int, by: AbstractBaseUser, day: date, reason: str) -> Role:
    """End a role: `day` is the first day without it. Raises NotAllowed for other users.

    Refused: not_in_force, where the role has not begun before that day or has ended already.
    """
    role = Role.objects.select_for_update().get(pk=role_id)
    if not queries.has_role(user_id=by.pk, kinds=ADMINISTRATORS, area=role.scope, day=day):
        raise NotAllowed(f"this needs one of the roles {sorted(ADMINISTRATORS)} for {role.scope}")
    last = date.fromordinal(day.toordinal() - 1)
    if role.ends_on <= last:
        raise Refused(Refusal("not_in_force"))
    # A role that began today ends today: its row says that it was there.
    role.ends_on = max(last, role.begins_on)
    role.save(update_fields=["ends_on"])
    audit(
        actor=Actor.of(by),
        verb="role.end",
        area=role.scope,
        record=f"role:{role.pk}",
        purpose=reason[:200],
        data={"user": role.user_id, "kind": role.kind, "last_day": role.ends_on.isoformat()},
    )
    return role


@operation
def appoint(*, username: str, kind: str, scope: str, begins_on: date, ends_on: date) -> Role:
    """Give a role by the installation itself. Raises the user model's DoesNotExist."""
    user = get_user_model().objects.get_by_natural_key(username)
    role = Role.objects.create(
        user=user, kind=kind, scope=scope, begins_on=begins_on, ends_on=ends_on
    )
    get_user_model().objects.filter(pk=user.pk).update(is_staff=True)
    audit(
        actor=Actor(name="installation"),
        verb="role.appoint",
        area=scope,
        record=f"role:{role.pk}",
        data={"user": user.pk, "kind": kind, "last_day": ends_on.isoformat()},
    )
    return role


ROLE_CHANGE = changes.Kind(
    name=ROLE, apply=_give, proposers=ADMINISTRATORS, deciders=ADMINISTRATORS
)
