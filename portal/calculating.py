"""What a visit would cost: the engine of settlements, asked for each level of institution.

Nothing is worked out here. The figures are those that `claims.engine` decides with, by the policy
book of the day, and the words are those of a settlement's receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext

from accounts.waterfall import Purse, waterfall
from claims.engine.adjudicate import adjudicate
from claims.engine.decision import Decision, NoPolicyInForce
from claims.engine.facts import ZERO, Facts, Line, Patient, Provider, Used
from claims.explain import Explanation, explain_steps
from members.months import first_of
from policy.book import Book
from policy.kinds import LEVELS

Place = Literal["home", "registered", "elsewhere"]

#: The accounts that are asked for; nobody in particular has them.
_MINE, _RELATIVES = 0, 1


@dataclass(frozen=True, slots=True)
class Question:
    """A visit that somebody wants to know the price of; yuan with two decimals.

    `outside`: the part of the bill that is outside the catalogue. `deductible_used` and
    `pool_used`: what the year has seen so far. `place`: at home, elsewhere with a registration, or
    elsewhere without one. `relatives`: what is in the accounts of relatives that may pay; they pay
    at institutions of the patient's province alone, which is for whoever asks to know.
    """

    area: str
    day: date
    retired: bool
    bill: Decimal
    outside: Decimal = ZERO
    deductible_used: Decimal = ZERO
    pool_used: Decimal = ZERO
    account: Decimal = ZERO
    relatives: Decimal = ZERO
    place: Place = "home"


@dataclass(frozen=True, slots=True)
class AtLevel:
    """The answer for institutions of one level, with the steps behind it."""

    level: int
    decision: Decision
    account: Decimal
    relatives: Decimal
    cash: Decimal
    explanation: Explanation

    @property
    def own(self) -> Decimal:
        """Return what the fund leaves to pay: from accounts and in cash."""
        return self.account + self.relatives + self.cash

    def figure(self, step: str, name: str) -> str | None:
        """Return a figure of one step as it was decided with, or None without that step."""
        found = (one.figures[name] for one in self.decision.steps if one.name == step)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the visit would cost at each level."""

    question: Question
    levels: tuple[AtLevel, ...]

    @property
    def examples(self) -> tuple[str, ...]:
        """Return the names of the figures that were entered as examples."""
        names = [name for at in self.levels for name in at.explanation.examples]
        return tuple(dict.fromkeys(names))

    @property
    def saving(self) -> Decimal:
        """Return by how much the dearest level costs the patient more than the cheapest."""
        owns = [at.own for at in self.levels]
        return max(owns) - min(owns)

    @property
    def cheapest(self) -> int:
        return min(self.levels, key=lambda at: (at.own, at.level)).level

    @property
    def dearest(self) -> int:
        return max(self.levels, key=lambda at: (at.own, at.level)).level


def answer(question: Question, *, book: Book) -> Answer | None:
    """Ask the engine; None where no outpatient rule is in force in the area on the day."""
    try:
        levels = tuple(_at(level, question, book) for level in LEVELS)
    except NoPolicyInForce:
        return None
    return Answer(question=question, levels=levels)


def keeps_account(area: str, day: date, *, book: Book) -> bool:
    """Say whether an area's credits stay in a personal account, and may pay a bill."""
    return book.rules(area, day).account_use.value == "kept"


def _at(level: int, question: Question, book: Book) -> AtLevel:
    rules = book.rules(question.area, question.day)
    decision = adjudicate(_facts(level, question, book), rules)
    purses = [Purse(_MINE, question.account), Purse(_RELATIVES, question.relatives)]
    paid = {part.person_id: part.amount for part in waterfall(decision.payable, purses)}
    account, relatives = paid.get(_MINE, ZERO), paid.get(_RELATIVES, ZERO)
    cash = decision.gross - decision.pool - account - relatives
    names = {_MINE: "", _RELATIVES: gettext("your relatives' accounts")}
    return AtLevel(
        level=level,
        decision=decision,
        account=account,
        relatives=relatives,
        cash=cash,
        explanation=explain_steps(
            [step.as_json() for step in decision.steps],
            paid=[(names[whose], amount) for whose, amount in paid.items()],
            cash=cash,
            documents=book.documents,
            payer_order=rules.payer_order.source,
        ),
    )


def _facts(level: int, question: Question, book: Book) -> Facts:
    """Return a plain visit: designated, networked, in good standing, in no stay."""
    inside = question.bill - question.outside
    lines = [Line(amount=inside)]
    if question.outside:
        lines.append(Line(amount=question.outside, item_class="C"))
    return Facts(
        service_date=question.day,
        category="outpatient",
        provider=Provider(
            area=_area_of_care(question, book),
            kind="hospital",
            level=level,
            networked=True,
            designated=True,
            outpatient=True,
        ),
        patient=Patient(
            area=question.area,
            scheme="employee",
            retired=question.retired,
            paid_months=frozenset({first_of(question.day)}),
            stays=frozenset(),
            registered=question.place == "registered",
        ),
        used=Used(deductible=question.deductible_used, pool=question.pool_used),
        lines=tuple(lines),
    )


def _area_of_care(question: Question, book: Book) -> str:
    """Return where the institution is: the area itself, or any where the patient is not at home."""
    if question.place == "home":
        return question.area
    home = book.rules(question.area, question.day).home_areas.value
    return next(code for code in sorted(book.areas) if code not in home)
