"""A claim under the names of the national settlement interface (docs/national-interface.md)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .bill import lines_of
from .engine.facts import ZERO
from .models import Claim, Institution

#: Our category → `med_type`. A pharmacy's is 41; the others are not among the public samples.
_CATEGORIES: Mapping[str, str] = {
    Claim.Category.OUTPATIENT: "11",
    Claim.Category.EMERGENCY: "13",
    Claim.Category.CHRONIC_SPECIAL: "14",
    Claim.Category.DAY_SURGERY: "28",
    Claim.Category.MATERNITY: "51",
}
_PHARMACY = "41"
#: Employees' insurance; a resident's bill has other codes, which no public sample names.
_EMPLOYEES = "310"

#: Every name, in the order of the columns.
FIELDS = (
    "setl_id",
    "mdtrt_id",
    "fixmedins_code",
    "mdtrtarea_admvs",
    "insuplc_admdvs",
    "clr_optins",
    "med_type",
    "insutype",
    "setl_date",
    "refd_setl_flag",
    "medfee_sumamt",
    "fulamt_ownpay_amt",
    "overlmt_selfpay",
    "preselfpay_amt",
    "inscp_scp_amt",
    "act_pay_dedc",
    "pool_prop_selfpay",
    "hifp_pay",
    "othfund_pay",
    "acct_pay",
    "acct_mulaid_pay",
    "psn_cash_pay",
)


def national(claim: Claim, *, refund: bool = False) -> dict[str, str]:
    """Return a claim under the national names; as a refund with its amounts negative.

    `claim` has its institution with it. Amounts are yuan with two decimals, as text.
    """
    over = _over_standard(claim)
    amounts = {
        "medfee_sumamt": claim.gross,
        "fulamt_ownpay_amt": claim.out_of_policy - over,
        "overlmt_selfpay": over,
        "preselfpay_amt": claim.first_self_pay + claim.remote_self_pay,
        "inscp_scp_amt": claim.in_policy,
        "act_pay_dedc": claim.deductible,
        "hifp_pay": claim.pool,
        "othfund_pay": claim.other_scheme_paid,
        "acct_pay": claim.own_paid,
        "acct_mulaid_pay": claim.shared_paid,
        "psn_cash_pay": claim.cash,
    }
    day = claim.undone_on if refund and claim.undone_on else claim.settled_on
    told = {
        "setl_id": claim.number,
        "mdtrt_id": claim.visit_number,
        "fixmedins_code": claim.institution.code,
        "mdtrtarea_admvs": claim.institution.area,
        "insuplc_admdvs": claim.area,
        "clr_optins": claim.institution.area,
        "med_type": _med_type(claim),
        "insutype": "" if "resident_scheme" in claim.reasons else _EMPLOYEES,
        "setl_date": day.isoformat(),
        "refd_setl_flag": "1" if refund else "0",
        "pool_prop_selfpay": _ratio(claim),
        **{name: _text(-amount if refund else amount) for name, amount in amounts.items()},
    }
    return {name: told[name] for name in FIELDS}


def rows_of(claim: Claim) -> list[dict[str, str]]:
    """Return the rows of a claim: its settlement, and the refund of it where it was undone."""
    rows = [national(claim)]
    return [*rows, national(claim, refund=True)] if claim.undone_on else rows


def _med_type(claim: Claim) -> str:
    if claim.institution.kind == Institution.Kind.PHARMACY:
        return _PHARMACY
    return _CATEGORIES.get(claim.category, "")


def _over_standard(claim: Claim) -> Decimal:
    """Return what is out of policy for being over the payment standard alone (SZ-7).

    The parts over the standard of lines that are in policy otherwise; never more than what the
    decision left out.
    """
    over = sum(
        (line.over_limit for line in lines_of(claim) if line.coded and line.item_class != "C"), ZERO
    )
    return min(over, claim.out_of_policy)


def _ratio(claim: Claim) -> str:
    """Return the pooled fund's ratio where the decision came to one."""
    for step in claim.decision["steps"]:
        if step["name"] == "ratio":
            return str(step["figures"]["ratio"])
    return ""


def _text(amount: Decimal) -> str:
    # There is no minus nil.
    return f"{amount + ZERO:.2f}"
