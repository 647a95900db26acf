"""The order of the law on a bill, in steps that each return their figures and their sources."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from policy.book import Outpatient, Rules, Source, Value

from .decision import Decision, NoPolicyInForce, Reason, Step
from .facts import ZERO, Facts, Line

FEN = Decimal("0.01")


def adjudicate(facts: Facts, rules: Rules) -> Decision:
    """Decide a bill by the rules of the patient's area on the service date (rules 6.1 to 6.4).

    Raises NoPolicyInForce where nothing keeps the pooled fund from paying and no outpatient rule
    is in force.
    """
    bill = _bill(facts, rules)
    reasons = tuple(_reasons_not_to_pool(facts, rules))
    if reasons:
        share = _Share(steps=(_not_pooled(reasons),))
    elif rules.outpatient is None:
        raise NoPolicyInForce
    else:
        share = _share_of_pool(facts, rules, rules.outpatient, bill.in_policy)
    payable, payable_step = _payable(facts, rules, share.pool)
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


class _Bill:
    """The bill parted into out of policy, first self-pay and in policy."""

    def __init__(self, facts: Facts, rules: Rules) -> None:
        parts = [_part_line(line, rules) for line in facts.lines]
        self.gross = _sum(line.amount for line in facts.lines)
        self.out_of_policy = _sum(part[0] for part in parts)
        self.first_self_pay = _sum(part[1] for part in parts)
        self.in_policy = _sum(part[2] for part in parts)
        self.step = Step(
            name="bill",
            figures={
                "gross": str(self.gross),
                "out_of_policy": str(self.out_of_policy),
                "first_self_pay": str(self.first_self_pay),
                "in_policy": str(self.in_policy),
            },
            sources=_sources(
                rules.classes_in_full,
                rules.classes_after_self_pay,
                rules.purposes_never_in_policy,
                rules.code_required,
                rules.over_standard_out,
            ),
        )


def _bill(facts: Facts, rules: Rules) -> _Bill:
    return _Bill(facts, rules)


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


# --- 6.2 not from the pooled fund -----------------------------------------------------------------


def _reasons_not_to_pool(facts: Facts, rules: Rules) -> Iterator[Reason]:
    """Yield every reason that keeps the pooled fund from paying, in order of its code."""
    checks = {
        "account_only": (
            facts.category not in rules.pooled_categories.value
            and facts.category not in rules.other_benefit_categories.value,
            rules.pooled_categories,
        ),
        "merged_into_admission": (
            rules.admission_merges_visit.value and facts.merged_into_admission,
            rules.admission_merges_visit,
        ),
        "no_prescription": (
            facts.provider.kind == "pharmacy" and facts.prescriber_level is None,
            rules.pharmacy_prescription_covered,
        ),
        "not_designated": (
            rules.designation_required.value and not facts.provider.designated,
            rules.designation_required,
        ),
        "not_in_good_standing": (not _in_standing(facts, rules), rules.standing_months_back),
        "not_outpatient_designated": (
            rules.outpatient_designation_required.value
            and facts.provider.designated
            and not facts.provider.outpatient,
            rules.outpatient_designation_required,
        ),
        "pharmacy_not_covered": (
            facts.provider.kind == "pharmacy"
            and facts.prescriber_level is not None
            and not rules.pharmacy_prescription_covered.value,
            rules.pharmacy_prescription_covered,
        ),
        "remote_not_networked": (
            rules.remote_requires_network.value
            and not _at_home(facts, rules)
            and facts.patient.registered
            and not facts.provider.networked,
            rules.remote_requires_network,
        ),
        "remote_not_registered": (
            rules.remote_unregistered.value == "refuse"
            and not _at_home(facts, rules)
            and not facts.patient.registered,
            rules.remote_unregistered,
        ),
        "resident_scheme": (facts.patient.scheme == "resident", rules.pooled_categories),
        "settled_by_other_benefit": (
            facts.category in rules.other_benefit_categories.value,
            rules.other_benefit_categories,
        ),
    }
    stays = rules.excluded_stays
    for kind, code in (("hospital", "hospital_stay"), ("ltc_specialised", "ltc_specialised")):
        checks[code] = (kind in stays.value and kind in facts.patient.stays, stays)
    for code in sorted(checks):
        applies, value = checks[code]
        if applies:
            yield Reason(code=code, source=value.source)


def _in_standing(facts: Facts, rules: Rules) -> bool:
    """Say whether the patient is in good standing on the service date (2.3).

    Residents are not asked. `paid_months` holds the months that count and were paid by then.
    """
    patient = facts.patient
    return patient.scheme == "resident" or patient.retired or bool(patient.paid_months)


def _at_home(facts: Facts, rules: Rules) -> bool:
    return facts.provider.area in rules.home_areas.value


def _not_pooled(reasons: tuple[Reason, ...]) -> Step:
    return Step(
        name="not_pooled",
        figures={"reasons": ",".join(reason.code for reason in reasons)},
        sources=tuple(reason.source for reason in reasons),
    )


# --- 6.3 the pooled fund's share ------------------------------------------------------------------


class _Share:
    """The pooled fund's share with the member's part before it."""

    def __init__(
        self,
        *,
        remote_self_pay: Decimal = ZERO,
        deductible: Decimal = ZERO,
        pool: Decimal = ZERO,
        steps: tuple[Step, ...],
    ) -> None:
        self.remote_self_pay = remote_self_pay
        self.deductible = deductible
        self.pool = pool
        self.steps = steps


def _share_of_pool(
    facts: Facts, rules: Rules, outpatient: Value[Outpatient], in_policy: Decimal
) -> _Share:
    """Work out the share in the order of the law: away from home, deductible, ratio, cap."""
    level = _level(facts, rules)
    terms = outpatient.value.terms(retired=facts.patient.retired)
    steps = []

    remote_self_pay = ZERO
    if not _at_home(facts, rules) and not facts.patient.registered:
        ratio = rules.remote_self_pay_ratio
        if ratio is not None:
            remote_self_pay = _round(in_policy * ratio.value)
            steps.append(
                Step(
                    name="remote_self_pay",
                    figures={
                        "in_policy": str(in_policy),
                        "ratio": str(ratio.value),
                        "remote_self_pay": str(remote_self_pay),
                    },
                    sources=(ratio.source,),
                )
            )
    rest = in_policy - remote_self_pay

    threshold = terms.deductible[level]
    left = max(ZERO, threshold - facts.used.deductible)
    deductible = _fen(min(left, rest))
    steps.append(
        Step(
            name="deductible",
            figures={
                "level": str(level),
                "threshold": str(_fen(threshold)),
                "used": str(facts.used.deductible),
                "left_before": str(_fen(left)),
                "remaining": str(rest),
                "deductible": str(deductible),
            },
            sources=(
                *_sources_of(outpatient, "deductible", facts),
                *_sources(rules.level_zero_counts_as),
            ),
        )
    )

    ratio = terms.ratio[level]
    before_cap = _round((rest - deductible) * ratio)
    steps.append(
        Step(
            name="ratio",
            figures={
                "level": str(level),
                "above_deductible": str(rest - deductible),
                "ratio": str(ratio),
                "share": str(before_cap),
            },
            sources=_sources_of(outpatient, "ratio", facts),
        )
    )

    cap_left = max(ZERO, terms.cap - facts.used.pool)
    pool = _fen(min(before_cap, cap_left))
    steps.append(
        Step(
            name="cap",
            figures={
                "cap": str(_fen(terms.cap)),
                "used": str(facts.used.pool),
                "left_before": str(_fen(cap_left)),
                "share": str(before_cap),
                "pool": str(pool),
            },
            sources=_sources_of(outpatient, "cap", facts),
        )
    )
    total = rules.pooled_total_limit
    if rules.counts_to_total.value and total is not None:
        total_left = max(ZERO, total.value - facts.used.pool)
        before, pool = pool, _fen(min(pool, total_left))
        steps.append(
            Step(
                name="total_limit",
                figures={
                    "limit": str(_fen(total.value)),
                    "left_before": str(_fen(total_left)),
                    "share": str(before),
                    "pool": str(pool),
                },
                sources=_sources(total, rules.counts_to_total),
            )
        )
    return _Share(
        remote_self_pay=remote_self_pay, deductible=deductible, pool=pool, steps=tuple(steps)
    )


def _level(facts: Facts, rules: Rules) -> int:
    """Return the level that decides: a pharmacy has its prescriber's; level 0 counts as another."""
    level = facts.provider.level
    if facts.provider.kind == "pharmacy" and facts.prescriber_level is not None:
        level = facts.prescriber_level
    return level or rules.level_zero_counts_as.value


# --- 6.4 from the accounts ------------------------------------------------------------------------


def _payable(facts: Facts, rules: Rules, pool: Decimal) -> tuple[Decimal, Step]:
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


def _sources_of(
    outpatient: Value[Outpatient], part: Literal["deductible", "ratio", "cap"], facts: Facts
) -> tuple[Source, ...]:
    """Return the exact clause of one part of the outpatient terms."""
    return (
        outpatient.value.source_of(part, retired=facts.patient.retired, source=outpatient.source),
    )


def _sources(*values: Value[object]) -> tuple[Source, ...]:
    """Return the sources of values, each once, in order."""
    return tuple(dict.fromkeys(value.source for value in values))


def _sum(amounts: Iterator[Decimal]) -> Decimal:
    return _fen(sum(amounts, ZERO))


def _fen(amount: Decimal) -> Decimal:
    return amount.quantize(FEN)


def _round(amount: Decimal) -> Decimal:
    """Round half up to the fen."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)
