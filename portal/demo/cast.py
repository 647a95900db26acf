"""The persons behind the sign-ins: a young family of six, and a retiree with a son elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .areas import ANQING, HEFEI, WUHU
from .people import EMPLOYEE, RESIDENT, Bond, Population, Someone


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is who, as places of the plan are given to them first."""

    lin: Someone
    mei: Someone
    son: Someone
    daughter: Someone
    father: Someone
    mother: Someone
    he: Someone
    wu_yuanhang: Someone

    def everybody(self) -> tuple[Someone, ...]:
        """All of them, in the order of their places."""
        return (
            *(self.lin, self.mei, self.son, self.daughter, self.father, self.mother),
            *(self.he, self.wu_yuanhang),
        )


def add_cast(population: Population) -> Cast:
    """Add the persons of the sign-ins with their bonds."""
    add = population.add
    cast = Cast(
        lin=add(
            name="林知远",
            male=True,
            born=date(1991, 4, 12),
            area=HEFEI,
            scheme=EMPLOYEE,
            combined_years=Decimal(11),
            base=Decimal(9600),
        ),
        mei=add(
            name="梅若溪",
            male=False,
            born=date(1992, 9, 3),
            area=HEFEI,
            scheme=EMPLOYEE,
            combined_years=Decimal(9),
            base=Decimal(7400),
        ),
        son=add(
            name="林一舟", male=True, born=date(2017, 6, 1), area=HEFEI, scheme=RESIDENT,
        ),
        daughter=add(
            name="林一禾",
            male=False,
            born=date(2021, 2, 18),
            area=HEFEI,
            scheme=RESIDENT,
            begins_on=date(2021, 3, 10),
        ),
        father=add(
            name="林国平",
            male=True,
            born=date(1961, 10, 8),
            area=WUHU,
            scheme=EMPLOYEE,
            retired_on=date(2021, 10, 8),
            combined_years=Decimal(36),
        ),
        mother=add(
            name="方秀琴", male=False, born=date(1963, 12, 22), area=WUHU, scheme=RESIDENT,
        ),
        he=add(
            name="何秀兰",
            male=False,
            born=date(1952, 3, 15),
            area=ANQING,
            scheme=EMPLOYEE,
            retired_on=date(2007, 3, 15),
            combined_years=Decimal(27),
        ),
        wu_yuanhang=add(
            name="吴远航",
            male=True,
            born=date(1978, 8, 26),
            area=HEFEI,
            scheme=EMPLOYEE,
            combined_years=Decimal(24),
            base=Decimal(12800),
        ),
    )  # fmt: skip
    population.bonds += [
        Bond(cast.lin.place, cast.son.place, "child", date(2022, 7, 4)),
        Bond(cast.lin.place, cast.daughter.place, "child", date(2022, 7, 4)),
        Bond(cast.mei.place, cast.son.place, "child", date(2022, 9, 12)),
        Bond(cast.mei.place, cast.daughter.place, "child", date(2022, 9, 12)),
        Bond(cast.lin.place, cast.mei.place, "spouse", date(2023, 3, 6)),
        Bond(cast.lin.place, cast.mother.place, "parent", date(2024, 6, 3)),
        Bond(cast.lin.place, cast.father.place, "parent", date(2024, 6, 3)),
        Bond(cast.wu_yuanhang.place, cast.he.place, "parent", date(2024, 6, 5)),
    ]
    return cast
