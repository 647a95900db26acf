"""The setting of a generated story: when it begins, who is in it, which figures are entered."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.oracle import figures as law
from tests.oracle.days import first_day, last_day, month_of, next_month

# fmt: off
NAMES = [
    "lin", "mei", "chen", "zhou", "wu", "fang", "gu", "hai", "jun", "kai", "lan", "min", "ning",
    "pan", "qin", "rong", "shan", "tao", "wen", "xia", "yan", "zhi",
]
# fmt: on
ANHUI_CITIES = [a for a in law.AREAS if law.AREAS[a] == law.ANHUI and a != law.PROVINCIAL_DIRECT]
ELSEWHERE = ["321000", "370600", "421300"]

# A day near each start, end and turn of the rules, so that stories cross it.
STARTS = [
    date(2022, 6, 20),
    date(2022, 11, 20),
    date(2022, 12, 25),
    date(2023, 4, 10),
    date(2023, 11, 15),
    date(2024, 3, 1),
    date(2024, 5, 25),
    date(2024, 6, 1),
    date(2024, 10, 5),
    date(2024, 12, 20),
    date(2025, 5, 15),
]
KINDS = ["anhui", "anhui", "movers", "large_family", "yangzhou", "yantai", "suizhou", "mixed"]


@dataclass
class Setting:
    kind: str
    start: date
    members: dict[str, dict[str, Any]]
    figures: dict[str, dict[str, Any]]


def set_scene(rng: random.Random) -> Setting:
    kind = rng.choice(KINDS)
    start = rng.choice(STARTS) + timedelta(days=rng.randrange(0, 20))
    count = rng.randrange(4, 9)
    late = {"movers": 1.0, "large_family": 0.7, "anhui": 0.4}
    if rng.random() < late.get(kind, 0.0):
        start = max(start, date(2024, 5, rng.randrange(15, 31)))
    if kind == "large_family":
        count = 10
    areas = _areas(rng, kind)
    names = rng.sample(NAMES, count)
    members = {name: _member(rng, areas, start) for name in names}
    if kind == "large_family":
        members[names[0]] = {"area": areas[0], "born": date(1984, 2, 3)}
        for name in names[1:8]:
            members[name]["area"] = areas[0] if rng.random() < 0.7 else rng.choice(areas)
    return Setting(kind=kind, start=start, members=members, figures=_figures(rng, areas))


def _areas(rng: random.Random, kind: str) -> list[str]:
    """The areas that members of the story come from, the likeliest first."""
    cities = rng.sample(ANHUI_CITIES, 3)
    if kind in ("anhui", "movers", "large_family"):
        return [*cities, rng.choice([law.PROVINCIAL_DIRECT, law.HEFEI, cities[0]])]
    if kind == "mixed":
        return [*rng.sample(ELSEWHERE, 2), cities[0], cities[1], law.PROVINCIAL_DIRECT]
    home = {"yangzhou": "321000", "yantai": "370600", "suizhou": "421300"}[kind]
    return [home, home, home, cities[0]]


def _member(rng: random.Random, areas: list[str], start: date) -> dict[str, Any]:
    area = areas[0] if rng.random() < 0.55 else rng.choice(areas)
    if rng.random() < 0.17:
        born = date(rng.choice([1950, 1962, 2010, 2016]), rng.randrange(1, 13), 5)
        return {"area": area, "born": born, "scheme": "resident"}
    member: dict[str, Any] = {"area": area}
    status = rng.random()
    if status < 0.25:
        member["born"] = _birthday(rng, start, 70)
        retired = date(rng.randrange(2008, 2022), rng.randrange(1, 13), rng.choice([1, 15, 28]))
        member["retired_on"] = retired
    elif status < 0.45:
        member["born"] = _birthday(rng, start, 60)
        retired = start + timedelta(days=rng.randrange(-20, 420))
        member["retired_on"] = rng.choice(
            [retired, first_day(month_of(retired)), last_day(month_of(retired))]
        )
    else:
        member["born"] = _birthday(rng, start, rng.choice([35, 45]))
    if rng.random() < 0.15:
        member["mode"] = "pool_only"
    if rng.random() < 0.2:
        member["employment"] = "flexible"
    if "retired_on" in member and rng.random() < 0.4:
        member["combined_years"] = rng.choice([0, 1, 7, 20])
        member["pool_only_years"] = rng.choice([0, 3, 10, 11])
    if "retired_on" in member and rng.random() < 0.7:
        member["credited_2022"] = f"{rng.randrange(60000, 900000) / 100:.2f}"
    return member


def _birthday(rng: random.Random, start: date, age: int) -> date:
    """Born so that the birthday of this age lies in or near the story, often on a month's edge."""
    day = start + timedelta(days=rng.randrange(-400, 700))
    edge = rng.choice([day, first_day(month_of(day)), last_day(month_of(day))])
    return date(edge.year - age, edge.month, min(edge.day, 28 if edge.month == 2 else 31))


