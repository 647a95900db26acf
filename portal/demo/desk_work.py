"""What waits on the desk of Hefei, so that nobody who signs in there finds its queues empty."""

from __future__ import annotations

from datetime import date

from members.models import Person, User
from members.queries import is_retired
from record.operations import Actor

from .areas import HEFEI
from .questions import ask_questions
from .residence import fill_the_queue

#: How many people apply to live elsewhere, and how many others ask.
_APPLY, _ASK = 7, 5


def fill_the_desk(*, today: date, staff: dict[str, User], persons: dict[str, Person]) -> None:
    """Let some people of Hefei apply to live elsewhere, and some ask and object."""
    people = _people()
    retired = frozenset(one.pk for one in people if is_retired(one, today))
    fill_the_queue(today=today, zhou=staff["zhou"], people=people[:_APPLY], retired=retired)
    rows = Person.objects.select_related("user").in_bulk([one.pk for one in persons.values()])
    ask_questions(
        today=today,
        zhou=Actor.of(staff["zhou"]),
        persons={name: rows[one.pk] for name, one in persons.items()},
        others=people[-_ASK:],
    )


def _people() -> list[Person]:
    """Return grown people of Hefei of long standing, without a sign-in and a registration."""
    people = Person.objects.filter(
        enrolments__area=HEFEI,
        enrolments__ends_on=None,
        enrolments__begins_on__lt=date(2022, 6, 1),
        born__lt=date(1998, 1, 1),
        left_on=None,
        user=None,
        registrations=None,
    )
    return list(people.order_by("-number")[: _APPLY + _ASK])
