"""A member as the oracle keeps one: enrolment, contributions, stays, registrations (section 2)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.oracle.days import first_day, month_before, month_of, next_month
from tests.oracle.figures import AREAS, HEFEI, PROVINCIAL_DIRECT, SUIZHOU, YANTAI


@dataclass
class Registration:
    """A remote-residence registration: covers from its first day to the day before it ended."""

    area: str
    begun: date
    ended: date | None = None

    def covers(self, day: date) -> bool:
        return self.begun <= day and (self.ended is None or day < self.ended)


@dataclass
class Contribution:
    base: Decimal
    paid_on: date


@dataclass
class Member:
    name: str
    area: str
    born: date
    scheme: str = "employee"
    mode: str = "combined"
    employment: str = "employed"
    retired_on: date | None = None
    combined_years: int = 0
    pool_only_years: int = 0
    credited_2022: Decimal | None = None

    moves: list[tuple[date, str]] = field(default_factory=list)
    contributions: dict[str, Contribution] = field(default_factory=dict)
    credited_months: set[str] = field(default_factory=set)
    stays: list[tuple[str, date, date]] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    left_on: date | None = None

    @property
    def has_left(self) -> bool:
        return self.left_on is not None

    @property
    def area_now(self) -> str:
        return self.moves[-1][1] if self.moves else self.area

    def area_on(self, day: date) -> str:
        """The area on a day; a move counts from its own day on."""
        area = self.area
        for moved_on, new_area in self.moves:
            if moved_on <= day:
                area = new_area
        return area

    def is_retired(self, day: date) -> bool:
        """Retired from the first day of the month after the formalities (2.2)."""
        if self.scheme != "employee" or self.retired_on is None:
            return False
        return day >= first_day(next_month(month_of(self.retired_on)))

    def in_good_standing(self, day: date) -> bool:
        """Section 2.3: retired, or this month's or last month's contribution paid by this day."""
        if self.is_retired(day):
            return True
        this_month = month_of(day)
        for month in (this_month, month_before(this_month)):
            paid = self.contributions.get(month)
            if paid is not None and paid.paid_on <= day:
                return True
        return False

    def has_account(self, area: str, day: date) -> bool:
        """Whether this area's table gives them an account, price or no price (section 3)."""
        if self.scheme == "resident":
            return False
        if not self.is_retired(day):
            if self.mode == "pool_only":
                return False
            return not (AREAS[area] == YANTAI and self.employment == "flexible")
        if AREAS[area] == SUIZHOU:
            pool_only = self.mode == "pool_only" or self.pool_only_years > 0
            return not (pool_only and self.combined_years == 0)
        return True

    def home_areas(self, day: date) -> set[str]:
        """Section 2.5: the provincial-direct scheme is at home in Hefei too."""
        area = self.area_on(day)
        return {PROVINCIAL_DIRECT, HEFEI} if area == PROVINCIAL_DIRECT else {area}

    def is_registered(self, area: str, day: date) -> bool:
        return any(r.area == area and r.covers(day) for r in self.registrations)

    def is_staying(self, kind: str, day: date) -> bool:
        """The day of admission is included, the day of discharge is not (6.2)."""
        return any(k == kind and begun <= day < ended for k, begun, ended in self.stays)
