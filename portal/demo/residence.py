"""Remote-residence registrations in every state: of all areas, and those that wait in Hefei."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from members import operations as members
from members.back_dating import propose_back_dated
from members.models import Person, Registration, User
from members.residence import PAPERS, correct_residence
from record.operations import Actor
from record.outcome import Refusal

from .areas import ANQING, CITIES_OF_ANHUI, HEFEI, WUHU, YANGZHOU, YANTAI
from .lives import chosen, some_day
from .papers import keep_papers
from .people import Someone
from .timetable import Rank, Timetable
from .world import DemoError, World

T = TypeVar("T")

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


# --- what waits on the desk of Hefei --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Application:
    """What somebody of Hefei applies for, with which papers, and what became of it."""

    area: str
    days_ago: int
    papers: tuple[str, ...]
    outcome: str = "applied"
    wished_days_ago: int | None = None
    note: str = ""


_WAITING_IN_HEFEI = (
    # Longer than an application should wait.
    _Application(WUHU, 14, ("居住证.jpg", "租房合同.jpg"), note="在芜湖照看孙子，住在儿子家。"),
    _Application(YANTAI, 6, ("居住证.jpg", "单位派驻证明.jpg"), note="单位派驻烟台两年。"),
    _Application("341000", 1, ("居住证.jpg",)),
    _Application(ANQING, 5, ("租房合同.jpg",), "asked"),
    _Application(YANGZHOU, 7, ("居住证.jpg",), "corrected"),
    _Application("341500", 4, ("居住证.jpg", "租房合同.jpg", "单位派驻证明.jpg"), "proposed", 40),
    _Application("340300", 9, ("照片.jpg",), "refused"),
)


def fill_the_queue(
    *, today: date, zhou: User, people: list[Person], retired: frozenset[int]
) -> None:
    """Let people of Hefei apply, one each; one was asked and has answered, one needs a reviewer."""
    for place, (person, wanted) in enumerate(zip(people, _WAITING_IN_HEFEI, strict=False)):
        kind = _KINDS[0] if person.pk in retired else _KINDS[1 + place % 2]
        _fill(person, wanted, kind=kind.value, today=today, zhou=zhou)


def _fill(person: Person, wanted: _Application, *, kind: str, today: date, zhou: User) -> None:
    day, actor = today - timedelta(days=wanted.days_ago), Actor.of(zhou)
    back = wanted.wished_days_ago
    facts: dict[str, Any] = {
        "area": wanted.area,
        "kind": kind,
        "since": day - timedelta(days=90),
        "wished_from": None if back is None else today - timedelta(days=back),
    }
    applied = _sure(
        members.apply_for_residence(
            person_id=person.pk, day=day, actor=actor, note=wanted.note, **facts
        )
    )
    keep_papers(*wanted.papers, kind=PAPERS, thing=applied.pk, subject_id=person.pk)
    told: dict[str, Any] = {"registration_id": applied.pk, "day": day + timedelta(days=2)}
    if wanted.outcome in {"asked", "corrected"}:
        note = "请补交居住证或租房合同，要能看清姓名和地址。"
        _sure(members.ask_about_residence(note=note, actor=actor, **told))
    if wanted.outcome == "corrected":
        told["day"] += timedelta(days=2)
        note = "补上租房合同，第二页有地址。"
        _sure(correct_residence(note=note, draft="", actor=actor, **facts, **told))
        keep_papers("租房合同.jpg", kind=PAPERS, thing=applied.pk, subject_id=person.pk)
    elif wanted.outcome == "refused":
        note = "照片上没有姓名和住址，不能说明您在当地居住。带上居住证可以再申请。"
        _sure(members.refuse_residence(note=note, actor=actor, **told))
    elif wanted.outcome == "proposed":
        proposed = propose_back_dated(
            begins_on=today - timedelta(days=back or 0),
            note="住院在前，来办手续在后；派驻证明的日期更早。",
            seen=1,
            by=zhou,
            **told,
        )
        _sure(proposed)


def _sure(done: T | Refusal) -> T:
    if isinstance(done, Refusal):
        raise DemoError(f"a registration of Hefei was refused: {done.code}")
    return done
