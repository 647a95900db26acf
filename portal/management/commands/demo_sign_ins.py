"""`manage.py demo_sign_ins`: how to sign in to the demonstration, where it is loaded."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand

from members.models import User
from portal.demo import HOSPITAL, MACHINE_KEY, sign_ins
from portal.demo.second_factor import SECRET, give_second_factors
from portal.demo.staff import staff_names


class Command(BaseCommand):
    """Prints nothing where the demonstration is not loaded."""

    help = "Print the demonstration's sign-ins with their roles."

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(
            User.objects.filter(
                username__in=[one.user_name for one in sign_ins()], is_active=True
            ).values_list("username", flat=True)
        )
        found = [one for one in sign_ins() if one.user_name in known]
        if not found:
            return
        # A province that an earlier version loaded has staff without a second factor.
        give_second_factors(list(User.objects.filter(username__in=staff_names())))
        self.stdout.write(f"Sign in with one of these names and the password {found[0].password}")
        for one in found:
            self.stdout.write(f"  {one.user_name:<9} {one.role}: {one.look_at}")
        self.stdout.write(
            "Staff are asked for a second factor: the page shows the code, and an authenticator"
            f" takes the secret {SECRET}"
        )
        self.stdout.write(
            f"The system of a hospital of Hefei, {HOSPITAL}, signs in to the interface"
            f" (/api/v1/docs) with the client id {MACHINE_KEY.client_id}"
            f" and the secret {MACHINE_KEY.secret}"
        )
