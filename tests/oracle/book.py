"""What the rules say in an area on a day, with the figures that a scenario enters."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracle import figures as law
from tests.oracle.days import first_day, full_years, half_up, last_day
from tests.oracle.people import Member


def as_day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


@dataclass
class Outpatient:
    """The outpatient figures of one area and status on one day."""

    deductible: dict[int, Decimal]
    ratio: dict[int, Decimal]
    cap: Decimal


@dataclass
class Book:
    """`entered`: figures by area code or by a province's two digits, as a scenario has them."""

    entered: dict[str, dict[str, Any]]

    def figure(self, area: str, name: str) -> Any:
        """An entered figure: the area's own goes first, then the province's."""
        for key in (area, area[:2]):
            if name in self.entered.get(key, {}):
                return self.entered[key][name]
        return None

    def average_pension(self, area: str) -> Decimal | None:
        value = self.figure(area, "average_basic_pension")
        return None if value is None else Decimal(str(value))

    def family_premiums(self, area: str) -> bool:
        value = self.figure(area, "family_premiums")
        return True if value is None else bool(value)

    def prolonged_until(self, area: str) -> date | None:
        value = self.figure(area, "in_force_until")
        return None if value is None else as_day(value)

    def outpatient(self, area: str, day: date, retired: bool) -> Outpatient | None:
        """Area's own figure once begun, then the province's, then the stated one; else nothing."""
        status = "retired" if retired else "active"
        for key in (area, area[:2]):
            figure = self.entered.get(key, {}).get("outpatient")
            if figure is not None and as_day(figure["from"]) <= day:
                return _as_outpatient(figure[status])
        prolonged = self.prolonged_until(area)
        for begun, last, rows in law.OUTPATIENT[law.AREAS[area]]:
            in_force = begun <= day and (last is None or day <= last)
            if law.AREAS[area] == law.SUIZHOU and prolonged is not None:
                in_force = in_force or begun <= day <= prolonged
            if in_force:
                return _as_outpatient(rows[status])
        return None

    def month_price(self, member: Member, area: str, month: str) -> Decimal | None:
        """What one month credits to a member who has an account; nothing where it is unpriced."""
        retired = member.is_retired(first_day(month))
        price = {
            law.ANHUI: self._anhui,
            law.YANGZHOU: self._yangzhou,
            law.YANTAI: self._yantai,
            law.SUIZHOU: self._suizhou,
        }[law.AREAS[area]](member, area, month, retired)
        return None if price is None else half_up(price)

    def _anhui(
        self, member: Member, area: str, month: str, retired: bool
    ) -> Decimal | Fraction | None:
        if month < law.ANHUI_CREDIT_FROM:
            return None
        if retired:
            return law.FLAT_RETIRED
        return member.contributions[month].base * law.ACTIVE_RATE

    def _yangzhou(
        self, member: Member, area: str, month: str, retired: bool
    ) -> Decimal | Fraction | None:
        if month < law.YANGZHOU_CREDIT_FROM:
            return None
        if not retired:
            return member.contributions[month].base * law.ACTIVE_RATE
        if month < law.YANGZHOU_FIXED_FROM:
            if member.credited_2022 is None:
                return None
            return Fraction(member.credited_2022) / 12
        pension = self.average_pension(area)
        return None if pension is None else pension * law.YANGZHOU_PENSION_RATE

    def _yantai(
        self, member: Member, area: str, month: str, retired: bool
    ) -> Decimal | Fraction | None:
        age = full_years(member.born, last_day(month))
        if not retired:
            if month < law.YANTAI_ACTIVE_FROM:
                return None
            base = member.contributions[month].base
            if month >= law.YANTAI_REFORMED_FROM:
                return base * law.ACTIVE_RATE
            return base * _by_age(law.YANTAI_AGE_RATES, age)
        if month < law.YANTAI_RETIRED_FROM:
            return None
        if month < law.YANTAI_REFORMED_FROM:
            return age * law.YANTAI_YUAN_PER_YEAR_OF_AGE
        pension = self.average_pension(area)
        return None if pension is None else pension * _by_age(law.YANTAI_PENSION_RATES, age)

    def _suizhou(
        self, member: Member, area: str, month: str, retired: bool
    ) -> Decimal | Fraction | None:
        if month < law.SUIZHOU_CREDIT_FROM:
            return None
        if month > law.SUIZHOU_CREDIT_LAST:
            prolonged = self.prolonged_until(area)
            # The notice itself ends on 30 December and prices that whole month, so a
            # prolonged one prices the month in which its last day falls.
            if prolonged is None or first_day(month) > prolonged:
                return None
        if not retired:
            return member.contributions[month].base * law.ACTIVE_RATE
        combined, pool_only = member.combined_years, member.pool_only_years
        if combined and pool_only:
            return Fraction(law.FLAT_RETIRED) * combined / (combined + pool_only)
        return law.FLAT_RETIRED


def _by_age(table: list[tuple[int, Decimal]], age: int) -> Decimal:
    return next(rate for from_age, rate in table if age >= from_age)


def _as_outpatient(row: dict[str, Any]) -> Outpatient:
    return Outpatient(
        deductible={int(k): Decimal(str(v)) for k, v in row["deductible"].items()},
        ratio={int(k): Decimal(str(v)) for k, v in row["ratio"].items()},
        cap=Decimal(str(row["cap"])),
    )
