"""What institutions send and are answered, by shape."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop as _
from msgspec import Meta

from claims.api.answers import Answer
from claims.api.bodies import Money, OwnNumber


class DayRowBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One line of your own books."""

    kind: Literal["settlement", "reversal", "refund"]
    claim: Annotated[
        OwnNumber | None, Meta(description=_("The claim's number; none if you got no answer."))
    ] = None
    visit_number: OwnNumber
    bill_number: OwnNumber
    gross: Money
    pool: Money
    own_account: Money
    shared_accounts: Money
    cash: Money


class DayFileBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """All lines of a day that is over, also those that you got no answer to."""

    day: date
    rows: Annotated[list[DayRowBody], Meta(max_length=10_000)]


class DifferenceAnswer(Answer):
    """A difference that people look into, or have concluded."""

    case: int
    difference: Annotated[
        str,
        Meta(description=_("amount, only_institution, only_portal, doubled or wrong_day.")),
    ]
    claim: str | None
    visit_number: str
    bill_number: str
    state: Annotated[str, Meta(description=_("open, proposed, concluded or settled_itself."))]
    conclusion: Annotated[
        str | None,
        Meta(description=_("reverse: undone here; resend: send it again; accept: it stays.")),
    ]
    reason: str | None


class ReconciliationAnswer(Answer):
    """What comparing a day file gave, as it stands now."""

    number: int
    day: str
    version: Annotated[int, Meta(description=_("Of a day's files the newest one counts."))]
    rows: int
    compared_on: str | None
    counts: Annotated[
        dict[str, int],
        Meta(description=_("How often each outcome was found; in_flight may still be coming.")),
    ]
    differences: list[DifferenceAnswer]


class StatementAnswer(Answer):
    """What you are owed for a month."""

    number: int
    month: str
    settlements: Money
    refunds: Money
    deductions: Money
    carried_in: Annotated[str, Meta(description=_("Overdrawn before: nil or with a minus."))]
    to_pay: Money
    lines: int
    lines_hash: Annotated[str, Meta(description=_("To be sent with your agreement."))]
    state: Annotated[str, Meta(description=_("drawn_up, questioned, agreed, ordered or paid."))]
    agreed_on: str | None
    paid_on: str | None


class StatementsAnswer(Answer):
    """Your statements, the newest first."""

    statements: list[StatementAnswer]


class StatementLineAnswer(Answer):
    """What one of your claims, or a deduction, adds to a statement."""

    record: Annotated[str, Meta(description=_("The claim's number; K and a number: a deduction."))]
    day: str
    kind: Annotated[str, Meta(description=_("claim, undo or deduction."))]
    amount: Annotated[str, Meta(description=_("With a minus where it takes away."))]


class OneStatementAnswer(StatementAnswer):
    """A statement with its lines."""

    records: list[StatementLineAnswer]


class AgreementBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """That you agree to these lines, or what you ask about them."""

    lines_hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", min_length=64, max_length=64)]
    question: (
        Annotated[
            str, Meta(min_length=1, max_length=500, description=_("With it you do not agree yet."))
        ]
        | None
    ) = None
