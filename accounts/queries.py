"""Reads about personal accounts: what is in them, what moved, and why somebody has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from django.db.models import Case, F, QuerySet, Sum, When

from members import queries as members
from members.models import Enrolment, Person
from members.months import first_of, full_years, last_of
from policy.book import Book, MemberMonth, NoAccount
from record.prepared import Prepared, prepared

from .ledger import NIL, turned
from .models import AccountYear, Credit, LedgerAccount, Transfer


@dataclass(frozen=True, slots=True)
class Balance:
    """What a personal account holds on a day, in yuan."""

    current: Decimal
    carried: Decimal

    @property
    def total(self) -> Decimal:
        """Return both together."""
        return self.current + self.carried


@dataclass(frozen=True, slots=True)
class Movement:
    """What one record did to one account: its transfers on both balances, taken together.

    Amounts are signed, in yuan; `after` is the balance behind it.
    """

    source: str
    source_id: int
    kind: str
    undoes: bool
    day: date
    month: date | None
    current: Decimal
    carried: Decimal
    after: Decimal

    @property
    def amount(self) -> Decimal:
        """Return what came in, or with a minus what went out."""
        return self.current + self.carried


def account_of(person_id: int) -> LedgerAccount | None:
    """Return a person's account, or None where nothing was ever posted to one."""
    return _account.first(person_id)


@prepared
def _account(person: int) -> QuerySet[LedgerAccount]:
    return LedgerAccount.objects.filter(person_id=person)


def balance_on(account: LedgerAccount, day: date) -> Balance:
    """Return an account's two balances as they stand on a day."""
    return Balance(*turned(account, day))


def years_of(account: LedgerAccount) -> list[int]:
    """Return the years in which something moved on an account, newest first."""
    return [day.year for day in _years(account.pk)]


@prepared
def _years(account: int) -> QuerySet[Transfer, date]:
    return Transfer.objects.filter(account=account).dates("day", "year", order="DESC")


def movements_of(account: LedgerAccount, year: int) -> list[Movement]:
    """Return a year's movements with the balance behind each, newest first."""
    found = _posted(account.pk, date(year, 1, 1), date(year + 1, 1, 1))
    return _moved(account, found, balance_before(account, year))


def latest_movements_of(account: LedgerAccount, number: int) -> list[Movement]:
    """Return so many of the newest movements with the balance behind each, newest first."""
    # Two rows at most to a movement.
    found = _newest(2 * number)(account.pk)[::-1]
    before = account.current + account.carried - sum((_sign(account, row) for row in found), NIL)
    return _moved(account, found, before)[:number]


def _moved(account: LedgerAccount, found: list[Transfer], balance: Decimal) -> list[Movement]:
    """Put transfers, oldest first, together into movements, newest first."""
    movements: list[Movement] = []
    for row in found:
        amount = _sign(account, row)
        balance += amount
        movement = Movement(
            source=row.source,
            source_id=row.source_id,
            kind=row.kind,
            undoes=row.undoes,
            day=row.day,
            month=row.month,
            current=amount if row.bucket == Transfer.Bucket.CURRENT else NIL,
            carried=amount if row.bucket == Transfer.Bucket.CARRIED else NIL,
            after=balance,
        )
        if movements and _same_record(movements[-1], movement):
            movement = _together(movements.pop(), movement)
        movements.append(movement)
    return movements[::-1]


@prepared
def _posted(account: int, first: date, after: date) -> QuerySet[Transfer]:
    return Transfer.objects.filter(account=account, day__gte=first, day__lt=after).order_by("pk")


@cache
def _newest(rows: int) -> Prepared[[int], Transfer]:
    def newest(account: int) -> QuerySet[Transfer]:
        return Transfer.objects.filter(account=account).order_by("-pk")[:rows]

    return prepared(newest)


def movement_of(account: LedgerAccount, *, source: str, source_id: int) -> Movement | None:
    """Return what one record did to an account (`after` is not known here), or None."""
    found: Movement | None = None
    for row in Transfer.objects.filter(account=account, source=source, source_id=source_id):
        amount = _sign(account, row)
        each = Movement(
            source=row.source,
            source_id=row.source_id,
            kind=row.kind,
            undoes=row.undoes,
            day=row.day,
            month=row.month,
            current=amount if row.bucket == Transfer.Bucket.CURRENT else NIL,
            carried=amount if row.bucket == Transfer.Bucket.CARRIED else NIL,
            after=NIL,
        )
        found = each if found is None else _together(found, each)
    return found


def balance_before(account: LedgerAccount, year: int) -> Decimal:
    """Return what was on an account behind everything that was posted before a year."""
    return _sum_before.first(account.pk, date(year, 1, 1)) or NIL


@prepared
def _sum_before(account: int, day: date) -> QuerySet[Transfer, Decimal]:
    signed = Case(When(to_account=account, then=F("amount")), default=-F("amount"))
    posted = Transfer.objects.filter(account=account, day__lt=day).order_by()
    return posted.values("account").annotate(sum=Sum(signed)).values_list("sum", flat=True)


def _sign(account: LedgerAccount, row: Transfer) -> Decimal:
    return row.amount if row.to_account_id == account.pk else -row.amount


def _same_record(one: Movement, other: Movement) -> bool:
    return (one.source, one.source_id, one.month) == (other.source, other.source_id, other.month)


def _together(one: Movement, other: Movement) -> Movement:
    return Movement(
        source=other.source,
        source_id=other.source_id,
        kind=other.kind,
        undoes=other.undoes,
        day=other.day,
        month=other.month,
        current=one.current + other.current,
        carried=one.carried + other.carried,
        after=other.after,
    )


def interest_years(account_year_ids: set[int]) -> dict[int, int]:
    """Return for closed years by id which year they were."""
    return dict(_closed(sorted(account_year_ids)))


@prepared
def _closed(years: list[int]) -> QuerySet[AccountYear, tuple[int, int]]:
    return AccountYear.objects.filter(pk__any_of=years).values_list("pk", "year")


def disbursed_to(person_id: int, *, last: int) -> list[Credit]:
    """Return what was paid to a person's bank account in place of a credit, newest first."""
    return list(
        Credit.objects.filter(person_id=person_id, disbursed=True).order_by("-month")[:last]
    )


def no_account_rule(*, book: Book, person: Person, place: Enrolment, day: date) -> NoAccount | None:
    """Return the rule by which an area gives a person no account on a day, priced or not.

    None where it gives them one (rules 3).
    """
    who = MemberMonth(
        scheme=place.scheme,  # type: ignore[arg-type]
        mode=place.mode,  # type: ignore[arg-type]
        employment=place.employment,  # type: ignore[arg-type]
        retired=members.is_retired(person, day),
        age=full_years(person.born, last_of(day)),
        combined_years=person.combined_years,
        pool_only_years=person.pool_only_years,
    )
    return book.tariff(place.area, first_of(day)).has_account(who)
