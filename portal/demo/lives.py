"""What happens in lives: retirement, stays, moves and departures."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from families.departures import PAYOUT_CHANGE, payout, propose_payout, report_death
from families.moves import move
from members import operations as members
from members.models import Person, Stay
from record import changes

from .areas import CITIES_OF_ANHUI, HEFEI, PROVINCIAL_DIRECT, YANGZHOU, half_of, neighbours
from .people import EMPLOYEE, Someone
from .timetable import Rank, Timetable
from .world import World

#: Everybody but the persons of the sign-ins belongs to one of these by their place, so that the
#: same person does not move away while in hospital.
TOPICS = ("stays", "moves", "departures", "residence")


def chosen(world: World, topic: str, *, least: int, number: int) -> list[Someone]:
    """Choose people of a topic: a number at full scale, not fewer than a few."""
    cast = {one.place for one in world.cast_here}
    group = TOPICS.index(topic)
    own = [
        one for one in world.people if one.place % len(TOPICS) == group and one.place not in cast
    ]
    wanted = world.number_of(number, least=least)
    return world.chance(topic).sample(own, min(wanted, len(own)))


def some_day(world: World, first: date, rng: Random, *, leave: int) -> date:
    """Return a day from a first one up to so many days before today."""
    return first + timedelta(days=rng.randrange(max((world.today - first).days - leave, 1)))


def plan_lives(world: World, timetable: Timetable) -> None:
    """Put everything that happens to people on the timetable."""
    for person in world.people:
        if person.retires_on is not None:
            _plan_retirement(world, timetable, person, person.retires_on)
    _plan_stays(world, timetable)
    _plan_moves(world, timetable)
    _plan_departures(world, timetable)


def _plan_retirement(world: World, timetable: Timetable, person: Someone, on: date) -> None:
    def retire(day: date) -> None:
        if not world.is_here(person):
            return
        done = members.retire(
            person_id=world.pk(person.place),
            retired_on=day,
            day=day,
            actor=world.officer_of(world.area_of[person.place]),
        )
        world.accept("retirements", done)

    timetable.add(on, Rank.LIFE, retire)


def _plan_stays(world: World, timetable: Timetable) -> None:
    rng = world.chance("dates of stays")
    for place, person in enumerate(chosen(world, "stays", least=4, number=80)):
        kind = Stay.Kind.HOSPITAL
        if place % 5 == 0:
            kind = Stay.Kind.LTC_SPECIALISED if place % 2 else Stay.Kind.LTC_OTHER
        days = rng.randint(3, 14) if kind == Stay.Kind.HOSPITAL else rng.randint(60, 200)
        begins = max(some_day(world, date(2022, 8, 1), rng, leave=20), person.begins_on)
        _plan_stay(world, timetable, person, kind=kind.value, begins=begins, days=days)


def _plan_stay(
    world: World, timetable: Timetable, person: Someone, *, kind: str, begins: date, days: int
) -> None:
    def stay(day: date) -> None:
        ends = begins + timedelta(days=days)
        done = members.record_stay(
            person_id=world.pk(person.place),
            kind=kind,
            begins_on=begins,
            # Who is still there has no day of discharge yet.
            ends_on=ends if ends <= world.today else None,
            day=day,
            actor=world.officer_of(world.area_of[person.place]),
        )
        world.accept("stays", done)

    timetable.add(begins, Rank.LIFE, stay)


def _plan_moves(world: World, timetable: Timetable) -> None:
    rng = world.chance("dates of moves")
    movers = [
        one for one in chosen(world, "moves", least=6, number=40) if one.area in CITIES_OF_ANHUI
    ]
    for place, person in enumerate(movers):
        # Some leave the province.
        away = place % 6 == 4 and half_of(YANGZHOU) == world.half
        area = YANGZHOU if away else rng.choice(neighbours(person.area))
        day = max(some_day(world, date(2023, 3, 1), rng, leave=30), person.begins_on)
        _plan_move(world, timetable, person, area, day)


def _plan_move(world: World, timetable: Timetable, person: Someone, area: str, on: date) -> None:
    def leave_for(day: date) -> None:
        done = move(
            person_id=world.pk(person.place),
            area=area,
            day=day,
            actor=world.officer_of(area),
        )
        if world.accept("moves", done) is not None:
            world.area_of[person.place] = area

    timetable.add(on, Rank.LIFE, leave_for)


def _plan_departures(world: World, timetable: Timetable) -> None:
    rng = world.chance("dates of departures")
    people = [
        one
        for one in chosen(world, "departures", least=50, number=400)
        if one.area != PROVINCIAL_DIRECT and one.born.year < 1996
    ]
    dead = [one for one in people if one.born.year < 1956][: world.number_of(10, least=2)]
    # With two persons in Hefei, where there are a case officer and a reviewer to sign in as.
    workers = [one for one in people if one.scheme == EMPLOYEE and one not in dead]
    emigrants = workers[: world.number_of(4, least=1)]
    waiting = [one for one in workers if one.area == HEFEI and one not in emigrants][:1]
    for place, person in enumerate(dead):
        died_on = some_day(world, date(2023, 2, 1), rng, leave=60)
        if place == 0:
            # The heirs have not come yet: the payout is still to be made.
            died_on = world.today - timedelta(days=9)
        reported = died_on + timedelta(days=rng.randint(3, 8))
        _plan_death(world, timetable, person, died_on, reported)
        if place > 0:
            after = reported + timedelta(days=rng.randint(10, 30))
            _plan_payout(world, timetable, person, Person.Departure.DEATH, after)
    for person in emigrants:
        on = some_day(world, date(2023, 6, 1), rng, leave=30)
        _plan_payout(world, timetable, person, Person.Departure.EMIGRATION, on)
    for person in waiting:
        on = world.today - timedelta(days=2)
        _plan_payout(world, timetable, person, Person.Departure.EMIGRATION, on, decided=False)


def _plan_death(
    world: World, timetable: Timetable, person: Someone, died_on: date, reported: date
) -> None:
    def report(day: date) -> None:
        items = report_death(
            person_id=world.pk(person.place),
            died_on=died_on,
            day=day,
            actor=world.officer_of(world.area_of[person.place]),
        )
        world.accept("deaths", items)
        world.gone.add(person.place)

    timetable.add(reported, Rank.LIFE, report)


def _plan_payout(
    world: World,
    timetable: Timetable,
    person: Someone,
    reason: Person.Departure,
    on: date,
    *,
    decided: bool = True,
) -> None:
    payees = [{"name": f"{person.name[0]}某", "share": "1"}]

    def pay_out(day: date) -> None:
        subject, area = world.pk(person.place), world.area_of[person.place]
        if area != HEFEI:
            done = payout(
                person_id=subject,
                reason=reason.value,
                day=day,
                actor=world.officer_of(area),
                payees=payees,
            )
            world.accept("payouts", done)
            world.gone.add(person.place)
            return
        change = propose_payout(
            person_id=subject,
            reason=reason.value,
            payees=payees,
            evidence="演示：凭证已核对。",
            by=world.staff["zhou"],
            # Its member has days to object before anybody can approve it.
            day=day - timedelta(days=PAYOUT_CHANGE.days_to_wait) if decided else day,
        )
        proposed = world.accept("payouts proposed", change)
        if decided and proposed is not None:
            approved = changes.approve(change_id=proposed.pk, by=world.staff["wu"], day=day)
            world.accept("payouts", approved)
            world.gone.add(person.place)

    timetable.add(on, Rank.LIFE, pay_out)
