"""What a month is worth to one member: the same tariff as the runs', for one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from members import queries as members
from members.models import Contribution, EarlierTotal, Enrolment, Person
from members.months import full_years, last_of
from policy.book import Book, MemberMonth, NoAccount, Price, Unpriced

from .models import Adjustment, Credit

NIL = Decimal("0.00")

#: The largest amount that a column holds, and more than any month is worth.
HIGHEST = Decimal("999999999.99")


class InvalidAmount(ValueError):
    """The amount is negative, finer than a fen, or larger than any month's can be."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a month should be credited: nil where nothing is due, None where no price is known.

    `area` by whose rules; `reason` says why there is no price.
    """

    area: str
    amount: Decimal | None
    reason: str = ""


def check_amount(amount: Decimal, *, negative: bool = False) -> Decimal:
    """Return an amount of yuan and fen as it is kept. Raises InvalidAmount."""
    if not isinstance(amount, Decimal) or not amount.is_finite():
        raise InvalidAmount(f"{amount} is no amount")
    if abs(amount) > HIGHEST:
        raise InvalidAmount(f"{amount} is too large")
    if amount < 0 and not negative:
        raise InvalidAmount(f"{amount} is negative")
    if amount != amount.quantize(NIL):
        raise InvalidAmount(f"{amount} is finer than a fen")
    return amount.quantize(NIL)


def worth_of(*, person: Person, month: date, day: date, book: Book) -> Worth:
    """Return what a month should be credited to a person, by the facts as they are on a day."""
    place = members.enrolment_on(person.pk, month) or members.enrolment_on(person.pk, day)
    if place is None:
        return Worth(area="", amount=NIL)
    retired = members.is_retired(person, month)
    base = None
    if not retired:
        base = (
            Contribution.objects.filter(
                person=person, month=month, paid_on__lte=day, paid_back_on=None
            )
            .values_list("base", flat=True)
            .first()
        )
        if base is None:
            return Worth(area=place.area, amount=NIL)
    tariff = book.tariff(place.area, month)
    earlier = dict(EarlierTotal.objects.filter(person=person).values_list("year", "amount")).get(
        tariff.earlier_total_year or 0
    )
    price = tariff.price(member_month(person, place, month, retired, base, earlier))
    match price:
        case Price(amount=amount):
            return Worth(area=place.area, amount=amount)
        case NoAccount():
            return Worth(area=place.area, amount=NIL)
        case Unpriced(reason=reason):
            return Worth(area=place.area, amount=None, reason=reason)


def member_month(  # noqa: PLR0917  (a member's facts have no order to be mistaken in)
    person: Person,
    place: Enrolment,
    month: date,
    retired: bool,
    base: Decimal | None,
    earlier: Decimal | None,
) -> MemberMonth:
    """Return a person as the rules of one month see them."""
    return MemberMonth(
        scheme=place.scheme,  # type: ignore[arg-type]
        mode=place.mode,  # type: ignore[arg-type]
        employment=place.employment,  # type: ignore[arg-type]
        retired=retired,
        age=full_years(person.born, last_of(month)),
        base=base,
        combined_years=person.combined_years,
        pool_only_years=person.pool_only_years,
        earlier_total=earlier,
    )


def credited_so_far(*, person_id: int, month: date) -> Decimal | None:
    """Return what a month was credited, with all adjustments of it; None where it was not yet.

    An adjustment counts whole, even where it stopped at nil: the rest is staff's to recover.
    """
    credit = Credit.objects.filter(person_id=person_id, month=month).first()
    if credit is None:
        return None
    differences = Adjustment.objects.filter(person_id=person_id, month=month).values_list(
        "difference", flat=True
    )
    return sum(differences, credit.amount)
