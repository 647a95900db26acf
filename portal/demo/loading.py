"""Loading the demonstration province into an empty database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from random import Random

from django.db import connection
from django.utils import timezone

from members.models import Person

from .areas import QUOTAS
from .cast import add_cast
from .chronicle import enrol, live_through
from .figures import enter_figures
from .institutions import register_institutions
from .notices import publish_notices
from .people import BEGINNING, Population
from .staff import link_members, make_staff
from .world import SEED, World

#: Under it there are no two persons to bind.
LEAST_PEOPLE = 8


class AlreadyLoaded(Exception):
    """There are persons in the database: the demonstration fills an empty one only."""


def load(*, today: date, scale: float = 1.0, say: Callable[[str], None] = print) -> Counter[str]:
    """Make the demonstration province as it is on a day; return how much of everything there is.

    The same code, day and scale give the same data. `scale` 1 is 2,100 people and 60 institutions.
    `say` is given short lines of progress. Raises AlreadyLoaded, and DemoError where an operation
    refuses what the plan did not expect to be refused.
    """
    if Person.objects.exists():
        raise AlreadyLoaded
    population = Population(rng=Random(SEED), today=today)  # noqa: S311  (no secret)
    cast = add_cast(population)
    for quota in QUOTAS:
        population.settle_area(quota.code, max(LEAST_PEOPLE, round(quota.people * scale)))
    world = World(today=today, scale=scale, say=say, population=population, cast=cast)
    world.persons = [None] * len(population.people)
    with _lazy_commits():
        say("staff, example figures, notices, institutions …")
        world.staff = make_staff(today=today)
        enter_figures(world)
        world.notices = publish_notices()
        world.institutions = register_institutions(world)
        say(f"{len(population.people)} members …")
        enrol(world, [one for one in population.people if one.begins_on < BEGINNING])
        live_through(world)
        link_members(
            persons={
                name: row
                for name in cast.__slots__
                if (row := world.persons[getattr(cast, name).place]) is not None
            },
            staff=world.staff,
            now=timezone.make_aware(datetime.combine(today, time(12))),
        )
    return world.done


@contextmanager
def _lazy_commits() -> Iterator[None]:
    """Let commits not wait for the disk: a load that is cut off is worth nothing anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
