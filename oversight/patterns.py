"""The rules of the watch: what each looks for, with its thresholds and who may change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from policy.plain_rules import PlainRule, read_plain_rules
from policy.saying import yuan

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pattern(PlainRule):
    """A rule of the watch: a plain rule with its statement over the bills."""

    @property
    def title(self) -> str:
        return str(TITLES[self.name])

    @property
    def sql(self) -> str:
        return _statement(self.name)


#: Name of a rule → what it is called.
TITLES: Mapping[str, str | Promise] = {
    "same_day": _("Several institutions on one day"),
    "two_places": _("In two places at once"),
    "frequent_visits": _("Unusually many visits"),
    "repeated_visits": _("The same institution again and again"),
    "split_bills": _("Bills that were split"),
    "long_prescription": _("More of a drug than can be used up"),
    "pharmacy_burst": _("Account money at pharmacies in bursts"),
    "drained_family": _("A family's accounts are drained"),
    "night_settlements": _("Settlements at night"),
    "after_death": _("Treated after death"),
    "institution_jump": _("An institution's sudden jump"),
    "cash_share": _("High share of cash"),
}

#: What a rule counted → how it is said; `%s` is the number.
COUNTED: Mapping[str, str | Promise] = {
    "institutions": _("%s institutions"),
    "areas": _("%s areas"),
    "minutes": _("%s minutes apart"),
    "visits": _("%s days with a visit"),
    "bills": _("%s bills"),
    "purchases": _("%s purchases"),
    "payers": _("%s relatives paid"),
    "amount": _("%s together"),
    "share": _("%s of all"),
    "times": _("%s times the weeks before"),
    "died_on": _("died on %s"),
    "code": _("drug %s"),
}


@lru_cache(maxsize=1)
def patterns() -> Mapping[str, Pattern]:
    """Return the rules by name, read once. Raises PlainRulesError."""
    read = read_plain_rules(_FOLDER / "watch.yaml", names=TITLES)
    return {
        name: Pattern(**{part.name: getattr(rule, part.name) for part in fields(rule)})
        for name, rule in read.items()
    }


@lru_cache(maxsize=32)
def _statement(name: str) -> str:
    return (_FOLDER / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def said(figures: Mapping[str, Any]) -> str:
    """Return what a rule counted, in words."""
    return gettext(", ").join(
        str(COUNTED[name]) % _value(name, value)
        for name, value in figures.items()
        if name in COUNTED
    )


def _value(name: str, value: Any) -> str:
    if name == "amount":
        return yuan(Decimal(str(value)))
    if name == "share":
        return f"{(Decimal(str(value)) * 100).quantize(Decimal(1))}%"
    return str(value)
