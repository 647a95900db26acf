"""What the calculator can know of a member who is signed in, so that they need not look it up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts import queries as accounts
from claims.queries import used_in
from members import queries as members
from members.models import User
from policy.queries import current_book
from portal.calculating import keeps_account


def my_figures(user: User | AnonymousUser, *, today: date) -> dict[str, Any]:
    """Return area, status, what the year has used and the balance; nothing for a stranger."""
    if not user.is_authenticated:
        return {}
    person = members.person_of(user)
    place = members.enrolment_on(person.pk, today) if person else None
    if person is None or place is None:
        return {}
    used = used_in(person_id=person.pk, area=place.area, year=today.year)
    account = accounts.account_of(person.pk)
    kept = account is not None and keeps_account(place.area, today, book=current_book())
    balance = accounts.balance_on(account, today).total if account and kept else Decimal("0.00")
    return {
        "area": place.area,
        "who": "retired" if members.is_retired(person, today) else "active",
        "deductible": used.deductible,
        "pool": used.pool,
        "account": balance,
    }
