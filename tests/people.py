"""Builders for tests: persons, bindings, institutions, bills, and money on accounts.

Everything goes through the operations that pages and jobs use. Persons are named for their parts:
lin the authorizer, mei the spouse, chen the stranger, zhou the case officer, wu the reviewer.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from stdnum.cn import ric

from accounts import crediting
from accounts.models import LedgerAccount, Run
from claims import operations as claims
from claims.bill import Bill
from claims.engine.facts import Line
from claims.models import Claim, Institution, InstitutionTerm
from families.bindings import bind
from families.models import Binding, Notice
from families.notices import publish_notice
from members import operations as members
from members.models import Person, User
from members.queries import areas_on
from policy import operations as policy
from portal.demo.second_factor import SECRET
from record import changes
from record.models import Change, Role
from record.operations import Actor
from record.outcome import Refusal

ACTOR = Actor(name="test")
BEGINNING = date(1900, 1, 1)
HEFEI, WUHU, BENGBU, PROVINCIAL = "340100", "340200", "340300", "349900"
YANGZHOU, YANTAI, SUIZHOU = "321000", "370600", "421300"
#: What an active employee's base is multiplied with, to be turned round: credit = base x 2%.
BASE_FOR_A_YUAN = 50

T = TypeVar("T")
_serial = itertools.count(1)


def done(outcome: T | Refusal) -> T:
    """Return what an operation did; a refusal fails the test with its code."""
    assert not isinstance(outcome, Refusal), f"refused with {outcome.code}"
    return outcome


def refused(outcome: object) -> str:
    """Return the code that an operation was refused with, or an empty text."""
    return outcome.code if isinstance(outcome, Refusal) else ""


def answers(outcomes: Iterable[object]) -> Counter[str]:
    """Count outcomes by refusal code; what was not refused counts as done."""
    return Counter(refused(outcome) or "done" for outcome in outcomes)


def new_person(name: str, **facts: Any) -> members.NewPerson:
    """Say who is to be enrolled: an employee of Hefei born in 1985, but for what is given.

    The ID number is valid by checksum and of no province: none begins with 99.
    """
    serial = next(_serial)
    facts = {"area": HEFEI, "born": date(1985, 5, 5), "begins_on": BEGINNING, **facts}
    digits = f"99{serial // 1000:04d}{facts['born']:%Y%m%d}{serial % 1000:03d}"
    return members.NewPerson(
        name=name,
        number=f"{serial:012d}",
        id_number=digits + ric.calc_check_digit(digits),
        **facts,
    )


def enrol(*names: str, **facts: Any) -> list[Person]:
    """Enrol persons who have the same facts."""
    return members.enrol_many(people=[new_person(name, **facts) for name in names], actor=ACTOR)


def enrol_one(name: str, **facts: Any) -> Person:
    """Enrol one person."""
    return enrol(name, **facts)[0]


def give_money(amounts: Mapping[Person, str | Decimal], *, month: date, day: date) -> None:
    """Put these amounts on the accounts of active employees: pay for a month and credit it.

    In areas and months where an active member's credit is the base x 2%.
    """
    for person, amount in amounts.items():
        contribute(person, month=month, day=day, base=Decimal(amount) * BASE_FOR_A_YUAN)
    areas = areas_on({person.pk for person in amounts}, day)
    for area in sorted(set(areas.values())):
        credit(area, month=month, day=day)
    for person, amount in amounts.items():
        assert balance(person) >= Decimal(amount), "this area and month do not credit base x 2%"


def contribute(person: Person, *, month: date, day: date, base: str | Decimal = "5000.00") -> None:
    """Pay a person's contribution for a month."""
    done(
        members.pay_contributions(
            person_id=person.pk, months=[month], base=Decimal(base), paid_on=day, actor=ACTOR
        )
    )


def credit(area: str, *, month: date, day: date) -> Run:
    """Credit a month in an area."""
    run: Run = done(crediting.credit(area=area, month=month, day=day, actor=ACTOR))
    return run


def balance(person: Person) -> Decimal:
    """Return what is on a person's account, both balances together."""
    account = LedgerAccount.objects.filter(person_id=person.pk).first()
    return account.current + account.carried if account else Decimal("0.00")


def notice() -> Notice:
    """Return the consent notice of the tests."""
    return publish_notice(version="test", language="en", text="A test's.", begins_on=BEGINNING)


def try_to_bind(
    authorizer: Person, member: Person, *, day: date, relation: str = "spouse"
) -> Binding | Refusal:
    """Bind, with the authorizer's consent."""
    return bind(
        authorizer_id=authorizer.pk,
        member_id=member.pk,
        relation=relation,
        notice=notice(),
        day=day,
        actor=ACTOR,
    )


def bound(authorizer: Person, member: Person, *, day: date, relation: str = "spouse") -> Binding:
    """Bind; a refusal fails the test."""
    return done(try_to_bind(authorizer, member, day=day, relation=relation))


def hospital(area: str = HEFEI, *, level: int = 1, kind: str = "hospital") -> Institution:
    """Make an institution that is designated and networked."""
    institution = Institution.objects.create(
        code=f"{kind[0].upper()}{area}{next(_serial):06d}",
        name=f"{area} {kind}",
        area=area,
        kind=kind,
    )
    InstitutionTerm.objects.create(institution=institution, begins_on=BEGINNING, level=level)
    return institution


def bill(
    patient: Person, institution: Institution, amount: str | Decimal, *, day: date, **facts: Any
) -> Bill:
    """Make a bill of one class A line, served on the day; its numbers are new unless given."""
    number = f"T{next(_serial):08d}"
    return Bill(
        **{
            "number": number,
            "visit_number": number,
            "bill_number": number,
            "institution": institution,
            "patient_id": patient.pk,
            "category": "outpatient",
            "service_date": day,
            "lines": (Line(amount=Decimal(amount)),),
            **facts,
        }
    )


def settled(
    patient: Person, institution: Institution, amount: str | Decimal, *, day: date, **facts: Any
) -> Claim:
    """Settle a bill on the day of service; a refusal fails the test."""
    made = bill(patient, institution, amount, day=day, **facts)
    return done(claims.settle(bill=made, day=max(day, made.service_date), actor=ACTOR))


def staff(name: str, kind: str, scope: str) -> User:
    """Make a member of staff with a role that holds for good, and a second factor."""
    user, _ = User.objects.get_or_create(username=name)
    with_second_factor(user)
    Role.objects.get_or_create(
        user=user, kind=kind, scope=scope, begins_on=BEGINNING, ends_on=date(9998, 12, 31)
    )
    return user


def with_second_factor(user: User) -> User:
    """Give a user the demonstration's second factor, whose code the sign-in page shows."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, SECRET)
    return user


def enter_figure(
    scope: str, key: str, value: Any, *, begins_on: date | None = None, day: date
) -> None:
    """Enter a figure by two persons: zhou proposes, wu approves."""
    zhou, wu = (staff(name, Role.Kind.POLICY_CLERK, scope) for name in ("zhou", "wu"))
    change = done(
        policy.propose_figure(
            scope=scope,
            key=key,
            value=value,
            begins_on=begins_on,
            document_title="A measure",
            document_number="1",
            document_date=day,
            reason="a test",
            by=zhou,
            day=day,
        )
    )
    assert isinstance(change, Change)
    done(changes.approve(change_id=change.pk, by=wu, day=day))
