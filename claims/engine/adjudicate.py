"""The order of the law on a bill, in steps that each return their figures and their sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from policy.book import Outpatient, Rules, Source, Terms, Value

from .decision import Decision, NoPolicyInForce, Reason, Step
from .facts import ZERO, Facts, Line
from .reasons import at_home, reasons_not_to_pool

FEN = Decimal("0.01")


def adjudicate(facts: Facts, rules: Rules) -> Decision:
    """Decide a bill by the rules of the patient's area on the service date (rules 6.1 to 6.4).

    Raises NoPolicyInForce where nothing keeps the pooled fund from paying and no outpatient rule
    is in force.
    """
    bill = _part_bill(facts, rules)
    reasons = reasons_not_to_pool(facts, rules)
    if reasons:
        share = _Share(steps=(_not_pooled(reasons),))
    elif rules.outpatient is None:
        raise NoPolicyInForce
    else:
        share = _share_of_pool(facts, rules, rules.outpatient, bill.in_policy)
    payable, payable_step = _payable_from_accounts(facts, rules, share.pool)
    return Decision(
        gross=bill.gross,
        out_of_policy=bill.out_of_policy,
        first_self_pay=bill.first_self_pay,
        in_policy=bill.in_policy,
        remote_self_pay=share.remote_self_pay,
        deductible=share.deductible,
        pool=share.pool,
        other_scheme_paid=facts.other_scheme_paid,
        payable=payable,
        reasons=reasons,
        steps=(bill.step, *share.steps, payable_step),
    )


# --- 6.1 the bill ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bill:
    """The bill parted: its gross is out of policy + first self-pay + in policy."""

    gross: Decimal
    out_of_policy: Decimal
    first_self_pay: Decimal
    in_policy: Decimal
    step: Step


def _part_bill(facts: Facts, rules: Rules) -> _Bill:
    """Part the bill line by line."""
    parts = [_part_line(line, rules) for line in facts.lines]
    gross = _sum(line.amount for line in facts.lines)
    out_of_policy, first_self_pay, in_policy = (_sum(part) for part in zip(*parts, strict=True))
    return _Bill(
        gross=gross,
        out_of_policy=out_of_policy,
        first_self_pay=first_self_pay,
        in_policy=in_policy,
        step=Step(
            name="bill",
            figures={
                "gross": str(gross),
                "out_of_policy": str(out_of_policy),
                "first_self_pay": str(first_self_pay),
                "in_policy": str(in_policy),
            },
            sources=_sources(
                rules.classes_in_full,
                rules.classes_after_self_pay,
                rules.purposes_never_in_policy,
                rules.code_required,
                rules.over_standard_out,
            ),
        ),
    )


def _part_line(line: Line, rules: Rules) -> tuple[Decimal, Decimal, Decimal]:
    """Part a line: what is out of policy, the first self-pay of class B, what is in policy."""
    known_class = rules.classes_in_full.value | rules.classes_after_self_pay.value
    if (
        (rules.code_required.value and not line.coded)
        or line.item_class not in known_class
        or line.purpose in rules.purposes_never_in_policy.value
    ):
        return line.amount, ZERO, ZERO
    over = line.over_limit if rules.over_standard_out.value else ZERO
    rest = line.amount - over
    self_pay = ZERO
    if line.item_class in rules.classes_after_self_pay.value:
        self_pay = _round(rest * line.self_pay_rate)
    return over, self_pay, rest - self_pay


# --- 6.2 not from the pooled fund: see `reasons` --------------------------------------------------


def _not_pooled(reasons: tuple[Reason, ...]) -> Step:
    return Step(
        name="not_pooled",
        figures={"reasons": ",".join(reason.code for reason in reasons)},
        sources=tuple(reason.source for reason in reasons),
    )


# --- 6.3 the pooled fund's share ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Share:
    """The pooled fund's share, and the member's part that goes before it."""

    steps: tuple[Step, ...]
    remote_self_pay: Decimal = ZERO
    deductible: Decimal = ZERO
    pool: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class _Applied:
    """The outpatient terms that apply to this patient at this level, with their source."""

    outpatient: Value[Outpatient]
    terms: Terms
    level: int
    retired: bool

    def source(self, part: Literal["deductible", "ratio", "cap"]) -> Source:
        """Return the exact clause of one part of the terms."""
        return self.outpatient.value.source_of(
            part, retired=self.retired, source=self.outpatient.source
        )


def _share_of_pool(
    facts: Facts, rules: Rules, outpatient: Value[Outpatient], in_policy: Decimal
) -> _Share:
    """Work out the share in the order of the law: away from home, deductible, ratio, cap, total."""
    retired = facts.patient.retired
    applied = _Applied(
        outpatient=outpatient,
        terms=outpatient.value.terms(retired=retired),
        level=_level(facts, rules),
        retired=retired,
    )
    remote, remote_steps = _paid_first_away_from_home(facts, rules, in_policy)
    remaining = in_policy - remote
    deductible, deductible_step = _deductible(facts, rules, applied, remaining)
    share, ratio_step = _by_ratio(applied, remaining - deductible)
    capped, cap_step = _under_cap(facts, applied, share)
    pool, total_steps = _under_total_limit(facts, rules, capped)
    return _Share(
        remote_self_pay=remote,
        deductible=deductible,
        pool=pool,
        steps=(*remote_steps, deductible_step, ratio_step, cap_step, *total_steps),
    )


def _level(facts: Facts, rules: Rules) -> int:
    """Return the level that decides: a pharmacy has its prescriber's; level 0 counts as another."""
    level = facts.provider.level
    if facts.provider.kind == "pharmacy" and facts.prescriber_level is not None:
        level = facts.prescriber_level
    return level or rules.level_zero_counts_as.value


