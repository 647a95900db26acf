"""A small family with everything that the members' pages show, made by the real operations.

`lin` of Hefei pays for `mei` (wife's name is his to tell: she is his wife), for `yu`, his father in
Wuhu, who also pays for him, and did pay for `bao` once. `chen` is a stranger, `wen` has no account,
`shen` is in the provincial-direct scheme, `zhou` is a case officer of Hefei.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone
from stdnum.cn import ric

from accounts import crediting
from accounts.ledger import forget_account_ids
from claims import operations as claims
from claims.bill import Bill
from claims.engine.facts import Line
from claims.models import Claim, Institution, InstitutionTerm, PaperBill
from claims.paper_bills import Written, hand_in_bill
from families.bindings import bind, unbind
from families.models import Binding, BindingCheck, Notice
from families.notices import publish_notice
from members.models import Enrolment, Person, Registration, Ticket, User
from members.months import first_of, months_after
from members.operations import (
    NewPerson,
    apply_for_residence,
    enrol_many,
    pay_contributions,
    retire,
)
from members.tickets import open_ticket
from policy.models import Figure
from policy.queries import current_book
from record import papers
from record.models import Paper, Role
from record.operations import Actor
from tests.people import with_second_factor

ACTOR = Actor(name="import")
HEFEI, WUHU, PROVINCIAL, YANGZHOU = "340100", "340200", "349900", "321000"
BEGINNING = date(2023, 1, 1)
PASSWORD = "shuang-xi-lin-men-9"
#: Six digits that are no county: such numbers belong to nobody.
NOWHERE = "999999"

OUTPATIENT = {
    group: {
        "deductible": {"1": "500.00", "2": "500.00", "3": "500.00"},
        "ratio": {"1": "0.70", "2": "0.65", "3": "0.60"},
        "cap": "3000.00",
    }
    for group in ("active", "retired")
}


def id_number(born: date, order: int) -> str:
    """Return a valid ID number of no real place; an odd order is a man's."""
    digits = f"{NOWHERE}{born:%Y%m%d}{order:03d}"
    return digits + ric.calc_check_digit(digits)


@dataclass
class Household:
    """Everybody by name, and what was made for them."""

    today: date
    persons: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    id_numbers: dict[str, str] = field(default_factory=dict)
    bindings: dict[str, Binding] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    registrations: dict[str, Registration] = field(default_factory=dict)
    bills: dict[str, PaperBill] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    checks: dict[str, BindingCheck] = field(default_factory=dict)
    hospital: Institution = field(default_factory=Institution)
    notice: Notice = field(default_factory=Notice)

    def person(self, name: str) -> Person:
        return self.persons[name]


PEOPLE: dict[str, dict[str, object]] = {
    "lin": {"name": "林志远", "born": date(1985, 3, 4), "order": 11, "area": HEFEI},
    "mei": {"name": "梅晓云", "born": date(1986, 7, 9), "order": 22, "area": HEFEI},
    "yu": {"name": "林国栋", "born": date(1956, 1, 20), "order": 33, "area": WUHU},
    "bao": {"name": "林宝儿", "born": date(2004, 5, 6), "order": 44, "area": HEFEI},
    "chen": {"name": "陈立", "born": date(1990, 9, 9), "order": 55, "area": HEFEI},
    "wen": {
        "name": "温小满", "born": date(2015, 6, 1), "order": 66, "area": HEFEI,
        "scheme": Enrolment.Scheme.RESIDENT,
    },
    "shen": {"name": "沈望", "born": date(1979, 8, 8), "order": 77, "area": PROVINCIAL},
    "pan": {
        "name": "潘师傅", "born": date(1970, 2, 2), "order": 99, "area": HEFEI,
        "mode": Enrolment.Mode.POOL_ONLY,
    },
    "yang": {"name": "扬帆", "born": date(1960, 4, 4), "order": 88, "area": YANGZHOU},
}  # fmt: skip


