"""The addresses of the interface: each reads what was sent and calls one operation."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from claims.models import Claim
from claims.national import national
from record.outcome import Refusal

from . import claiming, lookups, patients, quotes
from .answers import (
    ClaimAnswer,
    FoundRequestAnswer,
    LookupAnswer,
    NationalAnswer,
    QuoteAnswer,
    ReversalAnswer,
    UndoneAnswer,
    figures_of,
    steps_of,
)
from .base import QUOTE, SETTLE, Call, Effect, Endpoint, Parameter, endpoint
from .bodies import (
    BillBody,
    ClaimBody,
    LookupBody,
    RefundBody,
    ReversalBody,
    ReversalByRequestBody,
    lines_of,
)
from .lookups import TooMany
from .models import Quote
from .problems import Trouble, problem_response, trouble_of
from .signin import Caller

#: What settling refuses, in the order of the rules.
SETTLING = (
    "duplicate_claim",
    "prescription_used",
    "service_date_in_future",
    "member_left",
    "not_enrolled",
    "other_scheme_not_applicable",
    "other_scheme_exceeds_bill",
    "no_policy_in_force",
    "patient_token_expired",
    "unknown_institution",
    "date_out_of_range",
    "bill_makes_no_sense",
)


class Lookups(Endpoint):
    """`/members/lookups`"""

    @endpoint(
        title=_("Look a patient up"),
        text=_(
            "By the payment code that the patient shows, which this uses up; or by the ID "
            "number, with a reason, and the patient is told. The answer is a token for this "
            "patient's bills, a masked name and an area, and nothing else. Whatever keeps "
            "somebody from being found, the answer is the same."
        ),
        scopes={QUOTE, SETTLE},
        body=LookupBody,
        answer=LookupAnswer,
        refusals=("no_such_person", "too_many_lookups"),
    )
    def post(self, call: Call[LookupBody]) -> Effect:
        body = call.body
        if (body.payment_code is None) == (body.id_number is None):
            code = "missing_field" if body.payment_code is None else "unknown_field"
            raise Trouble(code, field="payment_code")
        if body.id_number is not None and not (body.reason or "").strip():
            raise Trouble("missing_field", field="reason")
        found = lookups.look_up(
            caller=call.caller,
            now=call.now,
            payment_code=body.payment_code or "",
            id_number=body.id_number or "",
            reason=body.reason or "",
        )
        if isinstance(found, Refusal):
            raise trouble_of(found)
        if isinstance(found, TooMany):
            wait = str(max(1, int(found.wait.total_seconds())))
            raise Trouble("too_many_lookups", headers={"Retry-After": wait})
        if found is None:
            raise Trouble("no_such_person")
        return Effect(
            200,
            LookupAnswer(
                patient=found.token,
                expires_at=timezone.localtime(found.ends_at).isoformat(),
                name=found.name,
                area=found.area,
            ),
        )


class Quotes(Endpoint):
    """`/quotes`"""

    @endpoint(
        title=_("Ask what a bill would come to"),
        text=_(
            "Who would pay what if it were settled at this moment; nothing moves. A "
            "settlement may name the quote, and is then refused where its outcome would "
            "differ."
        ),
        scopes={QUOTE, SETTLE},
        body=BillBody,
        answer=QuoteAnswer,
        status=201,
        refusals=SETTLING,
    )
    def post(self, call: Call[BillBody]) -> Effect | Refusal:
        bill = call.body.as_bill(
            number=claiming.new_number(call.day),
            institution=call.caller.institution,
            patient_id=_patient(call, call.body.patient),
        )
        outcome = quotes.make_quote(caller=call.caller, bill=bill, day=call.day, now=call.now)
        if isinstance(outcome, Refusal):
            return outcome
        quote, claim = outcome
        return Effect(201, _quote_answer(call, quote, claim))


def _patient_of(caller: Caller, body: ClaimBody, now: datetime) -> int | None:
    """Return whose bill it is, or None where the token is good no longer.

    A message that was answered before is answered again, whatever has become of its token.
    """
    try:
        return patients.open_token(body.patient, institution_id=caller.institution.pk, now=now)
    except Trouble:
        return None


class Claims(Endpoint):
    """`/claims`"""

    @endpoint(
        title=_("Find out what became of a message"),
        text=_(
            "By the number that it was sent under, when its answer was lost. The claim is as "
            "it stands now."
        ),
        scopes={SETTLE},
        answer=FoundRequestAnswer,
        query=[
            Parameter(
                "request", _("The Idempotency-Key that a message was sent under."), required=True
            )
        ],
        refusals=("no_such_request", "request_in_progress"),
    )
    def get(self, call: Call[None]) -> Effect | Refusal:
        key = call.query["request"]
        found = claiming.request_of(caller=call.caller, key=key)
        if isinstance(found, Refusal):
            return found
        claim = found.claim
        return Effect(
            200,
            FoundRequestAnswer(
                request=key,
                verb=found.verb,
                status=found.answer.get("status", 0),
                claim=claiming.show(call.caller, claim) if claim is not None else None,
            ),
        )

    @endpoint(
        title=_("Settle a bill"),
        text=_(
            "The pooled fund pays its share, then the accounts pay in the order of the law; "
            "the rest is cash. The same visit and bill are settled once, whatever number they "
            "are sent under; a prescription is used once."
        ),
        scopes={SETTLE},
        body=ClaimBody,
        answer=ClaimAnswer,
        status=201,
        once="settle",
        refusals=(*SETTLING, "no_such_quote", "quote_differs", "reversed_first"),
        holds=_patient_of,
    )
    def post(self, call: Call[ClaimBody]) -> Effect:
        assert call.message is not None, "it has an effect"
        bill = call.body.as_bill(
            number=claiming.new_number(call.day),
            institution=call.caller.institution,
            patient_id=call.held or _patient(call, call.body.patient),
        )
        return claiming.settle(
            caller=call.caller,
            message=call.message,
            bill=bill,
            day=call.day,
            quote=call.body.quote,
        )

    def refused(self, refusal: Refusal, call: Call[Any]) -> Trouble:
        """Send a new quote along where the old one no longer holds."""
        claim = refusal.data.get("claim")
        if not isinstance(claim, Claim):
            return super().refused(refusal, call)
        quote = quotes.quote_anew(caller=call.caller, claim=claim, now=call.now)
        if isinstance(quote, Refusal):
            return trouble_of(quote)
        return Trouble(refusal.code, field="quote", quote=_quote_answer(call, quote, claim))


class OneClaim(Endpoint):
    """`/claims/{number}`"""

    @endpoint(
        title=_("Read a claim of yours as it stands"),
        text="",
        scopes={SETTLE},
        answer=(ClaimAnswer, NationalAnswer),
        query=[
            Parameter(
                "names",
                _("The word national: the claim under the names of the national interface."),
                pattern="^national$",
            )
        ],
        refusals=("no_such_claim",),
    )
    def get(self, call: Call[None], number: str) -> Effect:
        claim = claiming.claim_of(call.caller, number)
        if claim is None:
            raise Trouble("no_such_claim")
        if call.query.get("names"):
            return Effect(200, NationalAnswer(**national(claim)))
        return Effect(200, claiming.show(call.caller, claim))


class Refund(Endpoint):
    """`/claims/{number}/refund`"""

    @endpoint(
        title=_("Refund a claim, on its day or later"),
        text=_(
            "Each payer gets back what they paid. With `remaining_lines` the rest of the bill "
            "is settled anew in the same step, on this day and by the payers of this day; if "
            "that is refused, nothing is undone."
        ),
        scopes={SETTLE},
        body=RefundBody,
        answer=UndoneAnswer,
        once="refund",
        refusals=("no_such_claim", "already_reversed", "already_refunded", *SETTLING),
    )
    def post(self, call: Call[RefundBody], number: str) -> Effect:
        lines = call.body.remaining_lines
        return claiming.refund(
            caller=call.caller,
            number=number,
            day=call.day,
            remaining=lines_of(lines, field="remaining_lines") if lines is not None else None,
            other_scheme_paid=Decimal(call.body.other_scheme_paid),
        )


class Reversal(Endpoint):
    """`/claims/{number}/reversal`"""

    @endpoint(
        title=_("Reverse a claim on the day of its settlement"),
        text="",
        scopes={SETTLE},
        body=ReversalBody,
        answer=UndoneAnswer,
        once="reverse",
        refusals=(
            "no_such_claim",
            "already_reversed",
            "already_refunded",
            "reversal_window_passed",
        ),
    )
    def post(self, call: Call[ReversalBody], number: str) -> Effect:
        return claiming.reverse(caller=call.caller, number=number, day=call.day)


class Reversals(Endpoint):
    """`/reversals`"""

    @endpoint(
        title=_("Reverse a settlement that was never answered"),
        text=_(
            "By the number that it was sent under. If it has been done, it is undone; if it "
            "has not, it will be refused when it still arrives."
        ),
        scopes={SETTLE},
        body=ReversalByRequestBody,
        answer=ReversalAnswer,
        once="reverse_request",
        refusals=("already_reversed", "already_refunded", "reversal_window_passed"),
    )
    def post(self, call: Call[ReversalByRequestBody]) -> Effect:
        assert call.message is not None, "it has an effect"
        if call.body.request == call.message.key:
            raise Trouble("request_key_reused", field="request")
        return claiming.reverse_request(caller=call.caller, key=call.body.request, day=call.day)


def nothing_here(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer for every other address of the interface."""
    return problem_response(Trouble("not_found"))


def _patient(call: Call[Any], token: str) -> int:
    return patients.open_token(token, institution_id=call.caller.institution.pk, now=call.now)


def _quote_answer(call: Call[Any], quote: Quote, claim: Claim) -> QuoteAnswer:
    return QuoteAnswer(
        number=quote.number,
        quoted_at=timezone.localtime(quote.quoted_at).isoformat(),
        area=claim.area,
        care_area=call.caller.institution.area,
        reasons=list(claim.reasons),
        steps=steps_of(claim.decision),
        **figures_of(claim),
    )
