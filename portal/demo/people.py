"""The plan of the people: who they are, where and how they are insured, who belongs to whom.

Pure: nothing here touches the database. A person is named by their place in the plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from members.models import Enrolment
from members.months import first_of, months_after

from .areas import (
    ANHUI,
    CITIES_OF_ANHUI,
    HEFEI,
    PROVINCIAL_DIRECT,
    SUIZHOU,
    YANGZHOU,
    YANTAI,
    neighbours,
)
from .names import given_name, surname
from .numbers import IdNumbers

EMPLOYEE, RESIDENT = Enrolment.Scheme.EMPLOYEE.value, Enrolment.Scheme.RESIDENT.value
COMBINED, POOL_ONLY = Enrolment.Mode.COMBINED.value, Enrolment.Mode.POOL_ONLY.value
EMPLOYED, FLEXIBLE = Enrolment.Employment.EMPLOYED.value, Enrolment.Employment.FLEXIBLE.value
#: Since when an area's rolls are in the system: before it, no notice here prices the months.
ROLLS_FROM = {
    YANGZHOU: date(2023, 1, 1),
    YANTAI: date(2022, 12, 1),
    SUIZHOU: date(2023, 1, 1),
}
BEGINNING = date(2022, 7, 1)
#: Everybody was insured long before the system began.
ENROLLED_ON = date(2019, 1, 1)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the plan. `retires_on` lies in the time of the demonstration or is None."""

    place: int
    name: str
    male: bool
    born: date
    id_number: str
    area: str
    scheme: str
    mode: str = COMBINED
    employment: str = EMPLOYED
    begins_on: date = ENROLLED_ON
    retired_on: date | None = None
    retires_on: date | None = None
    combined_years: Decimal = Decimal(0)
    pool_only_years: Decimal = Decimal(0)
    base: Decimal | None = None
    earlier_total: Decimal | None = None

    @property
    def works(self) -> bool:
        """Whether contributions are paid for this person at some time."""
        return self.base is not None

    def has_account(self) -> bool:
        """Whether the area is expected to give an account; the rules decide it for each month."""
        if self.scheme == RESIDENT:
            return False
        if self.retired_on is not None:
            return self.area != SUIZHOU or self.combined_years > 0
        return self.mode == COMBINED and not (self.area == YANTAI and self.employment == FLEXIBLE)


@dataclass(frozen=True, slots=True)
class Bond:
    """A binding that will be made: who lets whom use their account, and since when."""

    authorizer: int
    member: int
    relation: str
    on: date


