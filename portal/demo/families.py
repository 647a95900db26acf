"""What families do together: bindings, a few of which end, and premiums."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from families.bindings import bind, unbind
from families.collecting import hand_over, note_result
from families.models import Binding, Notice, Premium
from families.premiums import cancel_premium, pay_premium
from record.operations import Actor

from .figures import PREMIUM_AMOUNTS
from .people import EMPLOYEE, Bond
from .timetable import Rank, Timetable
from .world import World

_Product = Premium.Product
#: Every so many bindings, one is ended by its authorizer after some months.
_ENDED_EVERY = 16
#: The collector sends every so many premiums back.
_REJECTED_EVERY = 40
#: What is collected in autumn: product, amount by year from 2022 on, and the first year by
#: province in which accounts may pay it.
_PREMIUMS = (
    (_Product.RESIDENT_INSURANCE, ("320", "350", "380", "400", "420"), {"34": 2024, "32": 2023}),
    (_Product.LARGE_AMOUNT, ("72", "80", "88", "96", "96"), {"34": 2022, "32": 2023}),
    (_Product.COMMERCIAL_SUPPLEMENT, ("69", "69", "79", "89", "99"), {"34": 2024, "32": 2023}),
    (_Product.LONG_TERM_CARE, ("30", "30", "30", "36", "36"), {"34": 2024}),
)
#: May be refused: balances have been spent, people have left.
_NOT_PAID = ("insufficient_funds", "member_left", "premium_already_paid")


def plan_bindings(world: World, timetable: Timetable) -> None:
    """Put every bond on the timetable."""
    for place, bond in enumerate(world.bonds):
        _plan_binding(world, timetable, bond, ends=place % _ENDED_EVERY == _ENDED_EVERY - 1)


def _plan_binding(world: World, timetable: Timetable, bond: Bond, *, ends: bool) -> None:
    people = world.by_place

    def make(day: date) -> None:
        if not (world.is_here(people[bond.authorizer]) and world.is_here(people[bond.member])):
            return
        authorizer = people[bond.authorizer]
        done = bind(
            authorizer_id=world.pk(bond.authorizer),
            member_id=world.pk(bond.member),
            relation=bond.relation,
            notice=_notice(world, world.area_of[bond.authorizer], day),
            day=day,
            actor=Actor(name=authorizer.name),
            accepted_at=timezone.make_aware(datetime.combine(day, time(8, authorizer.place % 60))),
        )
        # A move since the plan was made may have put the two out of each other's reach.
        may_be = ("cross_area_taken", "out_of_province", "cross_area_not_open", "no_account")
        if world.accept("bindings", done, *may_be) is not None and ends:
            later = day + timedelta(days=150)
            timetable.add(later, Rank.FAMILY, lambda on: _end(world, bond, on))

    timetable.add(bond.on, Rank.FAMILY, make)


def _end(world: World, bond: Bond, day: date) -> None:
    ended = unbind(
        authorizer_id=world.pk(bond.authorizer),
        member_id=world.pk(bond.member),
        day=day,
        actor=Actor(name=world.by_place[bond.authorizer].name),
    )
    world.accept("bindings ended", ended, "not_bound")


def _notice(world: World, area: str, day: date) -> Notice:
    """Return the Chinese version in force; there are two, and the second is Anhui's."""
    newest = max(world.notices, key=lambda notice: notice.begins_on)
    if area[:2] == newest.scope and newest.begins_on <= day:
        return newest
    return min(world.notices, key=lambda notice: notice.begins_on)


def plan_premiums(world: World, timetable: Timetable) -> None:
    """Put the autumns' premiums on the timetable; those of past years are handed over."""
    for year in range(2022, world.today.year + 1):
        timetable.add(date(year, 10, 9), Rank.FAMILY, lambda day: _collect(world, timetable, day))
        timetable.add(date(year + 1, 1, 5), Rank.FAMILY, lambda day: _hand_over(world, day))


def _collect(world: World, timetable: Timetable, autumn: date) -> None:
    """Choose who pays which premium this autumn, each on a day of their own."""
    rng = world.chance(f"premiums {autumn.year}")
    pairs = Binding.objects.filter(ended_on=None).values_list("member_id", flat=True)
    supported = set(pairs)
    for product, amounts, opens in _PREMIUMS:
        past = Decimal(amounts[min(autumn.year - 2022, len(amounts) - 1)])
        this_year = autumn.year == world.today.year
        amount = Decimal(PREMIUM_AMOUNTS[product]) if this_year else past
        candidates = []
        for person in world.people:
            area = world.area_of.get(person.place, person.area)
            if not world.is_here(person) or autumn.year < opens.get(area[:2], 9999):
                continue
            if product == _Product.LARGE_AMOUNT:
                fits = person.scheme == EMPLOYEE and person.has_account()
            else:
                fits = world.pk(person.place) in supported
            if fits and (product != _Product.RESIDENT_INSURANCE or person.scheme != EMPLOYEE):
                candidates.append(person)
        wanted = world.number_of(30, least=2)
        for person in rng.sample(candidates, min(wanted, len(candidates))):
            day = autumn + timedelta(days=rng.randint(0, 60))
            _plan_premium(
                world,
                timetable,
                place=person.place,
                product=product.value,
                amount=amount,
                on=day,
            )


def _plan_premium(
    world: World, timetable: Timetable, *, place: int, product: str, amount: Decimal, on: date
) -> None:
    def pay(day: date) -> None:
        if place in world.gone:
            return
        done = pay_premium(
            insured_id=world.pk(place),
            product=product,
            amount=amount,
            day=day,
            actor=Actor(name=world.by_place[place].name),
        )
        # Who has moved since may be where the product is not paid from accounts.
        paid = world.accept("premiums", done, *_NOT_PAID, "product_not_allowed")
        if paid is not None and world.done["premiums"] % 25 == 0:
            cancelled = cancel_premium(
                premium_id=paid.pk, day=day, actor=world.officer_of(paid.area)
            )
            world.accept("premiums cancelled", cancelled)

    timetable.add(on, Rank.FAMILY, pay)


def _hand_over(world: World, day: date) -> None:
    own = {world.pk(place) for place in world.persons}
    paid = Premium.objects.filter(state=Premium.State.PAID, paid_on__lt=day, insured_id__in=own)
    ids = list(paid.order_by("pk").values_list("pk", flat=True))
    clerk = world.actor("ding")
    if not ids:
        return
    world.accept("hand-overs", hand_over(premium_ids=ids, day=day, actor=clerk))
    answered = min(day + timedelta(days=10), world.today)
    for place, premium_id in enumerate(ids, start=1):
        rejected = place % _REJECTED_EVERY == 0
        noted = note_result(
            premium_id=premium_id,
            accepted=not rejected,
            reason="该年度已由单位参保" if rejected else "",
            day=answered,
            actor=clerk,
        )
        world.accept("premiums rejected" if rejected else "premiums accepted", noted)
