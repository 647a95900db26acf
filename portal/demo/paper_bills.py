"""Paper bills in every state, from where there was no network."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from claims import paper_bills
from claims.engine.facts import Line
from claims.models import PaperBill
from claims.paper_bills import Written
from members.models import User

from .lives import chosen
from .papers import keep_papers
from .people import EMPLOYEE, Someone
from .timetable import Rank, Timetable
from .world import Registered, World

#: What becomes of bills, in turn.
_OUTCOMES = ("approved", "sent", "asked", "refused", "proposed", "withdrawn", "sent", "complete")
#: Large enough that the fund's share of it needs two persons.
_LARGE, _SMALL = Decimal("3600.00"), Decimal("960.00")


def plan_paper_bills(world: World, timetable: Timetable) -> None:
    """Put the bills on the timetable, each with what becomes of it."""
    rng = world.chance("paper bills")
    hospitals = [one for one in world.institutions if one.usable and one.kind == "hospital"]
    people = [one for one in chosen(world, "residence", least=8, number=60)
              if one.scheme == EMPLOYEE]  # fmt: skip
    for place, person in enumerate(people[: len(_OUTCOMES) * 2]):
        near = [one for one in hospitals if one.area == person.area] or hospitals
        _plan(
            world,
            timetable,
            person,
            hospital=rng.choice(near),
            outcome=_OUTCOMES[place % len(_OUTCOMES)],
            on=world.today - timedelta(days=rng.randint(9, 45)),
            serial=place,
        )

    # Two of the sign-ins, at any scale: one was asked, and the large one of the other needs two.
    for person, outcome, serial in (
        (world.cast.mei, "asked", 900),
        (world.cast.wu_yuanhang, "proposed", 901),
    ):
        if person.place in world.by_place:
            near = [one for one in hospitals if one.area == person.area] or hospitals
            on = world.today - timedelta(days=12)
            _plan(world, timetable, person, hospital=near[0], outcome=outcome, on=on, serial=serial)


def _plan(
    world: World,
    timetable: Timetable,
    person: Someone,
    *,
    hospital: Registered,
    outcome: str,
    on: date,
    serial: int,
) -> None:
    def hand_in(day: date) -> None:
        if not world.is_here(person):
            return
        amount = _LARGE if outcome == "proposed" else _SMALL + 10 * serial
        sent = paper_bills.hand_in_bill(
            person_id=world.pk(person.place),
            written=Written(
                institution_name=hospital.row.name,
                category=PaperBill.Category.EMERGENCY if serial % 3 == 0 else "outpatient",
                service_date=day - timedelta(days=4),
                bill_number=f"LP{world.half}{serial:06d}",
                total=amount,
                institution=hospital.row,
            ),
            note="当时没有网络，先自己付了。" if serial % 2 else "",
            draft="",
            day=day,
            actor=world.officer_of(world.area_of[person.place]),
        )
        bill = world.accept("paper bills", sent, "not_enrolled", "paper_bill_not_accepted")
        if bill is None:
            return
        keep_papers("发票.jpg", "费用清单.jpg", kind=paper_bills.PAPERS, thing=bill.pk,
                    subject_id=bill.person_id)  # fmt: skip
        if outcome != "sent":
            timetable.add(
                day + timedelta(days=3), Rank.LIFE,
                lambda later: _decide(world, person, bill, outcome=outcome, day=later),
            )  # fmt: skip

    timetable.add(on, Rank.LIFE, hand_in)


def _decide(world: World, person: Someone, bill: PaperBill, *, outcome: str, day: date) -> None:
    if not world.is_here(person):
        return
    actor = world.officer_of(world.area_of[person.place])
    if outcome == "withdrawn":
        done = paper_bills.withdraw_bill(bill_id=bill.pk, day=day, actor=actor)
        world.accept("paper bills withdrawn", done)
    elif outcome == "asked":
        note = "请补交费用清单，照片上看不清药品名称。"
        asked = paper_bills.ask_about_bill(bill_id=bill.pk, note=note, seen=1, day=day, actor=actor)
        world.accept("paper bills asked", asked)
    elif outcome == "refused":
        note = "这张票据是体检费用，不在报销范围内。"
        refused = paper_bills.refuse_bill(bill_id=bill.pk, note=note, seen=1, day=day, actor=actor)
        world.accept("paper bills refused", refused)
    else:
        _complete(world, bill, outcome=outcome, day=day)


def _complete(world: World, bill: PaperBill, *, outcome: str, day: date) -> None:
    actor = world.officer_of(paper_bills.area_of_bill(str(bill.pk)))
    assert bill.institution is not None, "the demonstration's bills name a known institution"
    lines = (
        Line(amount=bill.total - Decimal("60.00"), name="检查和治疗", code="99000000000901",
             purpose="examination"),
        Line(amount=Decimal("60.00"), item_class="B", self_pay_rate=Decimal("0.10"),
             name="阿托伐他汀钙片", code="X9900000000000000005"),
    )  # fmt: skip
    written = Written(
        bill.institution_name, bill.category, bill.service_date, bill.bill_number, bill.total,
        bill.institution,
    )  # fmt: skip
    kept = paper_bills.complete_bill(
        bill_id=bill.pk, institution=bill.institution, written=written, lines=lines, seen=1,
        day=day, actor=actor,
    )  # fmt: skip
    world.accept("paper bills complete", kept)
    if outcome == "approved":
        paid = paper_bills.approve_bill(bill_id=bill.pk, seen=2, day=day, actor=actor)
        world.accept("paper bills approved", paid, "paper_bill_needs_two", "no_policy_in_force")
    elif outcome == "proposed":
        _propose(world, bill, by=world.user_of(paper_bills.area_of_bill(str(bill.pk))), day=day)


def _propose(world: World, bill: PaperBill, *, by: User | None, day: date) -> None:
    if by is None:
        return
    decision = paper_bills.preview(bill_id=bill.pk, day=day)
    known = world.accept("paper bills worked out", decision, "no_policy_in_force")
    if known is None or not known.pool:
        return
    proposed = paper_bills.propose_bill(
        bill_id=bill.pk, pool=known.pool, note="票据齐全。", seen=2, by=by, day=day
    )
    world.accept("paper bills proposed", proposed)