@dataclass
class Population:
    """Everybody, in the order of their places, and their bonds."""

    rng: Random
    today: date
    people: list[Someone] = field(default_factory=list)
    bonds: list[Bond] = field(default_factory=list)
    id_numbers: IdNumbers = field(default_factory=IdNumbers)

    def settle_area(self, area: str, count: int) -> None:
        """Let families move in until an area has so many people; some have parents elsewhere."""
        wanted = sum(person.area == area for person in self.people) + count
        while sum(person.area == area for person in self.people) < wanted:
            if area == PROVINCIAL_DIRECT:
                self._elders(area) if self.rng.random() < 0.4 else self._single(area)
                continue
            kind = self.rng.random()
            if kind < 0.50:
                self._three_generations(area)
            elif kind < 0.70:
                self._couple_with_children(area, parents=[])
            elif kind < 0.85:
                self._elders(area)
            else:
                self._single(area)

    def add(
        self, *, name: str, male: bool, born: date, area: str, scheme: str, **facts: object
    ) -> Someone:
        """Add one person with a number of their own."""
        person = Someone(
            place=len(self.people),
            name=name,
            male=male,
            born=born,
            id_number=self.id_numbers.next(born=born, male=male),
            area=area,
            scheme=scheme,
            **facts,  # type: ignore[arg-type]
        )
        self.people.append(person)
        return person

    # --- families -------------------------------------------------------------------------------

    def _three_generations(self, area: str) -> None:
        elsewhere = area in CITIES_OF_ANHUI and self.rng.random() < 0.3
        home = self.rng.choice(neighbours(area)) if elsewhere else area
        self._couple_with_children(area, parents=self._elders(home))

    def _elders(self, area: str) -> list[Someone]:
        year = self.rng.randint(1938, 1962)
        family = surname(self.rng)
        couple = [self._elder(area, family, year, male=True)]
        if self.rng.random() < 0.8:
            couple.append(self._elder(area, surname(self.rng), year, male=False))
            self._bind_spouses(couple)
        return couple

    def _elder(self, area: str, family: str, year: int, *, male: bool) -> Someone:
        born = self._birthday(year + self.rng.randint(-2, 3))
        name = family + given_name(self.rng, male=male)
        if area != PROVINCIAL_DIRECT and self.rng.random() < 0.45:
            return self.add(name=name, male=male, born=born, area=area, scheme=RESIDENT)
        mode = POOL_ONLY if area != PROVINCIAL_DIRECT and self.rng.random() < 0.08 else COMBINED
        years = Decimal(self.rng.randint(20, 38))
        pool_only = Decimal(self.rng.randint(3, 15)) if self.rng.random() < 0.2 else Decimal(0)
        retirement = _anniversary(born, 60 if male else self.rng.choice([50, 55]))
        before = retirement < BEGINNING
        # A few of Yangzhou's totals of 2022 are missing: the runs of 2023 leave them to staff.
        knows_total = area == YANGZHOU and before and self.rng.random() < 0.9
        return self.add(
            name=name,
            male=male,
            born=born,
            area=area,
            scheme=EMPLOYEE,
            mode=mode,
            retired_on=retirement if before else None,
            retires_on=None if before or retirement >= self.today else retirement,
            combined_years=Decimal(0) if mode == POOL_ONLY else years,
            pool_only_years=years if mode == POOL_ONLY else pool_only,
            base=None if before else self._base(area),
            earlier_total=Decimal(self.rng.randrange(90000, 320000)) / 100 if knows_total else None,
        )

    def _couple_with_children(self, area: str, parents: list[Someone]) -> None:
        oldest = max((parent.born.year for parent in parents), default=1945)
        year = self.rng.randint(max(oldest + 21, 1966), max(oldest + 30, 1996))
        family = parents[0].name[0] if parents else surname(self.rng)
        couple = [
            self._adult(area, family, year, male=True),
            self._adult(area, surname(self.rng), year + self.rng.randint(-2, 3), male=False),
        ]
        self._bind_spouses(couple)
        for number in range(self.rng.choices([0, 1, 2, 3], [1, 5, 4, 1])[0]):
            self._child(area, family, couple, year + self.rng.randint(24, 27) + 3 * number)
        for parent in parents:
            self._bind(couple[0], parent, "parent", 0.6)

    def _child(self, area: str, family: str, couple: list[Someone], year: int) -> None:
        born = self._birthday(year)
        if born >= self.today - timedelta(days=60):
            return
        male = self.rng.random() < 0.52
        name = family + given_name(self.rng, male=male)
        if self.today.year - born.year > 23:
            child = self._worker(area, name, born, male=male)
        else:
            child = self.add(
                name=name,
                male=male,
                born=born,
                area=area,
                scheme=RESIDENT,
                begins_on=max(ENROLLED_ON, born + timedelta(days=20)),
            )
        self._bind(couple[self.rng.random() < 0.4], child, "child", 0.5)

    def _adult(self, area: str, family: str, year: int, *, male: bool) -> Someone:
        name = family + given_name(self.rng, male=male)
        born = self._birthday(year)
        if area != PROVINCIAL_DIRECT and self.rng.random() < 0.3:
            return self.add(name=name, male=male, born=born, area=area, scheme=RESIDENT)
        return self._worker(area, name, born, male=male)

    def _single(self, area: str) -> None:
        male = self.rng.random() < 0.5
        name = surname(self.rng) + given_name(self.rng, male=male)
        self._worker(area, name, self._birthday(self.rng.randint(1968, 2002)), male=male)

    def _worker(self, area: str, name: str, born: date, *, male: bool) -> Someone:
        flexible = area != PROVINCIAL_DIRECT and self.rng.random() < 0.16
        pool_only = flexible and self.rng.random() < 0.35
        retirement = _anniversary(born, 60 if male else 55)
        begins = max(ENROLLED_ON, first_of(_anniversary(born, 22)))
        years = Decimal(max(0, min(self.today.year, retirement.year) - born.year - 22))
        retires = BEGINNING <= retirement < self.today - timedelta(days=40)
        retired = retirement < BEGINNING
        return self.add(
            name=name,
            male=male,
            born=born,
            area=area,
            scheme=EMPLOYEE,
            mode=POOL_ONLY if pool_only else COMBINED,
            employment=FLEXIBLE if flexible else EMPLOYED,
            begins_on=begins,
            retired_on=retirement if retired else None,
            retires_on=retirement if retires else None,
            combined_years=Decimal(0) if pool_only else years,
            pool_only_years=years if pool_only else Decimal(0),
            base=None if retired else self._base(area),
        )

    # --- bonds ----------------------------------------------------------------------------------

    def _bind_spouses(self, couple: list[Someone]) -> None:
        if len(couple) == 2:
            giver = couple[self.rng.random() < 0.3]
            taker = couple[1] if giver is couple[0] else couple[0]
            self._bind(giver, taker, "spouse", 0.25)

    def _bind(self, giver: Someone, taker: Someone, relation: str, chance: float) -> None:
        """Plan a binding where the law allows one: the operation has the last word."""
        wanted = self.rng.random() < chance
        when = self.rng.random()
        excluded = PROVINCIAL_DIRECT in {giver.area, taker.area}
        if not wanted or excluded or not giver.has_account():
            return
        cross_area = giver.area != taker.area
        # Cross-area members have one such authorizer: a second one would be refused.
        if cross_area and any(
            bond.member == taker.place and self.people[bond.authorizer].area != taker.area
            for bond in self.bonds
        ):
            return
        opens = {ANHUI: date(2022, 8, 1)}.get(giver.area[:2], date(2023, 1, 10))
        if cross_area:
            opens = date(2024, 6, 1)
        first = max(opens, giver.begins_on, taker.begins_on) + timedelta(days=5)
        days = (self.today - first).days
        # Most bind soon after it becomes possible.
        if days > 30:
            on = first + timedelta(days=int((days - 30) * when**2))
            self.bonds.append(Bond(giver.place, taker.place, relation, on))

    def _birthday(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(days=self.rng.randrange(365))

    def _base(self, area: str) -> Decimal:
        middle = 7600 if area in {HEFEI, PROVINCIAL_DIRECT, YANTAI, YANGZHOU} else 6200
        return Decimal(int(min(24000.0, max(4100.0, self.rng.gauss(middle, 1900)))))


def contributions_of(
    person: Someone, *, rng: Random, today: date
) -> list[tuple[date, Decimal, date]]:
    """Return the months that are paid for a person: month, base, day of payment.

    A few pay late, and a few leave months out.
    """
    if person.base is None:
        return []
    rolls_from = max(ROLLS_FROM.get(person.area, BEGINNING), first_of(person.begins_on))
    if person.area in ROLLS_FROM and person.place % 29 == 0:
        # Their earlier months came with the roll and no notice here prices them.
        rolls_from = max(BEGINNING, first_of(person.begins_on))
    last = first_of(today)
    if person.retires_on is not None:
        last = min(last, first_of(person.retires_on))
    habit = rng.random()
    payday = rng.randint(6, 20)
    gap_at = rng.randint(3, 44)
    paid = []
    for place in range((last.year - rolls_from.year) * 12 + last.month - rolls_from.month + 1):
        month = months_after(rolls_from, place)
        if habit < 0.04 and gap_at <= place < gap_at + 3:
            continue
        raises = month.year - 2022 - (month.month < 7)
        base = (person.base * (100 + 4 * raises) / 100).quantize(Decimal(1))
        late = habit > 0.95 and gap_at <= place < gap_at + 2
        paid_on = (months_after(month, 3) if late else month) + timedelta(days=payday - 1)
        if month == first_of(today):
            paid_on = min(paid_on, today)
        if paid_on <= today:
            paid.append((month, base, paid_on))
    return paid


def _anniversary(born: date, years: int) -> date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
