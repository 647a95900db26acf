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
from policy.refusals import refuse
from record.operations import operation
from record.outcome import Refusal, Refused
from record.statements import insert, statement, write

#: The verb of a mark that a reversal leaves which came before its settlement.
REVERSED_FIRST = "reversed_first"
#: What two messages may reach for at once; whoever comes second looks again.
_RACED = frozenset(
    {
        "request_key_once",
        "claim_bill_once",
        "claim_prescription_once",
        "claims_claim_number_key",
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
    """What came of a message: the answer that it is given for ever, and the claim it is about."""

    status: int
    answer: msgspec.Struct
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it goes out. `again`: it was given before, and nothing was done now."""

    status: int
    content: bytes
    again: bool = False


def answer_once(message: Message, work: Callable[[], Effect]) -> Answered | Refusal:
    """Do what a message asks, once, and answer as often as it comes.

    `work` runs in the transaction and may raise Refused. Refused besides: request_in_progress,
    request_key_reused, reversed_first.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            outcome = _answer(message, work)
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
def _answer(message: Message, work: Callable[[], Effect]) -> Answered:
    before = _take(message.institution_id, message.key)
    if before is not None:
        return _again(before, message)
    effect = work()
    content = msgspec.json.encode(effect.answer)
    answered = Request(
        institution_id=message.institution_id,
        key=message.key,
        body_hash=message.body_hash,
        verb=message.verb,
        claim=effect.claim,
        # As text: a JSON column would change the order and the blanks.
        answer={"status": effect.status, "content": content.decode()},
    )
    write([insert("answered", answered)])
    return Answered(effect.status, content)


@dataclass(frozen=True, slots=True)
class Taken:
    """A key that has been used up: for what, and with which answer."""

    verb: str
    body_hash: str
    status: int
    content: bytes
    claim_id: int | None


_TAKE = """
SELECT pg_try_advisory_xact_lock(hashtextextended(%(key)s, %(institution)s::bigint)),
    request.verb, request.body_hash, request.answer ->> 'status', request.answer ->> 'content',
    request.claim_id
FROM (SELECT) nothing
LEFT JOIN claims_request request
    ON request.institution_id = %(institution)s AND request.key = %(key)s
"""


def _take(institution_id: int, key: str) -> Taken | None:
    """Take a key to the end of the transaction, without waiting; return what it was used for.

    Refused: request_in_progress.
    """
    row = statement(_TAKE).row({"institution": institution_id, "key": key})
    assert row is not None, "it has one row whatever there is"
    is_ours, verb, body_hash, status, content, claim_id = row
    if not is_ours:
        raise Refused(Refusal("request_in_progress"))
    if verb is None:
        return None
    return Taken(verb, body_hash, int(status or 0), (content or "").encode(), claim_id)


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
