"""A few bills that the watch has to find, and a few messages that are refused: for staff to see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from claims import operations as claims
from claims.bill import Bill
from claims.engine.facts import Line
from claims.models import Claim, Institution
from families.models import Binding
from members.models import Enrolment, Person
from policy.counting import count_refusal
from policy.models import RefusalCount
from record.outcome import Refusal

from .areas import HEFEI, WUHU
from .world import SYSTEM, DemoError

#: How many days before today the odd bills lie.
_DAYS_AGO = 6


def settle_oddities(*, today: date) -> int:
    """Settle some bills that are odd together, and send some that are refused; return how many."""
    day = today - timedelta(days=_DAYS_AGO)
    made = 0
    for bill in _odd_bills(day):
        settled = claims.settle(bill=bill, day=day, actor=SYSTEM)
        if not isinstance(settled, Claim):
            raise DemoError(f"the odd bill {bill.number} was refused")
        made += 1
    for bill in _refused_bills(day):
        answer = claims.settle(bill=bill, day=day, actor=SYSTEM)
        if not isinstance(answer, Refusal):
            raise DemoError(f"the bill {bill.number} was not refused")
        count_refusal(
            code=answer.code,
            day=day,
            door=RefusalCount.Door.INTERFACE,
            area=HEFEI,
            place=bill.institution.area,
        )
    return made


def _odd_bills(day: date) -> Iterator[Bill]:
    split, hopping, twice = _people(day, 3)
    here, elsewhere = _hospitals(HEFEI, 3), _hospitals(WUHU, 1)
    for number in range(4):
        yield _bill(f"ODD-SPLIT-{number}", split, here[0], day, "198.00")
    for number, place in enumerate(here):
        yield _bill(f"ODD-HOPPING-{number}", hopping, place, day, "320.00")
    for number, place in enumerate((here[1], elsewhere[0])):
        yield _bill(f"ODD-TWICE-{number}", twice, place, day, "260.00")


def _refused_bills(day: date) -> Iterator[Bill]:
    """Sent twice; treated tomorrow; with money of a scheme that is not the patient's."""
    someone = _people(day, 1)[0]
    place = _hospitals(HEFEI, 1)[0]
    yield _bill("ODD-SPLIT-0", someone, place, day, "198.00")
    yield _bill("ODD-TOMORROW", someone, place, day + timedelta(days=1), "50.00")
    other = _bill("ODD-OTHER", someone, place, day, "90.00")
    yield replace(other, other_scheme_paid=Decimal("10.00"))


def _people(day: date, number: int) -> list[Person]:
    """Return some employees of Hefei of long standing whom no relative pays for."""
    bound = Binding.objects.values("member_id")
    people = Person.objects.filter(
        enrolments__area=HEFEI,
        enrolments__scheme=Enrolment.Scheme.EMPLOYEE,
        enrolments__ends_on=None,
        enrolments__begins_on__lt=date(2022, 6, 1),
        left_on=None,
        user=None,
    ).exclude(pk__in=bound)
    return list(people.order_by("number")[:number])


def _hospitals(area: str, number: int) -> list[Institution]:
    places = Institution.objects.filter(
        area=area, kind=Institution.Kind.HOSPITAL, terms__ends_on=None
    )
    return list(places.order_by("code")[:number])


def _bill(number: str, patient: Person, place: Institution, day: date, amount: str) -> Bill:
    return Bill(
        number=number,
        institution=place,
        visit_number=number,
        bill_number="1",
        patient_id=patient.pk,
        category=Claim.Category.OUTPATIENT,
        service_date=day,
        lines=(Line(amount=Decimal(amount), name="检查（演示）", purpose="examination"),),
    )
