"""One message, one effect: what an institution's request key stands for (rules 7, threats 6 to 16).

An effect uses its key up for good, with the answer that was given, byte for byte. A refusal uses
nothing up. Two copies at once never wait for each other: the second is told that the first is
being worked on. Keys are kept as long as the claims.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from django.db import IntegrityError

from claims.models import Claim, Request
from claims.settling import WRITTEN_CLAIM
from members.models import Person
from policy.refusals import refuse
from record.operations import operation
from record.outcome import Refusal, Refused
from record.statements import Part, insert, statement, write

#: The verb of a mark that a reversal leaves which came before its settlement.
REVERSED_FIRST = "reversed_first"
#: What two messages may reach for at once; whoever comes second looks again.
_RACED = frozenset(
    {
        "request_key_once",
        "claim_bill_once",
        "claim_prescription_once",
        "claim_number_once",
    }
)
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Message:
    """What makes a message one message: whose it is, its key, what it asks, and what it says."""

    institution_id: int
    key: str
    verb: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of a message: the answer that it is given for ever, and the claim it is about.

    `kept`: the answer was written along with the effect (`kept_part`).
    """

    status: int
    answer: msgspec.Struct
    claim: Claim | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it goes out. `again`: it was given before, and nothing was done now."""

    status: int
    content: bytes
    again: bool = False


def answer_once(
    message: Message, work: Callable[[], Effect], *, hold: int | None = None
) -> Answered | Refusal:
    """Do what a message asks, once, and answer as often as it comes.

    `work` runs in the transaction and may raise Refused. `hold`: the person whose lock it needs,
    taken along with the key. Refused besides: request_in_progress, request_key_reused,
    reversed_first.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            outcome = _answer(message, work, hold)
        except IntegrityError as error:
            constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
            if constraint not in _RACED or attempt == _TRIES:
                raise
        else:
            break
    if isinstance(outcome, Refusal):
        # The first copy may have ended between the look and the lock: then its effect is what
        # refuses this one, and its answer is the right one.
        before = _before(message)
        if before is not None:
            return before
    return outcome


@operation
def _answer(message: Message, work: Callable[[], Effect], hold: int | None) -> Answered:
    before = _take(message.institution_id, message.key, hold=hold)
    if before is not None:
        return _again(before, message)
    effect = work()
    if not effect.kept:
        write([kept_part(message, effect)])
    return Answered(effect.status, msgspec.json.encode(effect.answer))


def kept_part(message: Message, effect: Effect) -> Part:
    """Return the part that uses a message's key up and keeps its answer.

    The effect's claim may be written by the same statement (`claims.settling.write_settlement`).
    """
    claim = effect.claim
    answered = Request(
        institution_id=message.institution_id,
        key=message.key,
        body_hash=message.body_hash,
        verb=message.verb,
        claim=claim,
        # As text: a JSON column would change the order and the blanks.
        answer={"status": effect.status, "content": msgspec.json.encode(effect.answer).decode()},
    )
    if claim is not None and claim._state.adding:  # noqa: SLF001  (Django documents it)
        return insert("answered", answered, claim_id=WRITTEN_CLAIM)
    return insert("answered", answered)


@dataclass(frozen=True, slots=True)
class Taken:
    """A key that has been used up: for what, and with which answer."""

    verb: str
    body_hash: str
    status: int
    content: bytes
    claim_id: int | None


# The person is locked only where there is something to do: whoever comes second never waits.
_TAKE = """
WITH key AS MATERIALIZED (
    SELECT pg_try_advisory_xact_lock(hashtextextended(%(key)s, %(institution)s::bigint)) AS is_ours
),
answered AS MATERIALIZED (
    SELECT verb, body_hash, answer ->> 'status', answer ->> 'content', claim_id
    FROM claims_request WHERE institution_id = %(institution)s AND key = %(key)s
),
held AS (
    SELECT person.id FROM members_person person, key
    WHERE person.id = %(hold)s::bigint AND key.is_ours AND NOT EXISTS (SELECT FROM answered)
    FOR NO KEY UPDATE OF person
)
SELECT key.is_ours, held.id, answered.*
FROM key LEFT JOIN answered ON true LEFT JOIN held ON true
"""


def _take(institution_id: int, key: str, *, hold: int | None = None) -> Taken | None:
    """Take a key to the end of the transaction, without waiting; return what it was used for.

    `hold`: the person to lock where it was not used. Refused: request_in_progress. Raises
    Person.DoesNotExist.
    """
    values = {"institution": institution_id, "key": key, "hold": hold}
    row = statement(_TAKE).row(values)
    assert row is not None, "it has one row whatever there is"
    is_ours, held, verb, body_hash, status, content, claim_id = row
    if not is_ours:
        raise Refused(Refusal("request_in_progress"))
    if verb is not None:
        return Taken(verb, body_hash, int(status or 0), (content or "").encode(), claim_id)
    if hold is not None and held is None:
        raise Person.DoesNotExist(f"nobody has the id {hold}")
    return None


def take_settlement(institution_id: int, key: str) -> Taken | None:
    """Take the key of a settlement that is to be reversed, and return what became of it.

    In the caller's operation. Refused: request_in_progress.
    """
    return _take(institution_id, key)


def forbid_settlement(institution_id: int, key: str) -> None:
    """Leave the mark that refuses a settlement which comes after its reversal."""
    Request.objects.create(
        institution_id=institution_id,
        key=key,
        body_hash="",
        verb=REVERSED_FIRST,
        claim=None,
        answer={"status": 409, "content": ""},
    )


def _again(before: Taken, message: Message) -> Answered:
    if before.verb == REVERSED_FIRST and message.verb == "settle":
        raise Refused(Refusal("reversed_first"))
    if before.body_hash != message.body_hash or before.verb != message.verb:
        raise refuse("request_key_reused")
    return Answered(before.status, before.content, again=True)


@operation
def _look_again(message: Message) -> Answered | None:
    before = _take(message.institution_id, message.key)
    return _again(before, message) if before is not None else None


def _before(message: Message) -> Answered | None:
    """Return the answer that a message has been given, if it is there by now."""
    found = _look_again(message)
    return found if isinstance(found, Answered) else None
