"""The state of a story, and what every verb needs of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.oracle import figures as law
from tests.oracle.bills import Claim, Payment
from tests.oracle.bindings import Families, is_cross_area
from tests.oracle.book import Book, as_day
from tests.oracle.clearing import Clearing
from tests.oracle.days import money
from tests.oracle.figures import ZERO
from tests.oracle.ledger import Account
from tests.oracle.people import Member

Body = dict[str, Any]
Outcome = dict[str, Any]


class RefusalError(Exception):
    """A refusal of the law, with its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ScenarioError(Exception):
    """The file itself is wrong: an unknown name, area or word."""


@dataclass
class Premium:
    member: str
    product: str
    year: int


class State:
    def __init__(self, *, members: dict[str, Body], figures: dict[str, Body]) -> None:
        self.book = Book(entered=figures)
        self.people = {name: read_member(name, body) for name, body in members.items()}
        self.accounts = {name: Account() for name in self.people}
        self.families = Families()
        self.claims: dict[str, Claim] = {}
        self.premiums: list[Premium] = []
        self.clearing = Clearing()

    def person(self, name: Any) -> Member:
        if name not in self.people:
            raise ScenarioError(f"unknown member {name!r}")
        return self.people[name]

    def authorizers_in_order(self, member: Member) -> list[str]:
        """Those of the member's own area, oldest binding first; then the cross-area one."""
        mine = [b for b in self.families.active() if b.member == member.name]
        local = [b.authorizer for b in mine if not is_cross_area(b, self.people)]
        return local + [b.authorizer for b in mine if is_cross_area(b, self.people)]

    def take(self, day: date, payers: list[str], wanted: Decimal) -> list[Payment]:
        payments = []
        for name in payers:
            area = self.people[name].area_now
            for bucket, amount in self.accounts[name].spend(day, wanted):
                payments.append(Payment(payer=name, area=area, bucket=bucket, amount=amount))
                wanted -= amount
        return payments


def known_area(area: Any) -> str:
    if str(area) not in law.AREAS:
        raise ScenarioError(f"unknown area {area!r}")
    return str(area)


def read_member(name: str, body: Body) -> Member:
    words = dict(body)
    area = known_area(words.pop("area"))
    born = as_day(words.pop("born"))
    for key in ("retired_on",):
        if words.get(key) is not None:
            words[key] = as_day(words[key])
    if words.get("credited_2022") is not None:
        words["credited_2022"] = Decimal(str(words["credited_2022"]))
    return Member(name=name, area=area, born=born, **words)


def by_payer(payments: list[Payment]) -> list[list[str]]:
    """One figure for each payer in the order of payment, whichever balances it came from."""
    totals: dict[str, Decimal] = {}
    for payment in payments:
        totals[payment.payer] = totals.get(payment.payer, ZERO) + payment.amount
    return [[payer, money(total)] for payer, total in totals.items()]
