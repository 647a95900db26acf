"""A month of ordinary bills, and twelve frauds among them: for tests of the watch.

Bills are written as they would stand after their settlement; the engine has no part in it.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from claims.models import Claim, Institution
from members.models import Person
from tests.people import HEFEI, WUHU, enrol, hospital

#: A Friday.
DAY = date(2026, 11, 20)
_number = itertools.count(1)


@dataclass
class Seeded:
    """Who does something wrong, by the rule that has to find it; and everybody else."""

    guilty: dict[str, tuple[str, int]] = field(default_factory=dict)
    innocent: list[Person] = field(default_factory=list)
    places: list[Institution] = field(default_factory=list)


def claim(
    patient: Person, place: Institution, amount: str | Decimal | int, day: date, **facts: Any
) -> Claim:
    """A settled bill, not yet written: half paid by the fund, half in cash, at ten o'clock."""
    number = f"S{next(_number):08d}"
    gross = Decimal(amount).quantize(Decimal("0.01"))
    own = Decimal(facts.pop("own", 0))
    payers = facts.pop("payers", [])
    shared = sum((Decimal(given) for _, given in payers), Decimal(0))
    pool = Decimal(facts.pop("pool", (gross - own - shared) / 2)).quantize(Decimal("0.01"))
    hour = facts.pop("hour", 10)
    minute = facts.pop("minute", next(_number) % 60)
    code = facts.pop("code", f"XD{next(_number):010d}")
    settled_on = facts.pop("settled_on", day)
    at = datetime.combine(settled_on, time(hour, minute), UTC) - timedelta(hours=8)
    return Claim(
        **{
            "number": number,
            "visit_number": number,
            "bill_number": number,
            "institution": place,
            "patient": patient,
            "category": "outpatient",
            "service_date": day,
            "settled_on": settled_on,
            "settled_at": at,
            "area": HEFEI,
            "lines": [{"amount": str(gross), "purpose": "drug", "code": code}],
            "gross": gross,
            "out_of_policy": 0,
            "first_self_pay": 0,
            "in_policy": gross,
            "remote_self_pay": 0,
            "deductible": 0,
            "pool": pool,
            "other_scheme_paid": 0,
            "own_paid": own,
            "shared_paid": shared,
            "cash": gross - pool - own - shared,
            "decision": {
                "steps": [],
                "payers": [
                    {"person": payer, "area": HEFEI, "own": False, "amount": str(given)}
                    for payer, given in payers
                ],
                "provider_level": 1,
            },
            **facts,
        }
    )


def seed(people: int = 220) -> Seeded:
    """Write the ordinary month of many, and each fraud once."""
    dice = random.Random(62)
    seeded = Seeded()
    places = [hospital(HEFEI, level=level) for level in (1, 1, 2, 3)]
    pharmacy, wuhu = hospital(HEFEI, kind="pharmacy"), hospital(WUHU)
    seeded.places = [*places, pharmacy, wuhu]
    seeded.innocent = enrol(*[f"people {n}" for n in range(people)], area=HEFEI)
    bills = list(_ordinary(seeded.innocent, places, pharmacy, wuhu, dice))
    for name, make in _FRAUDS.items():
        who, wrong = make(places, pharmacy, wuhu)
        seeded.guilty[name] = who
        bills += wrong
    Claim.objects.bulk_create(bills)
    # A bulk insert leaves a table without statistics; the first plan would be a bad one.
    connection.cursor().execute("ANALYZE claims_claim")
    return seeded


