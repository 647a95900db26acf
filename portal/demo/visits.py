"""Who sees a doctor or buys medicine, when and where: the visits of one month."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from claims.bill import Bill
from claims.models import Claim
from families.models import Binding
from members.months import first_of, last_of

from .areas import HEFEI, PROVINCIAL_DIRECT
from .bills import lines_for, yuan
from .people import RESIDENT, Someone
from .world import Registered, World

#: Drawn so that, with the bills of the sign-ins' families and what own accounts pay first, about
#: 7.8% of the payments from relatives' accounts are between areas, with means of about 131 yuan in
#: one area and 203 between two (the country's figures of January to November 2024).
CROSS_AREA_SHARE = 0.029
LOCAL_MEAN, CROSS_AREA_MEAN = 129.0, 240.0
RETIREES_MEAN = 300.0
CROSS_AREA_FROM = date(2024, 6, 1)
#: Claims of a month at full scale, in the first month and in the last one.
FIRST_MONTH, LAST_MONTH = 44, 70
MONTHS_OF_GROWTH = 53

_CATEGORY = Claim.Category
_CATEGORIES = (
    (_CATEGORY.OUTPATIENT, 70),
    (_CATEGORY.EMERGENCY, 5),
    (_CATEGORY.ACCOUNT_ONLY, 8),
    (_CATEGORY.CHRONIC_SPECIAL, 6),
    (_CATEGORY.DUAL_CHANNEL, 3),
    (_CATEGORY.MATERNITY, 6),
    (_CATEGORY.DAY_SURGERY, 2),
)
_MEANS = {
    _CATEGORY.EMERGENCY: 420.0,
    _CATEGORY.CHRONIC_SPECIAL: 380.0,
    _CATEGORY.DUAL_CHANNEL: 900.0,
    _CATEGORY.MATERNITY: 350.0,
    _CATEGORY.DAY_SURGERY: 2600.0,
}


@dataclass
class Visits:
    """Draws the visits month by month; it keeps the patients and institutions to choose from."""

    world: World
    _counter: int = 0
    _by_area: dict[str, list[Registered]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.world.institutions:
            self._by_area.setdefault(one.area, []).append(one)

    def in_month(self, month: date, place: int) -> list[tuple[date, Bill]]:
        """Return the bills of a month with their settlement days, in no order."""
        world = self.world
        rng = world.chance(f"visits {month}")
        last_day = min(last_of(month), world.today)
        share_of_month = (last_day.day) / last_of(month).day
        growth = min(place / MONTHS_OF_GROWTH, 1)
        number = round(
            world.scale
            * world.share
            * share_of_month
            * (FIRST_MONTH + (LAST_MONTH - FIRST_MONTH) * growth)
        )
        local, cross_area = self._supported()
        everybody = self._patients()
        drawn = [self._of_cast(who, month, last_day, rng) for who in world.cast_here]
        for _ in range(number):
            kind = rng.random()
            if kind < 0.40 and local:
                far = cross_area and month >= CROSS_AREA_FROM and rng.random() < CROSS_AREA_SHARE
                patient = rng.choice(cross_area if far else local)
                mean = CROSS_AREA_MEAN if far else LOCAL_MEAN
                drawn.append(self._small(patient, mean, month, last_day, rng))
            else:
                patient = rng.choices(everybody, cum_weights=self._weights)[0]
                drawn.append(self._any(patient, month, last_day, rng))
        return [bill for bill in drawn if bill is not None]

    # --- patients -------------------------------------------------------------------------------

    def _patients(self) -> list[Someone]:
        people = [one for one in self.world.people if self.world.is_here(one)]
        total, weights = 0, []
        for one in people:
            age = self.world.today.year - one.born.year
            often = 4 if age >= 65 else 2 if age >= 50 else 1
            total += often if one.scheme == RESIDENT else 3 * often
            weights.append(total)
        self._weights = weights
        return people

    def _supported(self) -> tuple[list[Someone], list[Someone]]:
        """Return who can use a relative's account in their own area alone, and who across areas.

        Of those with an account of their own, a relative pays only after it is empty; so the
        patients of shared payments are mostly children and the old of the residents' scheme.
        """
        people = self.world.people
        pairs = Binding.objects.filter(ended_on=None).values_list("member_id", "cross_area")
        far = {member for member, cross_area in pairs if cross_area}
        near = {member for member, cross_area in pairs if not cross_area}
        local, cross_area = [], []
        for one in people:
            if one.scheme != RESIDENT or not self.world.is_here(one):
                continue
            pk = self.world.pk(one.place)
            if pk in far:
                cross_area.append(one)
            elif pk in near:
                local.append(one)
        return local, cross_area

    # --- one visit ------------------------------------------------------------------------------

    def _of_cast(
        self, who: Someone, month: date, last_day: date, rng: Random
    ) -> tuple[date, Bill] | None:
        """The persons of the sign-ins have their bills: the retiree every month."""
        cast = self.world.cast
        if who in {cast.father, cast.wu_yuanhang} or not self.world.is_here(who):
            return None
        if who is cast.he:
            return self._small(who, RETIREES_MEAN, month, last_day, rng)
        chance = {cast.son.place: 0.3, cast.daughter.place: 0.35, cast.mother.place: 0.3}
        if rng.random() >= chance.get(who.place, 0.15):
            return None
        return self._small(who, 150.0, month, last_day, rng)

    def _small(
        self, patient: Someone, mean: float, month: date, last_day: date, rng: Random
    ) -> tuple[date, Bill] | None:
        at = self._somewhere(self.world.area_of[patient.place], rng, careful=True)
        day = _day(month, last_day, rng)
        amount = yuan(mean, rng=rng, spread=0.45)
        category = _CATEGORY.OUTPATIENT
        return day, self._bill(patient, at, rng, day=day, category=category, amount=amount)

    def _any(
        self, patient: Someone, month: date, last_day: date, rng: Random
    ) -> tuple[date, Bill] | None:
        area = self.world.area_of[patient.place]
        if rng.random() < 0.05:
            area = rng.choice([code for code in sorted(self._by_area) if code[:2] == area[:2]])
        at = self._somewhere(area, rng, careful=False)
        names, weights = zip(*_CATEGORIES, strict=True)
        category = rng.choices(names, weights)[0]
        if at.kind == "pharmacy":
            category = _CATEGORY.ACCOUNT_ONLY if rng.random() < 0.6 else _CATEGORY.OUTPATIENT
        elif category == _CATEGORY.MATERNITY and (patient.male or patient.born.year < 1980):
            category = _CATEGORY.OUTPATIENT
        mean = _MEANS.get(category, 110.0 if at.kind == "pharmacy" else 170.0 + 90.0 * at.level)
        day = _day(month, last_day, rng)
        # Some bills reach the system a few days after the visit.
        settled = (
            day if rng.random() < 0.9 else min(last_day, day + timedelta(days=rng.randint(1, 6)))
        )
        amount = yuan(mean, rng=rng)
        bill = self._bill(patient, at, rng, day=day, category=category, amount=amount)
        return settled, bill

    def _somewhere(self, area: str, rng: Random, *, careful: bool) -> Registered:
        """Return an institution of an area; those of the provincial scheme go to Hefei's."""
        area = HEFEI if area == PROVINCIAL_DIRECT else area
        there = self._by_area[area]
        if careful:
            there = [one for one in there if one.usable] or there
        wanted = "pharmacy" if rng.random() < 0.25 else "hospital"
        return rng.choice([one for one in there if one.kind == wanted] or there)

    def _bill(
        self,
        patient: Someone,
        at: Registered,
        rng: Random,
        *,
        day: date,
        category: str,
        amount: Decimal,
    ) -> Bill:
        self._counter += 1
        stamp = f"{day:%Y%m%d}{self.world.half + 1}{self._counter:05d}"
        pharmacy = at.kind == "pharmacy"
        prescriber = None
        if pharmacy and category == _CATEGORY.OUTPATIENT and rng.random() < 0.7:
            nearby = [one for one in self._by_area[at.area] if one.kind == "hospital" and one.level]
            prescriber = nearby[0].row if nearby else None
        other = Decimal("0.00")
        if category in _MEANS and category != _CATEGORY.EMERGENCY:
            other = (amount * rng.choice([5, 6, 7]) / 10).quantize(Decimal("0.01"))
        elif patient.scheme == RESIDENT and not pharmacy and rng.random() < 0.3:
            other = (amount * 3 / 10).quantize(Decimal("0.01"))
        return Bill(
            number=f"D{stamp}",
            institution=at.row,
            visit_number=f"M{stamp}",
            bill_number=f"F{stamp}",
            patient_id=self.world.pk(patient.place),
            category=category,
            service_date=day,
            lines=lines_for(amount, pharmacy=pharmacy, rng=rng),
            prescriber=prescriber,
            prescription_number=f"R{stamp}" if prescriber else "",
            merged_into_admission=category == _CATEGORY.EMERGENCY and rng.random() < 0.1,
            other_scheme_paid=other,
            paper=not pharmacy and rng.random() < 0.015,
        )


def _day(month: date, last_day: date, rng: Random) -> date:
    return first_of(month) + timedelta(days=rng.randrange(last_day.day))
