"""The after-check in words: why a binding was drawn, how far its check is, what a rule asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from families.models import BindingCheck
from policy.plain_rules import PlainRule
from policy.saying import percent, yuan
from policy.text import DECIDERS

from .rules import FLAGS, SAMPLE, TIP, check_rules

#: Name of a rule → what it is called.
TITLES: Mapping[str, str | Promise] = {
    SAMPLE: _("drawn by lot"),
    TIP: _("staff were told something"),
    "objection": _("one of the two objects"),
    "ages": _("the ages do not fit"),
    "many_kin": _("more spouses or parents than one has"),
    "many_soon": _("many bindings within a short time"),
    "drained_soon": _("much money soon after the binding"),
}
#: What a rule counted → how it is said; `%s` is the number.
_COUNTED: Mapping[str, str | Promise] = {
    "told": "%s",
    "ticket": _("question no. %s"),
    "years_apart": _("%s years apart"),
    "spouse_years": _("the younger spouse was %s years old"),
    "spouses": _("%s spouses"),
    "parents": _("%s parents"),
    "bindings": _("%s bindings"),
    "amount": _("%s paid for relatives"),
}
#: Threshold → how it is said; `%s` is its number.
_THRESHOLDS: Mapping[str, str | Promise] = {
    "days": _("within %s days"),
    "share": _("%s of each month's new bindings"),
    "years_between": _("parent and child less than %s years apart"),
    "spouse_age": _("a spouse younger than %s"),
    "spouses": _("%s spouses or more"),
    "parents": _("%s parents or more"),
    "bindings": _("%s bindings or more"),
    "amount": _("%s or more"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for which a binding was drawn, with what was counted and the thresholds then."""

    title: str
    counted: str
    thresholds: str


def reasons_of(check: BindingCheck) -> list[Why]:
    """Return why a binding was drawn, in words."""
    return [
        Why(
            title=str(TITLES.get(reason["rule"], reason["rule"])),
            counted=_said(_COUNTED, reason["figures"]),
            thresholds=_said(_THRESHOLDS, reason["thresholds"]),
        )
        for reason in check.reasons
    ]


def in_short(check: BindingCheck) -> str:
    """Return why a binding was drawn, in one line."""
    return pgettext("between items of a list", ", ").join(
        str(TITLES.get(rule, rule)) for rule in check.rules
    )


def rules_in_words() -> list[dict[str, Any]]:
    """Return the rules as staff read them: the lot first, then the flags."""
    return [_rule(check_rules()[name]) for name in (SAMPLE, *FLAGS)]


def _rule(rule: PlainRule) -> dict[str, Any]:
    return {
        "title": TITLES[rule.name],
        "meaning": rule.meaning,
        "thresholds": _said(_THRESHOLDS, rule.thresholds),
        "decider": DECIDERS[rule.decided_by],
    }


def tag_of(check: BindingCheck, day: date) -> tuple[str, str]:
    """Return how far a check is, in a few words, and the kind of its tag."""
    if check.closed_on is not None:
        kind = "bad" if check.verdict == BindingCheck.Verdict.FALSE else "go"
        return str(check.get_verdict_display()), kind
    if check.answer == BindingCheck.Answer.WRONG:
        return gettext("the authorizer says: wrong"), "bad"
    if check.answer == BindingCheck.Answer.RIGHT:
        return gettext("the authorizer says: right"), "go"
    if check.asked_on is None:
        return gettext("nobody was asked yet"), "wait"
    if check.answer_by is not None and check.answer_by < day:
        return gettext("no answer"), "bad"
    return gettext("asked, waits for the authorizer"), "wait"


def _said(words: Mapping[str, str | Promise], numbers: Mapping[str, Any]) -> str:
    return gettext(", ").join(
        str(words[name]) % _number(name, value) for name, value in numbers.items() if name in words
    )


def _number(name: str, value: Any) -> str:
    if name == "amount":
        return yuan(Decimal(str(value)))
    if name == "share":
        return percent(Decimal(str(value)))
    return str(value)
