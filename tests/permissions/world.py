"""Who opens the pages, and the things that are opened: all of them are mei's, in Hefei."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import transaction

from families.bindings import bind
from families.models import Binding
from members.models import User
from record.models import Role
from record.queries import roles_on
from tests.household import ACTOR, HEFEI, PASSWORD, WUHU
from tests.people import with_second_factor
from tests.staffed import TODAY, Staffed

#: Role in the table → the sign-in of the household, none for nobody.
MEMBERS = {"member": "mei", "authorizer": "lin", "authorized": "bao", "stranger": "chen"}
STAFF = {
    "officer": (Role.Kind.CASE_OFFICER, HEFEI),
    "other_officer": (Role.Kind.CASE_OFFICER, WUHU),
    "reviewer": (Role.Kind.REVIEWER, HEFEI),
    "finance": (Role.Kind.FINANCE_CLERK, HEFEI),
    "policy": (Role.Kind.POLICY_CLERK, "34"),
    "auditor": (Role.Kind.AUDITOR, "34"),
    "administrator": (Role.Kind.ADMINISTRATOR, "34"),
}
#: Signed in, and neither insured nor staff; and a superuser without any role.
OTHERS = {"unlinked": "nobody", "superuser": "boss"}
#: Not signed in; an institution has a token, which opens no page.
OUTSIDE = ("anonymous", "institution")
ROLES = (*OUTSIDE, *MEMBERS, *STAFF, *OTHERS)


class World(Staffed):
    """The household with a row of every model, and a sign-in for each role of the table."""

    def __init__(self) -> None:
        super().__init__()
        self._roles: dict[str, list[tuple[str, str]]] = {}
        self.users: dict[str, User] = {
            role: self.home.users[name] for role, name in MEMBERS.items()
        }
        self.users["unlinked"], self.users["superuser"] = self.home.users["nobody"], self.boss
        for role, (kind, scope) in STAFF.items():
            user = User.objects.create_user(f"staff-{role}", password=PASSWORD, is_staff=True)
            Role.objects.create(
                user=user,
                kind=kind,
                scope=scope,
                begins_on=TODAY - timedelta(days=365),
                ends_on=TODAY + timedelta(days=36500),
            )
            self.users[role] = with_second_factor(user)
        bound = bind(
            authorizer_id=self.home.person("mei").pk,
            member_id=self.home.person("bao").pk,
            relation="child",
            notice=self.home.notice,
            day=TODAY,
            actor=ACTOR,
        )
        assert isinstance(bound, Binding), bound

    def headers(self, role: str) -> dict[str, str]:
        """What a request of this role comes with."""
        token = {"authorization": f"Bearer {self.token}"} if role == "institution" else {}
        return {"accept-language": "zh-CN", **token}

    def roles_of(self, role: str) -> list[tuple[str, str]]:
        """The roles in force, read once: the views ask for them at each request."""
        if role not in self._roles:
            user = self.users.get(role)
            self._roles[role] = roles_on(user_id=user.pk, day=TODAY) if user else []
        return self._roles[role]

    @property
    def token(self) -> str:
        """The token of the household's hospital. It opens no page."""
        return "no-token-opens-a-page"


@contextmanager
def standing(blocker: Any) -> Iterator[World]:
    """Make the world once for a module of tests, and take it away after them."""
    with blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
