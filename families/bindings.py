"""Binding and unbinding (rules 5): who lets whom spend from their account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models.functions import Now

from accounts.queries import no_account_rule
from members import queries as members
from members.models import Enrolment, Person
from policy.book import Book, Rules
from policy.queries import current_book
from policy.refusals import refuse
from record.operations import Actor, audit, operation, tell

from .models import Binding, Consent, Notice, StaysOut


@operation
def bind(
    *,
    authorizer_id: int,
    member_id: int,
    relation: str,
    notice: Notice | None,
    day: date,
    actor: Actor,
    channel: str = Consent.Channel.PORTAL,
    accepted_at: datetime | None = None,
) -> Binding:
    """Let a member spend from the authorizer's account, from now on.

    `notice`: the version of the consent notice that the authorizer has read and accepted, or None
    where they have not; `accepted_at`: when they did, where that is not now. Refused with the first
    code of rules 5 that applies; then with member_stays_out. The member is told, and can leave.
    Whatever it is refused with, the same looks were made, so that no clock tells why.
    """
    book = current_book()
    persons = members.lock_persons({authorizer_id, member_id})
    authorizer, member = persons[authorizer_id], persons[member_id]
    place = members.enrolment_on(authorizer_id, day)
    member_place = members.enrolment_on(member_id, day)
    if place is None:
        raise refuse("not_enrolled")
    taken = _seats_taken(authorizer_id)
    checks = tuple(
        _reasons_not_to_bind(
            authorizer=authorizer,
            member=member,
            relation=relation,
            notice=notice,
            day=day,
            book=book,
            place=place,
            member_place=member_place,
            seats_taken=len(taken),
        )
    )
    for code, applies in checks:
        if applies:
            raise refuse(code)
    assert member_place is not None, "refused above"
    cross_area = place.area != member_place.area
    assert notice is not None, "refused above"
    consent = Consent.objects.create(
        notice=notice,
        person=authorizer,
        channel=channel,
        accepted_at=Now() if accepted_at is None else accepted_at,
    )
    binding = Binding.objects.create(
        authorizer=authorizer,
        member=member,
        relation=relation,
        seat=next(seat for seat in range(1, len(taken) + 2) if seat not in taken),
        cross_area=cross_area,
        consent=consent,
        bound_on=day,
    )
    audit(
        actor=actor,
        verb="families.bind",
        area=place.area,
        subject_id=authorizer_id,
        record=f"binding:{binding.pk}",
        data={"member": member.number, "relation": relation, "notice": notice.hash},
    )
    tell(kind="bound", person_ids=[member_id], data={"binding": binding.pk})
    return binding


def _reasons_not_to_bind(
    *,
    authorizer: Person,
    member: Person,
    relation: str,
    notice: Notice | None,
    day: date,
    book: Book,
    place: Enrolment,
    member_place: Enrolment | None,
    seats_taken: int,
) -> Iterator[tuple[str, bool]]:
    """Yield the codes of rules 5 in their order, each with whether it applies.

    All looks are made whatever they find. Who is insured nowhere is looked at like somebody of
    the authorizer's own area.
    """
    yield "not_enrolled", member_place is None
    other = member_place or place
    rules, other_rules = book.rules(place.area, day), book.rules(other.area, day)
    cross_area = place.area != other.area
    active = Binding.objects.filter(ended_on=None)
    is_bound = active.filter(authorizer=authorizer, member=member).exists()
    from_other_areas = active.filter(member=member, cross_area=True).count()
    stays_out = StaysOut.objects.filter(person=member).exists()
    yield "self_binding", authorizer.pk == member.pk
    yield "consent_missing", rules.consent_required.value and notice is None
    yield "relation_not_allowed", relation not in rules.sharing_relations.value
    yield "sharing_not_open", not rules.sharing_open.value
    yield "member_left", members.has_left(authorizer, day) or members.has_left(member, day)
    yield (
        "provincial_direct_excluded",
        rules.sharing_excluded.value or other_rules.sharing_excluded.value,
    )
    yield "no_account", not gives_account(book, authorizer, place, day)
    yield "already_bound", is_bound
    yield "out_of_province", book.areas[place.area].province != book.areas[other.area].province
    yield "cross_area_not_open", cross_area and not _cross_area_open(rules, other_rules)
    yield (
        "cross_area_taken",
        cross_area and from_other_areas >= other_rules.cross_area_authorizers.value,
    )
    yield (
        "family_full",
        rules.family_seats is not None and seats_taken >= rules.family_seats.value,
    )
    yield "member_stays_out", stays_out


def _cross_area_open(rules: Rules, other_rules: Rules) -> bool:
    return rules.cross_area_sharing.value and other_rules.cross_area_sharing.value


def _seats_taken(authorizer_id: int) -> set[int]:
    return set(
        Binding.objects.filter(authorizer_id=authorizer_id, ended_on=None).values_list(
            "seat", flat=True
        )
    )


def gives_account(book: Book, person: Person, place: Enrolment, day: date) -> bool:
    """Say whether an area gives a person an account on a day, priced or not (rules 3)."""
    return no_account_rule(book=book, person=person, place=place, day=day) is None


@operation
def unbind(
    *, authorizer_id: int, member_id: int, day: date, actor: Actor, code: str = "unbound"
) -> Binding:
    """End a binding at once; what was settled stays. Refused: not_bound.

    `code`: `unbound` by the authorizer, `left` by the member, `found_false` by staff.
    """
    members.lock_persons({authorizer_id, member_id})
    binding = Binding.objects.filter(
        authorizer_id=authorizer_id, member_id=member_id, ended_on=None
    ).first()
    if binding is None:
        raise refuse("not_bound")
    end_binding(binding, code=code, day=day)
    audit(
        actor=actor,
        verb="families.unbind",
        subject_id=authorizer_id,
        record=f"binding:{binding.pk}",
        data={"code": code},
    )
    return binding


def end_binding(binding: Binding, *, code: str, day: date) -> None:
    """End a binding under the locks of both its persons, and tell them."""
    binding.ended_on, binding.ended_code = day, code
    binding.save(update_fields=["ended_on", "ended_code"])
    tell(
        kind="binding_ended",
        person_ids=[binding.authorizer_id, binding.member_id],
        data={"binding": binding.pk, "code": code},
    )


def as_ended(binding: Binding) -> dict[str, Any]:
    """Return an ended binding as a move keeps it."""
    return {
        "authorizer": binding.authorizer_id,
        "member": binding.member_id,
        "code": binding.ended_code,
    }


@operation
def stay_out(*, person_id: int, wish: bool, day: date, actor: Actor) -> bool:
    """Note that a person does not want to be bound by anybody, or that they no longer mind.

    What is bound already stays until it is ended. Returns whether anything changed.
    """
    members.lock_person(person_id)
    rows = StaysOut.objects.filter(person_id=person_id)
    if wish is rows.exists():
        return False
    if wish:
        StaysOut.objects.create(person_id=person_id, since=day)
    else:
        rows.delete()
    audit(
        actor=actor,
        verb="families.stay_out" if wish else "families.stay_out.end",
        subject_id=person_id,
    )
    return True
