"""A member's move to another pooling area (rules 5), with the account and the bindings."""

from __future__ import annotations

from datetime import date

from accounts import ledger
from accounts.models import Transfer
from members import operations as members_operations
from members import queries as members
from policy.book import Book
from policy.queries import current_book
from policy.refusals import refuse
from record.operations import Actor, audit, operation, tell

from .bindings import as_ended, end_binding
from .locking import lock_family
from .models import Binding, Move


@operation
def move(*, person_id: int, area: str, day: date, actor: Actor) -> Move:
    """Move a person to another area from a day on.

    The account goes with its owner: the old area owes its balance to the new one. Registrations
    elsewhere end. Bindings on either side are judged, oldest first.
    Refused: member_left, same_area, provincial_direct_excluded.
    """
    book = current_book()
    persons, bindings = lock_family(person_id)
    person = persons[person_id]
    if members.has_left(person, day):
        raise refuse("member_left")
    place = members.enrolment_on(person_id, day)
    if place is None or place.ends_on is not None:
        raise refuse("not_enrolled")
    if place.area == area:
        raise refuse("same_area")
    if book.rules(area, day).account_use.value == "disbursed":
        raise refuse("provincial_direct_excluded")

    members_operations.change_place(person=person, area=area, day=day)
    members_operations.end_registrations(person_id=person_id, day=day)
    ended = _judge(bindings, mover=person_id, book=book, day=day)

    account = ledger.lock_for_departure(person_id=person_id, area=place.area)
    balance = account.current + account.carried if account else ledger.NIL
    done = Move.objects.create(
        person=person,
        from_area=place.area,
        to_area=area,
        day=day,
        balance=balance,
        ended=[as_ended(binding) for binding in ended],
    )
    if balance > 0:
        ledger.post(
            source=Transfer.Source.MOVE,
            source_id=done.pk,
            day=day,
            postings=[ledger.owed_between(old_area=place.area, new_area=area, amount=balance)],
        )
    audit(
        actor=actor,
        verb="families.move",
        area=area,
        subject_id=person_id,
        record=f"move:{done.pk}",
        data={"from": place.area, "to": area, "balance": str(balance)},
    )
    tell(kind="moved", person_ids=[person_id], data={"move": done.pk})
    return done


def _judge(bindings: list[Binding], *, mover: int, book: Book, day: date) -> list[Binding]:
    """End the bindings that the move does not leave standing; return them, oldest first."""
    areas = members.areas_on(
        {mover}.union(*({b.authorizer_id, b.member_id} for b in bindings)), day
    )
    ended, turned = [], []
    # Bindings that turn local give their cross-area place free before the others are judged.
    for binding in bindings:
        if binding.cross_area and areas[binding.authorizer_id] == areas[binding.member_id]:
            binding.cross_area = False
            binding.save(update_fields=["cross_area"])
    for binding in bindings:
        code = _why_it_ends(binding, areas, mover=mover, book=book, day=day, judged=bindings)
        if code:
            end_binding(binding, code=code, day=day)
            ended.append(binding)
        elif not binding.cross_area and areas[binding.authorizer_id] != areas[binding.member_id]:
            turned.append(binding)
    # And those that turn cross-area take the place only when the younger ones have ended.
    for binding in turned:
        binding.cross_area = True
        binding.save(update_fields=["cross_area"])
    return ended


def _why_it_ends(
    binding: Binding,
    areas: dict[int, str],
    *,
    mover: int,
    book: Book,
    day: date,
    judged: list[Binding],
) -> str:
    """Return the first code that ends a binding after the move, or nothing."""
    area, other = areas[binding.authorizer_id], areas[binding.member_id]
    rules, other_rules = book.rules(area, day), book.rules(other, day)
    if book.areas[area].province != book.areas[other].province:
        return "out_of_province"
    if rules.sharing_excluded.value or other_rules.sharing_excluded.value:
        return "provincial_direct_excluded"
    if area == other:
        return ""
    if not (rules.cross_area_sharing.value and other_rules.cross_area_sharing.value):
        return "cross_area_not_open"
    if _cross_area_place_taken(binding, areas, mover=mover, judged=judged):
        return "cross_area_taken"
    return ""


def _cross_area_place_taken(
    binding: Binding, areas: dict[int, str], *, mover: int, judged: list[Binding]
) -> bool:
    """Say whether the member has another active cross-area binding that goes before this one.

    One goes before if it is older, or if the mover has no part in it.
    """
    for other in judged:
        if (
            other.member_id == binding.member_id
            and other.pk < binding.pk
            and other.ended_on is None
            and areas[other.authorizer_id] != areas[other.member_id]
        ):
            return True
    return (
        Binding.objects.filter(member_id=binding.member_id, cross_area=True, ended_on=None)
        .exclude(authorizer_id=mover)
        .exclude(member_id=mover)
        .exclude(pk=binding.pk)
        .exists()
    )
