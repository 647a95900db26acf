"""`manage.py appoint USERNAME ROLE SCOPE`: the installation's first administrators."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from record.models import Role
from record.outcome import Refusal
from record.roles import appoint


class Command(BaseCommand):
    help = (
        "Gives a user a role for an area (six digits) or a province (two), for a year or until a"
        " day. Meant for the first two administrators: they give every other role, one proposing"
        " and the other approving."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.Kind.values)
        parser.add_argument("scope", help="340100 for an area, 34 for a province")
        parser.add_argument("--until", type=date.fromisoformat, help="the last day: 2027-12-31")

    def handle(
        self,
        *args: Any,
        username: str,
        role: str,
        scope: str,
        until: date | None,
        **options: Any,
    ) -> None:
        today = timezone.localdate()
        last = until or date.fromordinal(today.toordinal() + 364)
        if not re.fullmatch(r"\d{2}|\d{6}", scope):
            raise CommandError(f"{scope} is neither a six-digit area nor a two-digit province.")
        if last < today:
            raise CommandError(f"The last day, {last}, has passed.")
        user_model = get_user_model()
        try:
            given = appoint(
                username=username, kind=role, scope=scope, begins_on=today, ends_on=last
            )
        except user_model.DoesNotExist:
            raise CommandError(f"There is no user {username}.") from None
        assert not isinstance(given, Refusal)
        self.stdout.write(f"{username} is {role} for {scope} until {last}.")
