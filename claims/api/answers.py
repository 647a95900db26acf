"""What institutions are answered. Amounts are text with two decimals; nobody else is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from django.utils.translation import gettext_noop as _
from msgspec import Meta

from claims.models import Claim

from .bodies import Money


class Answer(msgspec.Struct, kw_only=True):
    """Any answer."""


class StepAnswer(Answer):
    """A step of the decision: its name, the figures that went in and came out, and the clauses."""

    name: str
    figures: dict[str, str]
    clauses: list[str]


class FiguresAnswer(Answer):
    """Who pays what. Own account and shared accounts are two figures; they are never added up."""

    gross: Money
    out_of_policy: Money
    first_self_pay: Money
    in_policy: Money
    remote_self_pay: Money
    deductible: Money
    pool: Annotated[Money, Meta(description=_("The pooled fund."))]
    other_scheme_paid: Money
    own_account: Annotated[Money, Meta(description=_("The patient's own account."))]
    shared_accounts: Annotated[Money, Meta(description=_("Relatives' accounts."))]
    cash: Annotated[Money, Meta(description=_("What the patient pays at the counter."))]


class ClaimAnswer(FiguresAnswer):
    """A settled bill with its decision, and whether it still stands."""

    number: str
    state: Annotated[str, Meta(description=_("settled, reversed or refunded."))]
    visit_number: str
    bill_number: str
    prescription_number: str | None
    category: str
    service_date: str
    settled_on: str
    undone_on: str | None
    area: Annotated[str, Meta(description=_("The patient's pooling area on the service date."))]
    care_area: Annotated[str, Meta(description=_("The institution's pooling area."))]
    reasons: Annotated[
        list[str], Meta(description=_("Why the pooled fund pays nothing; all that apply."))
    ]
    steps: list[StepAnswer]
    replaces: Annotated[
        str | None, Meta(description=_("The claim of which this settles the remaining lines."))
    ]


class QuoteAnswer(FiguresAnswer):
    """What a bill would come to at this moment. It promises nothing and moves nothing."""

    number: Annotated[str, Meta(description=_("To be named by the settlement as `quote`."))]
    quoted_at: str
    area: str
    care_area: str
    reasons: list[str]
    steps: list[StepAnswer]


class GivenBackAnswer(Answer):
    """What went back, and to whom; `cash` is for you to hand over."""

    pool: Money
    own_account: Money
    shared_accounts: Money
    held: Annotated[Money, Meta(description=_("Of these, kept for the heirs of who has left."))]
    cash: Money


class UndoneAnswer(Answer):
    """A claim that was undone, and the claim of what remained, if any."""

    claim: ClaimAnswer
    given_back: GivenBackAnswer
    settled: ClaimAnswer | None


class ReversalAnswer(Answer):
    """What became of a settlement that was never answered.

    `reversed`: it had been done, and is undone. `never_settled`: it had not been done, and will be
    refused if it still comes.
    """

    request: str
    outcome: Annotated[str, Meta(description=_("reversed or never_settled."))]
    undone: UndoneAnswer | None


class FoundRequestAnswer(Answer):
    """What a message had for an effect, by the number it was sent under."""

    request: str
    verb: Annotated[str, Meta(description=_("settle, refund, reverse or reversed_first."))]
    status: Annotated[int, Meta(description=_("The status it was answered with."))]
    claim: Annotated[
        ClaimAnswer | None, Meta(description=_("The claim it is about, as it stands now."))
    ]


class NationalAnswer(Answer):
    """A claim under the names of the national interface (docs/national-interface.md)."""

    setl_id: str
    mdtrt_id: str
    fixmedins_code: str
    mdtrtarea_admvs: str
    insuplc_admdvs: str
    clr_optins: str
    med_type: str
    insutype: str
    setl_date: str
    refd_setl_flag: str
    medfee_sumamt: str
    fulamt_ownpay_amt: str
    overlmt_selfpay: str
    preselfpay_amt: str
    inscp_scp_amt: str
    act_pay_dedc: str
    pool_prop_selfpay: str
    hifp_pay: str
    othfund_pay: str
    acct_pay: str
    acct_mulaid_pay: str
    psn_cash_pay: str


class LookupAnswer(Answer):
    """Who is there, as far as an institution needs to know."""

    patient: Annotated[str, Meta(description=_("The token to send with this patient's bills."))]
    expires_at: str
    name: Annotated[str, Meta(description=_("Its first character hidden."), examples=["*志远"])]
    area: str


def figures_of(claim: Claim) -> dict[str, str]:
    """Return who pays what for a claim."""
    return {
        "gross": yuan(claim.gross),
        "out_of_policy": yuan(claim.out_of_policy),
        "first_self_pay": yuan(claim.first_self_pay),
        "in_policy": yuan(claim.in_policy),
        "remote_self_pay": yuan(claim.remote_self_pay),
        "deductible": yuan(claim.deductible),
        "pool": yuan(claim.pool),
        "other_scheme_paid": yuan(claim.other_scheme_paid),
        "own_account": yuan(claim.own_paid),
        "shared_accounts": yuan(claim.shared_paid),
        "cash": yuan(claim.cash),
    }


def answer_of(claim: Claim, *, care_area: str, replaces: str | None = None) -> ClaimAnswer:
    """Return a claim as its institution reads it: no payer, and no other person."""
    return ClaimAnswer(
        number=claim.number,
        state=str(claim.state),
        visit_number=claim.visit_number,
        bill_number=claim.bill_number,
        prescription_number=claim.prescription_number or None,
        category=claim.category,
        service_date=claim.service_date.isoformat(),
        settled_on=claim.settled_on.isoformat(),
        undone_on=claim.undone_on.isoformat() if claim.undone_on else None,
        area=claim.area,
        care_area=care_area,
        reasons=list(claim.reasons),
        steps=steps_of(claim.decision),
        replaces=replaces,
        **figures_of(claim),
    )


def steps_of(decision: Mapping[str, Any]) -> list[StepAnswer]:
    """Return the steps of a stored decision."""
    return [
        StepAnswer(name=step["name"], figures=step["figures"], clauses=_clauses(step["sources"]))
        for step in decision["steps"]
    ]


def _clauses(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(source["clause"] for source in sources if source["clause"]))


def yuan(amount: Decimal) -> str:
    """Return an amount as it is sent: text with two decimals."""
    return f"{amount:.2f}"