def _ordinary(
    people: list[Person],
    places: list[Institution],
    pharmacy: Institution,
    wuhu: Institution,
    dice: random.Random,
) -> Iterable[Claim]:
    for person in people:
        usual = dice.choice(places)
        for _ in range(dice.choice((0, 1, 1, 2, 3, 5))):
            day = DAY - timedelta(days=dice.randrange(60))
            place = usual if dice.random() < 0.8 else dice.choice(places)
            yield claim(person, place, dice.randrange(40, 600), day, hour=dice.randrange(8, 18))
            if dice.random() < 0.3:
                # With the prescription to the pharmacy, and once in a while to a second hospital.
                yield claim(person, pharmacy, dice.randrange(20, 200), day, own=15, hour=17)
            if dice.random() < 0.05:
                yield claim(person, dice.choice(places), 80, day, hour=18)
        if dice.random() < 0.1:
            yield claim(person, wuhu, 120, DAY - timedelta(days=dice.randrange(30)))
        if dice.random() < 0.05:
            yield claim(person, usual, 300, DAY - timedelta(days=3), hour=2, category="emergency")


Fraud = tuple[tuple[str, int], list[Claim]]


def _person(name: str, **facts: Any) -> Person:
    return enrol(name, area=HEFEI, **facts)[0]


def _same_day(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who = _person("same day")
    return ("person", who.pk), [claim(who, place, 200, DAY) for place in places[:3]]


def _two_places(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who = _person("two places")
    return ("person", who.pk), [
        claim(who, places[0], 90, DAY, hour=9, minute=30),
        claim(who, wuhu, 90, DAY, hour=9, minute=30),
    ]


def _frequent(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who = _person("frequent")
    days = [DAY - timedelta(days=2 * n) for n in range(15)]
    return ("person", who.pk), [claim(who, places[n % 4], 50, day) for n, day in enumerate(days)]


def _repeated(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who = _person("repeated")
    return ("person", who.pk), [
        claim(who, places[1], 60, DAY - timedelta(days=n)) for n in range(6)
    ]


def _split(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who = _person("split")
    return ("person", who.pk), [claim(who, places[2], 99, DAY) for _ in range(4)]


def _long(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who = _person("long")
    return ("person", who.pk), [
        claim(who, places[0], 150, DAY - timedelta(days=8 * n), code="XA10BAE") for n in range(4)
    ]


def _burst(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who = _person("burst")
    return ("person", who.pk), [
        claim(who, pharmacy, 500, DAY - timedelta(days=n), own=500, pool=0) for n in range(4)
    ]


def _drained(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who, *family = enrol("drained", "son", "wife", "mother", area=HEFEI)
    return ("person", who.pk), [
        claim(who, places[n], 1500, DAY - timedelta(days=6 * n), payers=[(payer.pk, "900.00")])
        for n, payer in enumerate(family)
    ]


def _night(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    place = hospital(HEFEI)
    people = enrol(*[f"night {n}" for n in range(6)], area=HEFEI)
    return ("institution", place.pk), [
        claim(person, place, 110, DAY, hour=(23, 2, 4)[n % 3]) for n, person in enumerate(people)
    ]


def _dead(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    who = _person("dead")
    Person.objects.filter(pk=who.pk).update(left_on=DAY - timedelta(days=9), departure="death")
    return ("person", who.pk), [claim(who, places[3], 75, DAY - timedelta(days=2))]


def _jump(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    place = hospital(HEFEI)
    people = enrol(*[f"jump {n}" for n in range(22)], area=HEFEI)
    before = [claim(people[n], place, 200, DAY - timedelta(days=7 * (n + 1))) for n in range(4)]
    return ("institution", place.pk), [*before, *(claim(one, place, 200, DAY) for one in people)]


def _cash(places: list[Institution], pharmacy: Institution, wuhu: Institution) -> Fraud:
    place = hospital(HEFEI)
    people = enrol(*[f"cash {n}" for n in range(31)], area=HEFEI)
    return ("institution", place.pk), [
        claim(one, place, 400, DAY.replace(day=1 + n % 20), pool=20) for n, one in enumerate(people)
    ]


_FRAUDS = {
    "same_day": _same_day,
    "two_places": _two_places,
    "frequent_visits": _frequent,
    "repeated_visits": _repeated,
    "split_bills": _split,
    "long_prescription": _long,
    "pharmacy_burst": _burst,
    "drained_family": _drained,
    "night_settlements": _night,
    "after_death": _dead,
    "institution_jump": _jump,
    "cash_share": _cash,
}
