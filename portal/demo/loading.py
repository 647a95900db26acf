"""Loading the demonstration province into an empty database."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from random import Random

from django.db import connection
from django.utils import timezone

from claims.models import Institution
from members.models import Person, User
from oversight.adding_up import bring_up_to_date
from oversight.finding import find_hits
from record.operations import SYSTEM

from .areas import HALVES, QUOTAS, half_of
from .cast import Cast, add_cast
from .checking import check_bindings
from .chronicle import enrol, live_through
from .clearing import clear_between_areas
from .desk_work import fill_the_desk
from .figures import enter_figures
from .institutions import open_machine, register_institutions
from .notices import publish_notices
from .oddities import settle_oddities
from .paying import disburse, pay_institutions, reconcile
from .people import BEGINNING, Population
from .side_by_side import beside
from .staff import link_members, make_staff
from .world import SEED, World

#: With fewer there are no two persons to bind.
LEAST_PEOPLE = 8


class AlreadyLoaded(Exception):
    """There are persons in the database: the demonstration fills an empty one only."""


def load(*, today: date, scale: float = 1.0, say: Callable[[str], None] = print) -> Counter[str]:
    """Make the demonstration province as it is on a day; return how much of everything there is.

    The same code, day and scale give the same data. `scale` 1 is 2,300 people.
    `say` is given short lines of progress. Raises AlreadyLoaded, and DemoError where an operation
    refuses what the plan did not expect to be refused.
    """
    if Person.objects.exists():
        raise AlreadyLoaded
    with lazy_commits():
        say("staff, example figures, institutions …")
        worlds = _set_up(today=today, scale=scale, say=say)
        first, second = worlds
        say(f"{len(first.people) + len(second.people)} members and their lives since 2022 …")
        for world in worlds:
            enrol(world, [one for one in world.people if one.begins_on < BEGINNING])
        # What has been planned and read by now stays: looking through it for garbage again and
        # again would take a tenth of the time.
        gc.freeze()
        with beside(lambda: _live_beside(second)) as done_beside:
            live_through(first)
        gc.unfreeze()
        _link(first)
    done = first.done + done_beside()
    done["claims"] += settle_oddities(today=today)
    fill_the_desk(today=today, staff=first.staff, persons=_rows_of(first.cast, first))
    say("clearing, payments and reconciliation …")
    _clear(today=today, staff=first.staff, done=done)
    say("figures, and what the watch finds in them …")
    bring_up_to_date(today=today)
    find_hits(day=today, actor=SYSTEM)
    check_bindings(today=today, staff=first.staff, persons=_rows_of(first.cast, first))
    done["institutions"] = Institution.objects.count()
    return done


def _clear(*, today: date, staff: dict[str, User], done: Counter[str]) -> None:
    """Clear between areas, pay institutions, and compare a hospital's books with ours.

    Beside it the bank pays out what the provincial-direct scheme has credited.
    """
    with beside(lambda: _disburse_beside(today, staff)), lazy_commits():
        clear_between_areas(today=today, staff=staff, done=done)
        pay_institutions(today=today, staff=staff, done=done)
        reconcile(today=today, staff=staff, done=done)


def _disburse_beside(today: date, staff: dict[str, User]) -> Counter[str]:
    with lazy_commits():
        disburse(today=today, staff=staff)
    return Counter()


def _set_up(*, today: date, scale: float, say: Callable[[str], None]) -> list[World]:
    """Plan the people and make what both halves share; return the halves."""
    population = Population(rng=Random(SEED), today=today)  # noqa: S311  (no secret)
    cast = add_cast(population)
    for quota in QUOTAS:
        population.settle_area(quota.code, max(LEAST_PEOPLE, round(quota.people * scale)))
    staff = make_staff(today=today)
    enter_figures(staff=staff, today=today)
    notices = publish_notices()
    institutions = register_institutions()
    open_machine()
    worlds = []
    for half in range(len(HALVES)):
        people = [one for one in population.people if half_of(one.area) == half]
        places = {one.place for one in people}
        worlds.append(
            World(
                half=half,
                today=today,
                scale=scale,
                say=say,
                people=people,
                bonds=[bond for bond in population.bonds if bond.authorizer in places],
                cast=cast,
                share=len(people) / len(population.people),
                staff=staff,
                notices=notices,
                institutions=institutions,
            )
        )
    return worlds


def _live_beside(world: World) -> Counter[str]:
    """Live through a half that says nothing: the other one tells how far the time is."""
    world.say = lambda _text: None
    with lazy_commits():
        live_through(world)
    return world.done


def _link(world: World) -> None:
    """Tie the members' sign-ins to their persons, today at noon."""
    now = timezone.make_aware(datetime.combine(world.today, time(12)))
    link_members(persons=_rows_of(world.cast, world), staff=world.staff, now=now)


def _rows_of(cast: Cast, world: World) -> dict[str, Person]:
    return {name: world.persons[getattr(cast, name).place] for name in cast.__slots__}


@contextmanager
def lazy_commits() -> Iterator[None]:
    """Let commits not wait for the disk: a load that is cut off is worth nothing anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
