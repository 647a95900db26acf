"""A stored decision in words: step by step, with its figures, its clauses and its readings.

Nothing is worked out again: every figure is one that the decision holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from policy.citing import cite, note_of
from policy.values import Document, Source

from .models import Claim
from .reasons import REASONS


@dataclass(frozen=True, slots=True)
class Clause:
    """A citation as `components/clause.html` draws it."""

    text: str
    standing: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A step as `components/reckon.html` draws it; `amount` in yuan.

    `readings`: what was assumed, one sentence each with where that is written down.
    """

    title: str
    verb: str = ""
    amount: Decimal | None = None
    sum: str = ""
    notes: tuple[str, ...] = ()
    clauses: tuple[Clause, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """All steps of a decision, and which of its figures were entered as an example."""

    steps: tuple[Explained, ...]
    examples: tuple[str, ...] = field(default=())


def explain(
    claim: Claim,
    *,
    documents: Mapping[str, Document],
    payers: Mapping[int, str],
    payer_order: Source,
) -> Explanation:
    """Put a claim's decision into words.

    `payers`: names of those who paid, by person id. `payer_order`: who says that the accounts pay
    in this order.
    """
    return explain_steps(
        claim.decision["steps"],
        paid=[
            (
                "" if payer["own"] else payers.get(payer["person"], ""),
                Decimal(payer["amount"]),
            )
            for payer in claim.decision["payers"]
        ],
        cash=claim.cash,
        paper=claim.paper,
        documents=documents,
        payer_order=payer_order,
    )


def explain_steps(
    stored: Sequence[Mapping[str, Any]],
    *,
    paid: Sequence[tuple[str, Decimal]],
    cash: Decimal,
    documents: Mapping[str, Document],
    payer_order: Source,
    paper: bool = False,
) -> Explanation:
    """Put the steps of a decision into words, and as the last one who paid what was left.

    `stored`: steps in their stored form. `paid`: name ("" for the patient's own account) and
    amount in yuan, in the order of payment.
    """
    steps = [_explained(step, documents) for step in stored]
    words = _accounts(paid, cash=cash, paper=paper)
    if paid:
        words = _cited(words, [payer_order.as_json()], documents)
    steps.append(words)
    examples = [
        str(FIGURES.get(step["name"], step["name"]))
        for step in stored
        if any(source["standing"] == "example" for source in step["sources"])
    ]
    return Explanation(steps=tuple(steps), examples=tuple(dict.fromkeys(examples)))


#: What the figures of a step are called, for the notice on top of a page with examples.
FIGURES: Mapping[str, str | Promise] = {
    "deductible": _("deductible"),
    "ratio": _("share of the pooled fund"),
    "cap": _("limit of the year"),
    "total_limit": _("total limit of the pooled fund"),
}

Figures = Mapping[str, str]


def yuan(text: str) -> str:
    """Write a stored amount as people read it: 1,234.50."""
    return f"{Decimal(text):,.2f}"


def percent(text: str) -> str:
    """Write a stored ratio in percent, without trailing zeros: 0.65 → 65%."""
    return f"{(Decimal(text) * 100).normalize():f}%"


def _explained(step: Mapping[str, Any], documents: Mapping[str, Document]) -> Explained:
    return _cited(_WORDS[step["name"]](step["figures"]), step["sources"], documents)


def _cited(
    words: Explained, sources: Sequence[Mapping[str, Any]], documents: Mapping[str, Document]
) -> Explained:
    """Add to a step's words what stands where: clauses that say so, and readings of ours."""
    chinese = (get_language() or "").startswith("zh")
    clauses: dict[str, Clause] = {}
    readings: dict[tuple[str, str], None] = {}
    for source in sources:
        text = cite(source, documents, chinese=chinese)
        if source["standing"] == "assumed":
            readings.setdefault((note_of(source, chinese=chinese), text))
        else:
            standing = "example" if source["standing"] == "example" else ""
            clauses.setdefault(text, Clause(text, standing))
    return replace(words, clauses=tuple(clauses.values()), readings=tuple(readings))


def _bill(f: Figures) -> Explained:
    out, first = Decimal(f["out_of_policy"]), Decimal(f["first_self_pay"])
    parts = [yuan(f["gross"])]
    if out:
        parts.append(gettext("− %(amount)s out of policy") % {"amount": yuan(f["out_of_policy"])})
    if first:
        parts.append(
            gettext("− %(amount)s own share of class B") % {"amount": yuan(f["first_self_pay"])}
        )
    return Explained(
        title=gettext("What does not count is taken out first")
        if out or first
        else gettext("The whole bill counts"),
        verb=gettext("leaves"),
        amount=Decimal(f["in_policy"]),
        sum=" ".join(parts),
    )


def _not_pooled(f: Figures) -> Explained:
    return Explained(
        title=gettext("The pooled fund does not pay this bill"),
        verb=gettext("fund pays"),
        amount=Decimal("0.00"),
        notes=tuple(str(REASONS[code]) for code in f["reasons"].split(",")),
    )


def _remote_self_pay(f: Figures) -> Explained:
    return Explained(
        title=gettext("Outside your area without registration, %(ratio)s comes first from you")
        % {"ratio": percent(f["ratio"])},
        verb=gettext("you pay"),
        amount=Decimal(f["remote_self_pay"]),
        sum=f"{yuan(f['in_policy'])} × {percent(f['ratio'])}",
    )


def _deductible(f: Figures) -> Explained:
    figures = {name: yuan(f[name]) for name in ("threshold", "used", "left_before", "remaining")}
    if Decimal(f["left_before"]) == 0:
        return Explained(
            title=gettext("The deductible of the year is reached"),
            verb=gettext("you pay"),
            amount=Decimal(f["deductible"]),
            sum=gettext("deductible %(threshold)s, this year %(used)s already") % figures,
        )
    return Explained(
        title=gettext("Up to the deductible it is yours to pay"),
        verb=gettext("you pay"),
        amount=Decimal(f["deductible"]),
        sum=gettext(
            "deductible %(threshold)s, this year %(used)s already, %(left_before)s to go; "
            "of %(remaining)s"
        )
        % figures,
    )


def _ratio(f: Figures) -> Explained:
    return Explained(
        title=gettext("At level %(level)s the pooled fund pays %(ratio)s of the rest")
        % {"level": f["level"], "ratio": percent(f["ratio"])},
        verb=gettext("comes to"),
        amount=Decimal(f["share"]),
        sum=f"{yuan(f['above_deductible'])} × {percent(f['ratio'])}",
    )


def _limit(f: Figures, limit: str, within: str, over: str) -> Explained:
    is_within = Decimal(f["pool"]) == Decimal(f["share"])
    return Explained(
        title=within if is_within else over,
        verb=gettext("fund pays"),
        amount=Decimal(f["pool"]),
        sum=gettext("limit %(limit)s, of which %(left)s were left")
        % {"limit": yuan(limit), "left": yuan(f["left_before"])},
    )


def _cap(f: Figures) -> Explained:
    return _limit(
        f,
        f["cap"],
        gettext("It is within the limit of the year"),
        gettext("The limit of the year is reached"),
    )


def _total_limit(f: Figures) -> Explained:
    return _limit(
        f,
        f["limit"],
        gettext("It is within the fund's total limit"),
        gettext("The fund's total limit is reached"),
    )


def _payable(f: Figures) -> Explained:
    if f["designated"] == "no":
        return Explained(
            title=gettext("No account may pay at an institution that is not designated"),
            verb=gettext("up to"),
            amount=Decimal(f["payable"]),
        )
    parts = [gettext("%(amount)s allowed") % {"amount": yuan(f["allowed"])}]
    if Decimal(f["pool"]):
        parts.append(gettext("− %(amount)s from the fund") % {"amount": yuan(f["pool"])})
    if Decimal(f["other_scheme_paid"]):
        amount = yuan(f["other_scheme_paid"])
        parts.append(gettext("− %(amount)s from another scheme") % {"amount": amount})
    return Explained(
        title=gettext("So much may come from personal accounts"),
        verb=gettext("up to"),
        amount=Decimal(f["payable"]),
        sum=" ".join(parts),
    )


_WORDS: Mapping[str, Callable[[Figures], Explained]] = {
    "bill": _bill,
    "not_pooled": _not_pooled,
    "remote_self_pay": _remote_self_pay,
    "deductible": _deductible,
    "ratio": _ratio,
    "cap": _cap,
    "total_limit": _total_limit,
    "payable": _payable,
}


def _accounts(paid: Sequence[tuple[str, Decimal]], *, cash: Decimal, paper: bool) -> Explained:
    """The last step: whose accounts paid, in which order, and what was left in cash."""
    parts = [
        gettext("%(name)s %(amount)s") % {"name": name, "amount": yuan(str(amount))}
        if name
        else gettext("own account %(amount)s") % {"amount": yuan(str(amount))}
        for name, amount in paid
    ]
    if paper:
        title = gettext("A bill on paper: you have paid it, the fund's share goes to your bank")
    elif paid and cash:
        title = gettext("The accounts paid in their order, the rest was cash")
    elif paid:
        title = gettext("The accounts paid all that was left, in their order")
    elif cash:
        title = gettext("No account paid, the rest was cash")
    else:
        title = gettext("No account was needed, and no cash")
    return Explained(
        title=title,
        verb=gettext("in cash"),
        amount=cash,
        sum=gettext(", then ").join(parts),
    )
