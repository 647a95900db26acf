"""Who signs in, as Django and allauth know them; a signed-in user is read prepared."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from record.prepared import prepared

from .models import User


class _ReadsPrepared:
    """What every request of a signed-in user asks: who they are, and whether they still may."""

    def get_user(self, user_id: int) -> User | None:
        """Return the user, or None where there is none or no sign-in is allowed any more."""
        user = _user.first(user_id)
        return user if user is not None and user.is_active else None


class Passwords(_ReadsPrepared, ModelBackend):
    """User name and password."""


class SignIns(_ReadsPrepared, AuthenticationBackend):  # type: ignore[misc]
    """What allauth knows besides: passkeys, a national eID."""


@prepared
def _user(user: int) -> QuerySet[User]:
    return User.objects.filter(pk=user)
