"""What the interface forgets: tokens that are over, old quotes, old counts. Never a request key."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.idp.oidc.models import Token

from .models import LookupBudget, Quote

#: A quote promises nothing, and nobody settles by one this old.
QUOTES_KEPT = timedelta(days=30)
#: Staff look at how often an institution looked persons up for so long.
BUDGETS_KEPT = timedelta(days=400)


def forget_old(*, now: datetime) -> int:
    """Delete what is over; return how many rows."""
    found = (
        Token.objects.filter(expires_at__lt=now),
        Quote.objects.filter(quoted_at__lt=now - QUOTES_KEPT),
        LookupBudget.objects.filter(hour__lt=now - BUDGETS_KEPT),
    )
    return sum(rows.delete()[0] for rows in found)
