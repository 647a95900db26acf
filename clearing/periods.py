"""The periods of clearing: months of care and of moves, years of premiums (AH39-2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import ClosedPeriod, Transfer
from members.months import first_of, months_after

Subject = ClosedPeriod.Subject

#: A period is closed when it has been over for so long that nothing dated in it is still on its
#: way into the ledger.
DAYS_AFTER = 3

#: What is cleared together → the kinds of its transfers.
KINDS: dict[str, tuple[str, ...]] = {
    Subject.CARE: (
        Transfer.Clearing.POOL,
        Transfer.Clearing.OWN_ACCOUNT,
        Transfer.Clearing.SHARED_ACCOUNT,
    ),
    Subject.PREMIUM: (Transfer.Clearing.PREMIUM,),
    Subject.MOVE: (Transfer.Clearing.TRANSFER,),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A subject with its month or year, named by the first day."""

    subject: str
    first_day: date

    @property
    def after(self) -> date:
        """Return the first day that is no longer in it."""
        return months_after(self.first_day, 12 if self.subject == Subject.PREMIUM else 1)

    @property
    def closes_on(self) -> date:
        """Return the first day on which it may be closed."""
        return self.after + timedelta(days=DAYS_AFTER)

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of transfers that are cleared in it."""
        return [str(kind) for kind in KINDS[self.subject]]


def period_of(subject: str, day: date) -> Period:
    """Return the period of a subject in which a day lies."""
    first = day.replace(month=1, day=1) if subject == Subject.PREMIUM else first_of(day)
    return Period(subject, first)


def is_closed(period: Period) -> bool:
    """Say whether a period is closed."""
    return ClosedPeriod.objects.filter(subject=period.subject, first_day=period.first_day).exists()


def closable(day: date) -> list[Period]:
    """Return the periods that are over, not closed, and have something to clear, oldest first."""
    closed = set(ClosedPeriod.objects.values_list("subject", "first_day"))
    found: set[tuple[date, str]] = set()
    for subject, kinds in KINDS.items():
        rows = Transfer.objects.filter(clearing__in=kinds)
        by_year = subject == Subject.PREMIUM
        for first in rows.dates("day", "year") if by_year else rows.dates("day", "month"):
            period = Period(str(subject), first)
            if period.closes_on <= day and (period.subject, first) not in closed:
                found.add((first, period.subject))
    return [Period(subject, first) for first, subject in sorted(found)]