def _paid_first_away_from_home(
    facts: Facts, rules: Rules, in_policy: Decimal
) -> tuple[Decimal, tuple[Step, ...]]:
    """Return what is self-paid first on a trip, away from home without registration (YT-2.1.4c)."""
    ratio = rules.remote_self_pay_ratio
    if ratio is None or at_home(facts, rules) or facts.patient.registered:
        return ZERO, ()
    amount = _round(in_policy * ratio.value)
    figures = {
        "in_policy": str(in_policy),
        "ratio": str(ratio.value),
        "remote_self_pay": str(amount),
    }
    return amount, (Step(name="remote_self_pay", figures=figures, sources=(ratio.source,)),)


def _deductible(
    facts: Facts, rules: Rules, applied: _Applied, remaining: Decimal
) -> tuple[Decimal, Step]:
    """Return what is left of the year's deductible at this level, at most the remaining amount."""
    threshold = _fen(applied.terms.deductible[applied.level])
    left = max(ZERO, threshold - facts.used.deductible)
    amount = min(left, remaining)
    return amount, Step(
        name="deductible",
        figures={
            "level": str(applied.level),
            "threshold": str(threshold),
            "used": str(facts.used.deductible),
            "left_before": str(left),
            "remaining": str(remaining),
            "deductible": str(amount),
        },
        sources=(
            applied.source("deductible"),
            rules.level_zero_counts_as.source,
        ),
    )


def _by_ratio(applied: _Applied, above: Decimal) -> tuple[Decimal, Step]:
    """Return the level's share of what is above the deductible."""
    ratio = applied.terms.ratio[applied.level]
    share = _round(above * ratio)
    return share, Step(
        name="ratio",
        figures={
            "level": str(applied.level),
            "above_deductible": str(above),
            "ratio": str(ratio),
            "share": str(share),
        },
        sources=(applied.source("ratio"),),
    )


def _under_cap(facts: Facts, applied: _Applied, share: Decimal) -> tuple[Decimal, Step]:
    """Return the share, at most what is left of the year's cap."""
    left = max(ZERO, _fen(applied.terms.cap) - facts.used.pool)
    pool = min(share, left)
    return pool, Step(
        name="cap",
        figures={
            "cap": str(_fen(applied.terms.cap)),
            "used": str(facts.used.pool),
            "left_before": str(left),
            "share": str(share),
            "pool": str(pool),
        },
        sources=(applied.source("cap"),),
    )


def _under_total_limit(
    facts: Facts, rules: Rules, share: Decimal
) -> tuple[Decimal, tuple[Step, ...]]:
    """Return the share, at most what is left of the pooled fund's yearly total (SZ-9a)."""
    total = rules.pooled_total_limit
    if total is None or not rules.counts_to_total.value:
        return share, ()
    left = max(ZERO, _fen(total.value) - facts.used.pool)
    pool = min(share, left)
    figures = {
        "limit": str(_fen(total.value)),
        "left_before": str(left),
        "share": str(share),
        "pool": str(pool),
    }
    sources = _sources(total, rules.counts_to_total)
    return pool, (Step(name="total_limit", figures=figures, sources=sources),)


# --- 6.4 from the accounts ------------------------------------------------------------------------


def _payable_from_accounts(facts: Facts, rules: Rules, pool: Decimal) -> tuple[Decimal, Step]:
    """Return what account money may pay: coded lines of allowed purposes, less what others paid."""
    refused = rules.purposes_never_in_policy.value - rules.purposes_payable_from_account.value
    allowed = _sum(
        line.amount
        for line in facts.lines
        if not (rules.code_required.value and not line.coded) and line.purpose not in refused
    )
    payable = max(ZERO, allowed - pool - facts.other_scheme_paid)
    if not facts.provider.designated:
        payable = ZERO
    return payable, Step(
        name="payable",
        figures={
            "allowed": str(allowed),
            "pool": str(pool),
            "other_scheme_paid": str(facts.other_scheme_paid),
            "designated": "yes" if facts.provider.designated else "no",
            "payable": str(payable),
        },
        sources=_sources(
            rules.code_required,
            rules.purposes_never_in_policy,
            rules.purposes_payable_from_account,
        ),
    )


# --- sources and rounding -------------------------------------------------------------------------


def _sources(*values: Value[Any]) -> tuple[Source, ...]:
    """Return the sources of values, each once, in order."""
    return tuple(dict.fromkeys(value.source for value in values))


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return _fen(sum(amounts, ZERO))


def _fen(amount: Decimal) -> Decimal:
    return amount.quantize(FEN)


def _round(amount: Decimal) -> Decimal:
    """Round half up to the fen."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)
