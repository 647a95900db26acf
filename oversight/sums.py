"""The sums behind the pictures: by month, by area and by age, of care, credits and refusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Sum

from members.months import months_after
from policy.models import RefusalCount

NIL = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which figures: of these areas, from the first to the last month, of one age group or all."""

    areas: Sequence[str]
    first: date
    last: date
    age: int | None = None

    def months(self) -> list[date]:
        """Return the months, both included."""
        found, month = [], self.first
        while month <= self.last:
            found.append(month)
            month = months_after(month, 1)
        return found


@dataclass(frozen=True, slots=True)
class Care:
    """Sums of settled bills; amounts in yuan."""

    bills: int = 0
    home: int = 0
    province: int = 0
    away: int = 0
    visits: int = 0
    first_level: int = 0
    shared_bills: int = 0
    gross: Decimal = NIL
    pool: Decimal = NIL
    own: Decimal = NIL
    shared: Decimal = NIL
    shared_across: Decimal = NIL
    cash: Decimal = NIL

    @property
    def shared_local(self) -> Decimal:
        return self.shared - self.shared_across


@dataclass(frozen=True, slots=True)
class Credits:
    """Sums of what was credited; amounts in yuan."""

    number: int = 0
    amount: Decimal = NIL
    retired: Decimal = NIL

    @property
    def active(self) -> Decimal:
        return self.amount - self.retired


@dataclass(slots=True)
class Sums:
    """Everything that a page of figures shows."""

    wish: Wish
    care_by_month: dict[date, Care] = field(default_factory=dict)
    care_by_area: dict[str, Care] = field(default_factory=dict)
    care_by_age: dict[int, Care] = field(default_factory=dict)
    credits_by_month: dict[date, Credits] = field(default_factory=dict)
    credits_by_area: dict[str, Credits] = field(default_factory=dict)
    credits_by_age: dict[int, Credits] = field(default_factory=dict)
    refusals: list[tuple[str, int]] = field(default_factory=list)


def sums_for(wish: Wish) -> Sums:
    """Return the sums of a wish, in three queries."""
    sums = Sums(wish)
    for row in _grouped("care_sums", wish):
        _put(row, Care(*row[3:]), sums.care_by_month, sums.care_by_area, sums.care_by_age)
    for row in _grouped("credit_sums", wish):
        found = Credits(*row[3:])
        _put(row, found, sums.credits_by_month, sums.credits_by_area, sums.credits_by_age)
    refused = (
        RefusalCount.objects.filter(
            area__in=wish.areas, day__gte=wish.first, day__lt=months_after(wish.last, 1)
        )
        .values_list("code")
        .annotate(total=Sum("number"))
        .order_by("-total", "code")
    )
    sums.refusals = [(code, int(number)) for code, number in refused]
    return sums


def _put(
    row: tuple[Any, ...],
    found: Any,
    by_month: dict[date, Any],
    by_area: dict[str, Any],
    by_age: dict[int, Any],
) -> None:
    month, area, age = row[:3]
    if month is not None:
        by_month[month] = found
    elif area is not None:
        by_area[area] = found
    else:
        by_age[age] = found


def _grouped(name: str, wish: Wish) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(name),
            {"first": wish.first, "last": wish.last, "areas": list(wish.areas), "age": wish.age},
        )
        return list(cursor.fetchall())


@cache
def _statement(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
