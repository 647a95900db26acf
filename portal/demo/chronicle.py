"""The time of the demonstration, month by month: rolls, runs, visits and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from django.db import OperationalError

from accounts.closing import close_year
from accounts.crediting import credit
from claims import operations as claims
from claims.bill import Bill
from claims.models import Claim
from members.models import Enrolment
from members.months import last_of, months_after, parse_month
from members.operations import NewPerson, enrol_many

from .areas import HALVES
from .families import plan_bindings, plan_premiums
from .lives import plan_lives
from .numbers import bank_account, member_number, phone
from .paper_bills import plan_paper_bills
from .people import BEGINNING, Someone
from .residence import plan_registrations
from .rolls import Contributions
from .timetable import Rank, Timetable
from .visits import Visits
from .world import IMPORT, SYSTEM, World

#: Days of a month on which the roll comes in and the run is made, and of January for the closing.
ROLL_DAY, RUN_DAY, CLOSING_DAY = 25, 26, 8
_DEADLOCK = "40P01"


def live_through(world: World) -> None:
    """Let everything happen from the beginning to today."""
    timetable = Timetable()
    plan_lives(world, timetable)
    plan_registrations(world, timetable)
    plan_paper_bills(world, timetable)
    plan_bindings(world, timetable)
    plan_premiums(world, timetable)
    contributions, visits = Contributions(world), Visits(world)
    month = BEGINNING
    while month <= world.today:
        if month.month == 1 or month == BEGINNING:
            world.say(f"{month.year} …")
        _enrol_newcomers(world, month)
        _plan_offices(world, timetable, contributions, month)
        place = (month.year - BEGINNING.year) * 12 + month.month - BEGINNING.month
        rng = world.chance(f"undoing {month}")
        for day, bill in visits.in_month(month, place):
            timetable.add(day, Rank.VISIT, partial(_settle, world, timetable, rng, bill))
        timetable.run_through(min(last_of(month), world.today))
        month = months_after(month, 1)


def enrol(world: World, people: list[Someone]) -> None:
    """Enrol people of the plan; from now on they have an account number and an area."""
    persons = enrol_many(people=[_as_new(person) for person in people], actor=IMPORT)
    for person, row in zip(people, persons, strict=True):
        world.persons[person.place] = row
        world.area_of[person.place] = person.area
    world.done["members"] += len(people)


def _as_new(person: Someone) -> NewPerson:
    earlier = () if person.earlier_total is None else ((2022, person.earlier_total),)
    grown = person.born.year < 2010
    return NewPerson(
        name=person.name,
        id_number=person.id_number,
        born=person.born,
        area=person.area,
        begins_on=person.begins_on,
        scheme=person.scheme,
        mode=person.mode,
        employment=person.employment,
        retired_on=person.retired_on,
        combined_years=person.combined_years,
        pool_only_years=person.pool_only_years,
        earlier_totals=earlier,
        # The young and a few of the old have none on record.
        phone=phone(person.place) if grown and person.place % 11 else "",
        bank_account=bank_account(person.place)
        if person.scheme == Enrolment.Scheme.EMPLOYEE
        else "",
        number=member_number(person.place),
    )


def _enrol_newcomers(world: World, month: date) -> None:
    """Enrol the newborn and those who begin to work, in the month in which they come in."""
    last = min(last_of(month), world.today)
    new = [
        person
        for person in world.people
        if person.place not in world.persons and person.begins_on <= last
    ]
    if new:
        enrol(world, new)


def _plan_offices(
    world: World, timetable: Timetable, contributions: Contributions, month: date
) -> None:
    """Put the month's roll and runs on the timetable, and in January the closing of the year."""

    def day_of(number: int) -> date:
        return min(month + timedelta(days=number - 1), world.today)

    timetable.add(day_of(ROLL_DAY), Rank.ROLL, partial(contributions.take_in, month))
    timetable.add(day_of(RUN_DAY), Rank.RUN, partial(_credit, world, month))
    if month.month == 1:
        year = month.year - 1
        timetable.add(day_of(CLOSING_DAY), Rank.YEAR_CLOSED, partial(_close, world, year))


def _credit(world: World, month: date, day: date) -> None:
    for quota in HALVES[world.half]:
        if month >= parse_month(quota.months_from):
            post = partial(credit, area=quota.code, month=month, day=day, actor=SYSTEM)
            world.accept("credit runs", _posted(post))


def _close(world: World, year: int, day: date) -> None:
    for quota in HALVES[world.half]:
        post = partial(close_year, area=quota.code, year=year, day=day, actor=SYSTEM)
        world.accept("years closed", _posted(post))


def _posted(post: Callable[[], Any]) -> Any:
    """Post a run; one that lost a deadlock to the other half is gone on with, as the sweep does."""
    while True:
        try:
            return post()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != _DEADLOCK:
                raise


# --- bills --------------------------------------------------------------------------------------


def _settle(world: World, timetable: Timetable, rng: Random, bill: Bill, day: date) -> None:
    actor = world.actor("zhou") if bill.paper else IMPORT
    settled = claims.settle(bill=bill, day=day, actor=actor)
    claim = world.accept("claims", settled, "member_left", "no_policy_in_force")
    # The dice fall for every bill, so that one refusal does not shift all that follows.
    fate, wait = rng.random(), rng.randint(1, 45)
    if claim is None:
        return
    later = day + timedelta(days=wait)
    if fate < 0.012:
        timetable.add(day, Rank.UNDOING, partial(_reverse, world, claim))
    elif fate < 0.05:
        timetable.add(later, Rank.UNDOING, partial(_refund, world, claim))
    elif fate < 0.08 and len(bill.lines) > 1:
        timetable.add(later, Rank.UNDOING, partial(_refund_partly, world, claim))


def _reverse(world: World, claim: Claim, day: date) -> None:
    world.accept("reversals", claims.reverse(number=claim.number, day=day, actor=IMPORT))


def _refund(world: World, claim: Claim, day: date) -> None:
    world.accept("refunds", claims.refund(number=claim.number, day=day, actor=IMPORT))


def _refund_partly(world: World, claim: Claim, day: date) -> None:
    remaining = claims.lines_of(claim)[:-1]
    other = min(claim.other_scheme_paid, sum((line.amount for line in remaining), start=Decimal(0)))
    undone = claims.refund_partly(
        number=claim.number,
        remaining=remaining,
        new_number=f"{claim.number}-2",
        day=day,
        actor=IMPORT,
        other_scheme_paid=other,
    )
    # The patient may have died or moved to another scheme since.
    world.accept("partial refunds", undone, "member_left", "no_policy_in_force")
