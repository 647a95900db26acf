"""The rules of the watch: what each looks for, with its thresholds and who may change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from policy.saying import yuan
from policy.sourcing import DECIDERS
from policy.strictyaml import read_yaml

_FOLDER = Path(__file__).parent
_WORDS = ("decided_by", "note", "note_zh")


class WatchFileError(Exception):
    """The file of rules cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule: its name, its thresholds as data for its statement, and who may change them."""

    name: str
    thresholds: Mapping[str, int | str]
    decided_by: str
    note: str
    note_zh: str

    @property
    def title(self) -> str:
        return str(TITLES[self.name])

    @property
    def meaning(self) -> str:
        return self.note_zh if (get_language() or "").startswith("zh") else self.note

    @property
    def sql(self) -> str:
        return _statement(self.name)

    def parameters(self) -> dict[str, Any]:
        """Return the thresholds as the statement takes them."""
        return {
            name: Decimal(value) if isinstance(value, str) else value
            for name, value in self.thresholds.items()
        }


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
    """Return the rules by name, read once. Raises WatchFileError."""
    raw, problems = read_yaml(_FOLDER / "watch.yaml", name="watch.yaml")
    if problems:
        raise WatchFileError("; ".join(map(str, problems)))
    if not isinstance(raw, Mapping) or set(raw) != set(TITLES):
        raise WatchFileError(f"watch.yaml must have exactly the rules {', '.join(TITLES)}")
    return {str(name): _read(str(name), given) for name, given in raw.items()}


def _read(name: str, given: object) -> Pattern:
    if not isinstance(given, Mapping) or any(not given.get(word) for word in _WORDS):
        raise WatchFileError(f"{name}: give {', '.join(_WORDS)}")
    if given["decided_by"] not in DECIDERS:
        raise WatchFileError(f"{name}.decided_by is not one of {', '.join(DECIDERS)}")
    thresholds: dict[str, int | str] = {}
    for key, value in given.items():
        if key in _WORDS:
            continue
        number = isinstance(value, int) and not isinstance(value, bool)
        if not number and not isinstance(value, str | Decimal):
            raise WatchFileError(f"{name}.{key} is no number")
        thresholds[str(key)] = value if number else str(Decimal(str(value)))
    return Pattern(
        name=name,
        thresholds=thresholds,
        decided_by=str(given["decided_by"]),
        note=str(given["note"]),
        note_zh=str(given["note_zh"]),
    )


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