def signed_in(user: User, *, recently: bool = True) -> Client:
    """Return a client as this user, who gave their password just now or hours ago."""
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(user)
    session = client.session
    at = time.time() - (0 if recently else 3 * 3600)
    session["account_authentication_methods"] = [{"method": "password", "at": at}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


@contextmanager
def standing(blocker: Any) -> Iterator[Household]:
    """Make the family once for a module of tests, and take it away after them.

    Each test runs in a transaction of its own inside, so that none meets what another one did.
    Hand each a deep copy.
    """
    with blocker.unblock(), transaction.atomic():
        yield build(timezone.localdate())
        transaction.set_rollback(True)


def build(today: date) -> Household:
    """Make the family as of a day, and a sign-in for each of its persons."""
    # A browser's test empties the tables behind it, and with them the accounts of the areas.
    forget_account_ids()
    home = Household(today=today)
    _enrol(home)
    _staff(home)
    _contributions(home)
    home.notice = publish_notice(
        version="t-1", language="zh-hans", text="告知书\n\n请读完再同意。", begins_on=BEGINNING
    )
    publish_notice(version="t-1", language="en", text="Notice\n\nRead it.", begins_on=BEGINNING)
    for giver, taker, relation in (
        ("lin", "bao", "child"),
        ("lin", "mei", "spouse"),
        ("lin", "yu", "parent"),
        ("mei", "lin", "spouse"),
        ("yu", "lin", "child"),
    ):
        bound = bind(
            authorizer_id=home.person(giver).pk,
            member_id=home.person(taker).pk,
            relation=relation,
            notice=home.notice,
            day=today,
            actor=ACTOR,
        )
        assert isinstance(bound, Binding), bound
        home.bindings[f"{giver}-{taker}"] = bound
    unbind(
        authorizer_id=home.person("lin").pk,
        member_id=home.person("bao").pk,
        day=today,
        actor=ACTOR,
    )
    _claims(home)
    _residence(home)
    home.tickets["mei"] = _asked(home, "mei")
    # Staff have asked mei whether her account rightly pays for lin.
    home.checks["mei"] = BindingCheck.objects.create(
        binding=home.bindings["mei-lin"],
        area=HEFEI,
        reasons=[{"rule": "sample", "figures": {}, "thresholds": {"share": "0.05"}}],
        drawn_on=today,
        due_on=today + timedelta(days=30),
        asked_on=today,
        answer_by=today + timedelta(days=14),
    )
    return home


def _asked(home: Household, name: str) -> Ticket:
    ticket = open_ticket(
        person_id=home.person(name).pk,
        area=HEFEI,
        kind=Ticket.Kind.QUESTION,
        text="起付线是怎么算的？",
        day=home.today,
        book=current_book(),
        actor=ACTOR,
    )
    assert isinstance(ticket, Ticket), ticket
    return ticket


def _enrol(home: Household) -> None:
    new = []
    for order, (name, raw) in enumerate(PEOPLE.items()):
        facts = dict(raw)
        born, place = facts["born"], facts.pop("order")
        home.id_numbers[name] = id_number(born, place)  # type: ignore[arg-type]
        new.append(
            NewPerson(
                id_number=home.id_numbers[name],
                begins_on=BEGINNING,
                phone=f"1380000{order:04d}",
                **facts,  # type: ignore[arg-type]
            )
        )
    persons = enrol_many(people=new, actor=ACTOR)
    for name, person in zip(PEOPLE, persons, strict=True):
        home.persons[name] = person
        home.users[name] = User.objects.create_user(name, password=PASSWORD)
        person.user = home.users[name]
        person.save(update_fields=["user"])
    retire(person_id=home.person("yu").pk, retired_on=date(2016, 1, 20), day=BEGINNING, actor=ACTOR)


def _staff(home: Household) -> None:
    for name in ("zhou", "wu"):
        home.users[name] = User.objects.create_user(name, password=PASSWORD, is_staff=True)
        with_second_factor(home.users[name])
    home.users["nobody"] = User.objects.create_user("nobody", password=PASSWORD)
    Role.objects.create(
        user=home.users["zhou"],
        kind=Role.Kind.CASE_OFFICER,
        scope=HEFEI,
        begins_on=BEGINNING,
        ends_on=date(2099, 12, 31),
    )
    Figure.objects.create(
        scope="34",
        key="outpatient",
        value=OUTPATIENT,
        begins_on=BEGINNING,
        document_title="示例：门诊待遇",
        document_number="示例〔2023〕1号",
        document_date=BEGINNING,
        example=True,
        proposed_by=home.users["zhou"],
        approved_by=home.users["wu"],
        approved_on=BEGINNING,
    )


def _contributions(home: Household) -> None:
    month = first_of(home.today)
    months = [months_after(month, -count) for count in (2, 1, 0)]
    for name, base in (("lin", 24000), ("mei", 9000), ("chen", 8000), ("bao", 6000),
                       ("shen", 10000), ("pan", 5000), ("yang", 8000)):  # fmt: skip
        pay_contributions(
            person_id=home.person(name).pk,
            months=months,
            base=Decimal(base),
            paid_on=home.today - timedelta(days=1),
            actor=ACTOR,
        )
    for area in (HEFEI, WUHU, PROVINCIAL, YANGZHOU):
        for earlier in months:
            crediting.credit(area=area, month=earlier, day=home.today, actor=ACTOR)


def _residence(home: Household) -> None:
    """Mei has applied to live in Wuhu, with a photo of her residence permit."""
    mei = home.person("mei")
    applied = apply_for_residence(
        person_id=mei.pk, area=WUHU, kind="long_term", day=home.today, actor=ACTOR
    )
    assert isinstance(applied, Registration), applied
    home.registrations["mei"] = applied
    (home.papers["mei"],) = papers.keep(
        papers=[papers.CleanPaper("居住证.jpg", "jpeg", b"JFIF", sent_sha256="0" * 64)],
        kind="registration",
        thing=applied.pk,
        subject_id=mei.pk,
        actor=ACTOR,
    )

    bill = hand_in_bill(
        person_id=mei.pk,
        written=Written("黄山第一医院", "outpatient", home.today, "HS-7", Decimal("180.00")),
        note="",
        draft="",
        day=home.today,
        actor=ACTOR,
    )
    assert isinstance(bill, PaperBill), bill
    home.bills["mei"] = bill


def _claims(home: Household) -> None:
    home.hospital = Institution.objects.create(
        code="H34010000001", name="庐阳第二人民医院", area=HEFEI, kind=Institution.Kind.HOSPITAL
    )
    InstitutionTerm.objects.create(institution=home.hospital, begins_on=BEGINNING, level=2)
    home.claims["big"] = _settle(home, "JS20260001", "mei", "2600.00", days_ago=1)
    home.claims["small"] = _settle(home, "JS20260002", "mei", "40.00", days_ago=0)
    home.claims["given_back"] = _settle(home, "JS20260003", "mei", "60.00", days_ago=0)
    claims.refund(number="JS20260003", day=home.today, actor=ACTOR)
    home.claims["not_pooled"] = _settle(
        home, "JS20260004", "lin", "88.00", days_ago=0, category="account_only"
    )
    home.claims["stranger"] = _settle(home, "JS20260005", "chen", "120.00", days_ago=0)
    for claim in home.claims.values():
        claim.refresh_from_db()


def _settle(
    home: Household,
    number: str,
    patient: str,
    amount: str,
    *,
    days_ago: int,
    category: str = "outpatient",
) -> Claim:
    total = Decimal(amount)
    lines = (
        Line(amount=total - 20, item_class="A", name="检查"),
        Line(amount=Decimal("15.00"), item_class="B", self_pay_rate=Decimal("0.1"), name="药"),
        Line(amount=Decimal("5.00"), item_class="C", name="自费项目"),
    )
    settled = claims.settle(
        bill=Bill(
            number=number,
            institution=home.hospital,
            visit_number=f"V{number}",
            bill_number="1",
            patient_id=home.person(patient).pk,
            category=category,
            service_date=home.today - timedelta(days=days_ago),
            lines=lines,
        ),
        day=home.today,
        actor=ACTOR,
    )
    assert isinstance(settled, Claim), settled
    return settled
