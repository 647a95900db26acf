"""Remote-residence registrations in every state."""

from __future__ import annotations

from datetime import date, timedelta

from members import operations as members
from members.models import Registration
from members.residence import PAPERS

from .areas import CITIES_OF_ANHUI, HEFEI
from .lives import chosen, some_day
from .papers import keep_papers
from .people import Someone
from .timetable import Rank, Timetable
from .world import World

#: What becomes of applications, in turn; `ended` was in force and is over.
_OUTCOMES = (
    "approved",
    "ended",
    "applied",
    "approved",
    "asked",
    "refused",
    "approved",
    "withdrawn",
)
_KINDS = (Registration.Kind.RESETTLED, Registration.Kind.LONG_TERM, Registration.Kind.POSTED)


def plan_registrations(world: World, timetable: Timetable) -> None:
    """Put the applications on the timetable, each with what becomes of it."""
    rng = world.chance("dates of registrations")
    for place, person in enumerate(chosen(world, "residence", least=8, number=76)):
        outcome = _OUTCOMES[place % len(_OUTCOMES)]
        area = rng.choice([HEFEI, HEFEI, *CITIES_OF_ANHUI])
        if area == person.area:
            area = "340200" if person.area == HEFEI else HEFEI
        waits = outcome in {"applied", "asked"}
        day = some_day(world, date(2022, 9, 1), rng, leave=120)
        if waits:
            day = world.today - timedelta(days=rng.randint(8, 20))
        day = max(day, person.begins_on)
        kind = _KINDS[0] if person.retired_on else _KINDS[1 + place % 2]
        _plan(
            world,
            timetable,
            person,
            area=area,
            kind=kind.value,
            outcome=outcome,
            on=day,
        )
    # The retiree of the sign-ins has been living with her son for some time.
    if world.cast.he.place not in world.by_place:
        return
    since = min(date(2025, 9, 1), world.today - timedelta(days=30))
    _plan(
        world,
        timetable,
        world.cast.he,
        area=HEFEI,
        kind=_KINDS[0].value,
        outcome="approved",
        on=since,
    )


def _plan(
    world: World,
    timetable: Timetable,
    person: Someone,
    *,
    area: str,
    kind: str,
    outcome: str,
    on: date,
) -> None:
    def apply(day: date) -> None:
        if not world.is_here(person):
            return
        applied = members.apply_for_residence(
            person_id=world.pk(person.place),
            area=area,
            kind=kind,
            day=day,
            since=day - timedelta(days=30),
            actor=world.officer_of(world.area_of[person.place]),
        )
        # They may have moved to the very place since it was planned.
        registration = world.accept("registrations", applied, "residence_at_home")
        if registration is not None:
            keep_papers("居住证.jpg", kind=PAPERS, thing=registration.pk,
                        subject_id=registration.person_id)  # fmt: skip
        if registration is not None and outcome != "applied":
            timetable.add(
                day + timedelta(days=4),
                Rank.LIFE,
                lambda later: _decide(
                    world,
                    timetable,
                    person,
                    registration=registration,
                    outcome=outcome,
                    day=later,
                ),
            )

    timetable.add(on, Rank.LIFE, apply)


def _decide(
    world: World,
    timetable: Timetable,
    person: Someone,
    *,
    registration: Registration,
    outcome: str,
    day: date,
) -> None:
    if not world.is_here(person):
        return
    actor = world.officer_of(world.area_of[person.place])
    number = registration.pk
    if outcome == "asked":
        note = "请补交居住证或租房合同的照片。"
        done = members.ask_about_residence(registration_id=number, note=note, day=day, actor=actor)
    elif outcome == "refused":
        note = "所附材料不能说明您在当地居住，请补齐后再申请。"
        done = members.refuse_residence(registration_id=number, note=note, day=day, actor=actor)
    elif outcome == "withdrawn":
        done = members.withdraw_residence(registration_id=number, day=day, actor=actor)
    else:
        done = members.approve_residence(
            registration_id=number, begins_on=day, day=day, actor=actor
        )
    world.accept(f"registrations {outcome}", done)
    if outcome == "ended":
        timetable.add(
            day + timedelta(days=60),
            Rank.LIFE,
            lambda later: _end(world, registration, person, later),
        )


def _end(world: World, registration: Registration, person: Someone, day: date) -> None:
    if world.is_here(person):
        ended = members.end_residence(
            person_id=world.pk(person.place),
            area=registration.area,
            day=day,
            actor=world.officer_of(world.area_of[person.place]),
        )
        # A move has ended it before.
        world.accept("registrations over", ended, "not_registered")
