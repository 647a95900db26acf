"""A personal account as a list of dated movements in two buckets, and its interest (section 4)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.oracle.days import days_between, days_in_year, half_up
from tests.oracle.figures import DEPOSIT_RATES, ZERO

CURRENT = "current"
CARRIED = "carried"


@dataclass
class Movement:
    """Money into (positive) or out of (negative) one bucket, counted from its value date on."""

    value_date: date
    bucket: str
    amount: Decimal


@dataclass
class Account:
    movements: list[Movement] = field(default_factory=list)
    closed_years: set[int] = field(default_factory=set)

    def add(self, day: date, bucket: str, amount: Decimal) -> None:
        self.movements.append(Movement(value_date=day, bucket=bucket, amount=amount))

    def balances(self, day: date) -> dict[str, Decimal]:
        """Both balances at the end of a day: current money of earlier years is carried over."""
        result = {CURRENT: ZERO, CARRIED: ZERO}
        for movement in self.movements:
            if movement.value_date > day:
                continue
            if movement.bucket == CURRENT and movement.value_date.year == day.year:
                result[CURRENT] += movement.amount
            else:
                result[CARRIED] += movement.amount
        return result

    def total(self, day: date) -> Decimal:
        return sum(self.balances(day).values(), ZERO)

    def spend(self, day: date, wanted: Decimal) -> list[tuple[str, Decimal]]:
        """Take up to the wanted amount, current-year money first; say from which bucket."""
        balances = self.balances(day)
        taken: list[tuple[str, Decimal]] = []
        for bucket in (CURRENT, CARRIED):
            part = min(balances[bucket], wanted)
            if part > 0:
                self.add(day, bucket, -part)
                taken.append((bucket, part))
                wanted -= part
        return taken

    def first_year(self) -> int | None:
        return min((m.value_date.year for m in self.movements), default=None)

    def open_years_before(self, year: int) -> list[int]:
        first = self.first_year()
        if first is None:
            return []
        return [y for y in range(first, year) if y not in self.closed_years]

    def interest(self, first: date, last: date) -> tuple[Decimal, Decimal]:
        """Interest on current and on carried money, day by day, for days of one year."""
        on_current = Decimal(0)
        on_carried = Decimal(0)
        balances = self.balances(first)
        for day in days_between(first, last):
            if any(m.value_date == day for m in self.movements):
                balances = self.balances(day)
            demand, three_months = deposit_rates(day)
            on_current += balances[CURRENT] * demand
            on_carried += balances[CARRIED] * three_months
        days = days_in_year(first.year)
        return half_up(on_current / days), half_up(on_carried / days)

    def close(self, year: int) -> tuple[Decimal, Decimal]:
        """Close one year: both amounts go to carried-over with value date 1 January."""
        on_current, on_carried = self.interest(date(year, 1, 1), date(year, 12, 31))
        for amount in (on_current, on_carried):
            if amount:
                self.add(date(year + 1, 1, 1), CARRIED, amount)
        self.closed_years.add(year)
        return on_current, on_carried


def deposit_rates(day: date) -> tuple[Decimal, Decimal]:
    for begun, demand, three_months in reversed(DEPOSIT_RATES):
        if begun <= day:
            return demand, three_months
    raise ValueError(f"no deposit rate is known for {day}")
