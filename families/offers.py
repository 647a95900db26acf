"""Which premiums a person can pay today, for whom, and why one cannot be paid.

The insured person may pay their own, from whatever accounts rules 5 name. Somebody whose account
pays for them may pay it too, but only where the insured person's own account is not asked: nobody
spends another one's account on a premium (docs/adr).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from django.http import Http404
from django.utils.translation import gettext

from members import queries as members
from members.models import Person
from policy.book import Book, Rules
from policy.refusals import refuse
from policy.values import PremiumAmount, Value
from record.operations import Actor, operation
from record.outcome import Refusal, Refused

from . import premiums
from .models import Binding, Premium
from .relatives import Family, Relative

ME = "me"


class State(Enum):
    """Whether a premium can be paid today, or why not."""

    OPEN = "open"
    PAID = "paid"
    EARLY = "early"
    LATE = "late"
    NO_AMOUNT = "no_amount"
    COLLECTION = "collection"
    NOBODY = "nobody"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Insured:
    """Somebody for whom the reader may look at premiums. `key`: me, or the binding's number."""

    key: str
    person: Person
    area: str
    relative: Relative | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A product for somebody: what it costs, when it is collected, and whether it can be paid.

    `row` is None where nobody has entered it. `premium`: the one paid this year, if there is one.
    """

    insured: Insured
    product: str
    row: Value[PremiumAmount] | None
    own: bool
    relatives: bool
    state: State
    premium: Premium | None = None

    @property
    def title(self) -> str:
        """Return the product in words."""
        return str(Premium.Product(self.product).label)

    @property
    def amount(self) -> Decimal | None:
        """Return what it costs, in yuan."""
        return self.row.value.amount if self.row else None

    @property
    def is_example(self) -> bool:
        """Say whether amount and window are examples of a demonstration."""
        return self.row is not None and self.row.source.standing == "example"


def insured_by(person: Person, family: Family, *, day: date) -> list[Insured]:
    """Return whose premiums a person may look at: their own, then those of whom they pay for."""
    given = {relative.person.pk: relative for relative in family.given}
    areas = members.areas_on({person.pk, *given}, day)
    found = [Insured(ME, person, areas[person.pk])] if person.pk in areas else []
    found += [
        Insured(str(relative.binding.pk), relative.person, areas[pk], relative)
        for pk, relative in given.items()
        if pk in areas
    ]
    return found


def offers_for(
    insured: Sequence[Insured], *, received: bool, day: date, book: Book
) -> dict[str, list[Offer]]:
    """Return the offers of the year by the key of the insured. `received`: somebody pays for me."""
    paid = {
        (premium.insured_id, premium.product): premium
        for premium in Premium.objects.filter(
            insured__in=[one.person for one in insured], year=day.year
        ).exclude(state__in=Premium.GIVEN_BACK)
    }
    return {
        one.key: [
            offer
            for product in book.rules(one.area, day).premiums
            if (offer := _offer(one, product, paid, received=received, day=day, book=book))
        ]
        for one in insured
    }


def offer_for(
    *, person: Person, family: Family, key: str, product: str, day: date, book: Book
) -> Offer:
    """Return one offer that a person may look at. Raises Http404."""
    mine = [one for one in insured_by(person, family, day=day) if one.key == key]
    offers = offers_for(mine, received=bool(family.received), day=day, book=book).get(key, [])
    for offer in offers:
        if offer.product == product:
            return offer
    raise Http404


def _offer(
    insured: Insured,
    product: str,
    paid: dict[tuple[int, str], Premium],
    *,
    received: bool,
    day: date,
    book: Book,
) -> Offer | None:
    rules = book.rules(insured.area, day)
    named = rules.premiums[product].value
    mine = insured.key == ME
    if not mine and not named.relatives:
        # It is paid from the own account alone, and that is its owner's matter.
        return None
    premium = paid.get((insured.person.pk, product))
    row = rules.premium_amount.get(product)
    accounts = _accounts(rules, product)
    own, relatives = accounts if isinstance(accounts, tuple) else (named.own, named.relatives)
    if premium is not None:
        state = State.PAID
    elif isinstance(accounts, Refusal):
        state = State.COLLECTION
    elif not mine and own:
        state = State.THEIRS
    elif mine and not own and not received:
        state = State.NOBODY
    elif row is None:
        state = State.NO_AMOUNT
    else:
        state = _by_window(row.value, day)
    return Offer(insured, product, row, own, relatives, state, premium)


def _accounts(rules: Rules, product: str) -> tuple[bool, bool] | Refusal:
    try:
        return premiums.whose_accounts(rules, product)
    except Refused as refused:
        return refused.refusal


def _by_window(row: PremiumAmount, day: date) -> State:
    if day < row.opens:
        return State.EARLY
    return State.LATE if day > row.closes else State.OPEN


def why_not(offer: Offer) -> str:
    """Say in words why a premium cannot be paid now; empty where it can be, or is paid."""
    words = {
        State.OPEN: "",
        State.PAID: "",
        State.EARLY: gettext("It is not collected yet. Come back once it opens."),
        State.LATE: gettext("Its collection is over for this year. Pay it the usual way."),
        State.NO_AMOUNT: gettext(
            "What it costs this year has not been entered yet, so it cannot be paid here today."
        ),
        State.COLLECTION: gettext(
            "Where the tax office collects this premium, relatives' accounts cannot pay it yet."
        ),
        State.NOBODY: gettext(
            "Only relatives' accounts can pay it, and none has bound you. Ask a husband or wife, "
            "a parent or child."
        ),
        State.THEIRS: gettext(
            "Their own account is asked first, so they pay it themselves, in their own sign-in."
        ),
    }
    return words[offer.state]


def may_start(*, person_id: int, insured_id: int, own: bool) -> bool:
    """Say whether somebody may pay a premium for the insured person, who is locked."""
    if person_id == insured_id:
        return True
    return (
        not own
        and Binding.objects.filter(
            authorizer_id=person_id, member_id=insured_id, ended_on=None
        ).exists()
    )


@operation
def pay_offer(*, offer: Offer, person: Person, day: date, actor: Actor) -> Premium:
    """Pay an offer in somebody's sign-in, as `premiums.pay_premium` does.

    Refused as there, and with not_bound where the binding has ended meanwhile.
    """
    assert offer.amount is not None, "what has no amount is not offered"
    members.lock_person(offer.insured.person.pk)
    insured_id = offer.insured.person.pk
    if not may_start(person_id=person.pk, insured_id=insured_id, own=offer.own):
        raise refuse("not_bound")
    paid = premiums.pay_premium(
        insured_id=insured_id,
        product=offer.product,
        amount=offer.amount,
        day=day,
        actor=actor,
        started_by_id=person.pk,
    )
    if isinstance(paid, Refusal):
        raise Refused(paid)
    return paid