def _figures(rng: random.Random, areas: list[str]) -> dict[str, dict[str, Any]]:
    figures: dict[str, dict[str, Any]] = {}

    def enter(chance: float, key: str, name: str, value: Any) -> None:
        if rng.random() < chance:
            figures.setdefault(key, {})[name] = value

    anhui = sorted({a for a in areas if law.AREAS[a] == law.ANHUI})
    if anhui:
        begun = rng.choice([date(2023, 1, 1), date(2024, 1, 1), date(2024, 7, 1)])
        enter(0.8, "34", "outpatient", _outpatient(rng, date(2022, 7, 1)))
        enter(0.4, rng.choice(anhui), "outpatient", _outpatient(rng, begun))
        enter(0.1, "34", "family_premiums", False)
        enter(0.2, rng.choice(anhui), "family_premiums", False)
        enter(0.2, rng.choice(anhui), "family_premiums", True)
    for area in [a for a in ELSEWHERE if a in areas]:
        begun = rng.choice([date(2023, 7, 1), date(2024, 1, 1), date(2025, 1, 1)])
        enter(0.1, area, "outpatient", _outpatient(rng, begun))
        enter(0.1, area[:2], "outpatient", _outpatient(rng, date(2023, 1, 1)))
        enter(0.15, area, "family_premiums", False)
    for area in ("321000", "370600"):
        enter(0.5, area, "average_basic_pension", _pension(rng))
        enter(0.4, area[:2], "average_basic_pension", _pension(rng))
    if "421300" in areas:
        last = rng.choice([date(2025, 1, 31), date(2025, 6, 30), date(2025, 12, 31)])
        enter(0.5, rng.choice(["421300", "421300", "42"]), "in_force_until", last)
    return figures


def _pension(rng: random.Random) -> str:
    return f"{rng.randrange(280000, 520000) / 100:.2f}"


def _outpatient(rng: random.Random, begun: date) -> dict[str, Any]:
    def group() -> dict[str, Any]:
        low = rng.choice([50, 100, 200, 300])
        high = rng.choice([low, low, low + 150])
        ratios = rng.choice([("0.70", "0.60", "0.50"), ("0.655", "0.555", "0.5"), ("0.8",) * 3])
        return {
            "deductible": {1: low, 2: high, 3: high},
            "ratio": dict(enumerate(ratios, start=1)),
            "cap": rng.choice([400, 1000, 2000, 6000]),
        }

    return {"from": begun, "active": group(), "retired": group()}


def turning_days(members: dict[str, dict[str, Any]], day: date) -> list[date]:
    """Days within the next two months on which a rule, a status or a period turns."""
    turns = list(law.SHARING_FROM.values())
    turns += [date(2024, 6, 1), date(2024, 12, 31), date(2024, 1, 1), date(2023, 1, 1)]
    turns += [date(day.year + 1, 1, 1), first_day(next_month(month_of(day)))]
    for member in members.values():
        if "retired_on" in member:
            turns.append(first_day(next_month(month_of(member["retired_on"]))))
    eves = [turn - timedelta(days=1) for turn in turns]
    return [d for d in turns + eves if day < d <= day + timedelta(days=62)]
