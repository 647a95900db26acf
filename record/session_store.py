"""Sessions in the database, each read with a prepared statement.

The row is read with every request, so that signing out, a changed password and the end of a session
hold at once, everywhere. Nothing of a session is kept in a cache.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from .prepared import prepared


class SessionStore(db.SessionStore):
    """Django's store; only the look-up of a session is its own."""

    def _get_session_from_db(self) -> Session | None:
        found = _session.first(self.session_key or "", timezone.now())
        if found is None:
            self._session_key = None
        return found


@prepared
def _session(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
