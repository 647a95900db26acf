"""Bank accounts: checked, kept encrypted, and changed by two persons.

Staff propose a person's account, or the member enters it; another one of the staff approves. The
member is told of both. A change's payload holds the number encrypted and its last digits, so that
whoever reads changes reads no account number.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext

from policy.refusals import refuse
from record import changes
from record.models import Change, Role
from record.operations import Actor, audit, operation, tell
from record.outcome import Refusal

from . import queries
from .identity import seal, unseal
from .models import Person

PERSON_ACCOUNT = "person_account"
#: So often a day may a member enter an account: each one is a message, and work for two persons.
ENTRIES_A_DAY = 5

_NUMBER = re.compile(r"[0-9]{8,30}")


class InvalidAccount(ValueError):
    """The text is no bank account number. `problems` says so in words."""

    def __init__(self) -> None:
        super().__init__("no bank account")
        self.problems = [
            gettext("A bank account has 8 to 30 digits and nothing else. Look at the card again.")
        ]


def check_number(text: str) -> str:
    """Return a bank account number without spaces. Raises InvalidAccount."""
    number = "".join(text.split())
    if not _NUMBER.fullmatch(number):
        raise InvalidAccount
    return number


def tail_of(number: str) -> str:
    """Return the last digits of an account number: what pages show of it."""
    return number[-4:]


def packed(number: str) -> dict[str, str]:
    """Return an account number as a change's payload keeps it: encrypted, and its last digits."""
    return {"sealed": base64.b64encode(seal(number)).decode(), "tail": tail_of(number)}


def unpacked(payload: Mapping[str, Any]) -> bytes:
    """Return the encrypted account number of a payload."""
    return base64.b64decode(payload["sealed"])


def has_numbers(payload: Mapping[str, Any]) -> bool:
    """Say whether a change's payload holds account numbers: one, or those of its payees."""
    return bool(_sealed_in(payload))


def whole_numbers(payload: Mapping[str, Any], *, holder: str) -> list[tuple[str, str]]:
    """Return whose account each number of a payload is, and the number in groups of four.

    `holder`: whose it is where the payload does not say. Who shows them records the look.
    """
    return [
        (part.get("name") or part.get("holder") or holder, _in_fours(unseal(unpacked(part))))
        for part in _sealed_in(payload)
    ]


def _sealed_in(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = [payload, *payload.get("payees", [])]
    return [part for part in parts if part.get("sealed")]


def _in_fours(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def propose_person_account(
    *, person_id: int, number: str, evidence: str, by: AbstractBaseUser, day: date
) -> Change | Refusal:
    """Propose a person's bank account; another person approves, and the person is told.

    Refused: waits_for_second_person. Raises InvalidAccount, NotAllowed, ValueError for a person
    who is enrolled nowhere.
    """
    checked = check_number(number)
    place = queries.enrolment_on(person_id, day)
    if place is None:
        raise ValueError("the person is enrolled nowhere on this day")
    change = changes.propose(
        kind=PERSON_ACCOUNT,
        key=key_of(person_id),
        area=place.area,
        payload=packed(checked),
        reason=evidence,
        by=by,
        day=day,
        subject_id=person_id,
    )
    if isinstance(change, Change):
        tell(kind="bank_account_entered", person_ids=[person_id], data={"change": change.pk})
    return change


def key_of(person_id: int) -> str:
    """Return what a waiting change of a person's account is found by."""
    return f"person:{person_id}"


def waiting_account(person_id: int) -> Change | None:
    """Return the account of a person that waits for its second person."""
    return Change.objects.filter(
        kind=PERSON_ACCOUNT, key=key_of(person_id), state=Change.State.WAITING
    ).first()


@operation
def enter_own_account(*, person_id: int, number: str, by: AbstractBaseUser, day: date) -> Change:
    """Enter one's own bank account; it counts once somebody of the staff has approved it.

    Refused: member_left, not_enrolled, waits_for_second_person, too_many_entries.
    Raises InvalidAccount, and NotAllowed for whoever is not this person.
    """
    checked = check_number(number)
    person = queries.lock_person(person_id)
    if person.user_id != by.pk:
        raise changes.NotAllowed("members enter their own account alone")
    if queries.has_left(person, day):
        raise refuse("member_left")
    place = queries.enrolment_on(person_id, day)
    if place is None:
        raise refuse("not_enrolled")
    entered = Change.objects.filter(kind=PERSON_ACCOUNT, proposed_by_id=by.pk, proposed_on=day)
    if entered.count() >= ENTRIES_A_DAY:
        raise refuse("too_many_entries")
    change = changes.proposed(
        kind=PERSON_ACCOUNT,
        key=key_of(person_id),
        area=place.area,
        payload=packed(checked),
        reason="",
        by=by,
        day=day,
        subject_id=person_id,
    )
    tell(kind="bank_account_entered", person_ids=[person_id], data={"change": change.pk})
    return change


def is_by_the_member(change: Change) -> bool:
    """Say whether the person whose account it is has entered it."""
    return change.subject is not None and change.subject.user_id == change.proposed_by_id


def _let_go(change: Change, actor: Actor, day: date) -> None:
    """Tell the member that what they entered was refused."""
    if change.state == Change.State.REFUSED and change.subject_id is not None:
        tell(
            kind="bank_account_refused", person_ids=[change.subject_id], data={"change": change.pk}
        )


def _apply_person_account(change: Change, actor: Actor, day: date) -> None:
    assert change.subject_id is not None, "the account is a person's"
    person = queries.lock_person(change.subject_id)
    Person.objects.filter(pk=person.pk).update(bank_account_sealed=unpacked(change.payload))
    audit(
        actor=actor,
        verb="members.bank_account",
        area=change.area,
        subject_id=person.pk,
        record=f"change:{change.pk}",
        data={"tail": change.payload["tail"], "day": str(day)},
    )
    tell(kind="bank_account_changed", person_ids=[person.pk], data={"change": change.pk})


PERSON_ACCOUNT_CHANGE = changes.Kind(
    name=PERSON_ACCOUNT,
    apply=_apply_person_account,
    proposers=frozenset({Role.Kind.CASE_OFFICER.value, Role.Kind.FINANCE_CLERK.value}),
    deciders=frozenset({Role.Kind.FINANCE_CLERK.value, Role.Kind.REVIEWER.value}),
    let_go=_let_go,
)
