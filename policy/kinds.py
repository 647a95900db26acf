"""The kinds of value that a policy file or a figure may hold, each as a strict reader.

A reader takes what YAML or JSON gave and returns the typed value, or raises `KindError` with a
reason in plain words. Amounts and ratios come as a whole number, a `Decimal` or text, never as a
float.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar, cast

from policy.values import (
    DepositRates,
    Outpatient,
    Premium,
    PremiumAmount,
    RunLimits,
    Terms,
)

T = TypeVar("T")

LEVELS = (1, 2, 3)
PRODUCTS = ("large_amount", "long_term_care", "resident_insurance", "commercial_supplement")
PURPOSES = (
    "drug",
    "treatment",
    "device",
    "consumable",
    "examination",
    "public_health",
    "fitness",
    "wellness",
    "checkup",
    "vaccine_programme",
    "vaccine_other",
)
NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?")


class KindError(ValueError):
    """A value is not of its kind; `where` names the part of it, `reason` says what is wrong."""

    def __init__(self, reason: str, *, where: str = "") -> None:
        self.reason = reason
        self.where = where
        super().__init__(reason)

    def inside(self, part: str) -> "KindError":
        """The same refusal, seen from one level further out."""
        return KindError(self.reason, where=f"{part}.{self.where}" if self.where else part)


def number(raw: object) -> Decimal:
    """Any number from 0 on, with at most six decimals."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal | str):
        raise KindError(f"{raw!r} is not a number (write it plainly, such as 600 or 0.65)")
    text = str(raw).strip()
    if text.startswith("-"):
        raise KindError(f"{text} is negative")
    if not NUMBER.fullmatch(text):
        raise KindError(f"{raw!r} is not a number (write it plainly, such as 600 or 0.65)")
    return Decimal(text)


def money(raw: object) -> Decimal:
    """Yuan, not negative, with at most two decimals; returned with two."""
    amount = number(raw)
    if amount != round(amount, 2):
        raise KindError(f"{amount} has more than two decimals")
    return amount.quantize(Decimal("0.01"))


def ratio(raw: object) -> Decimal:
    """A share from 0 to 1."""
    share = number(raw)
    if share > 1:
        raise KindError(f"{share} is over 1 (write 65% as 0.65)")
    return share


def whole(*, lowest: int, highest: int) -> Callable[[object], int]:
    """A whole number within bounds."""

    def read(raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise KindError(f"{raw!r} is not a whole number")
        if not lowest <= raw <= highest:
            raise KindError(f"{raw} is not from {lowest} to {highest}")
        return raw

    return read


def boolean(raw: object) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        raise KindError(f"{raw!r} is not true or false")
    return raw


def day(raw: object) -> date:
    """A day, as YAML has it or as text YYYY-MM-DD."""
    if isinstance(raw, date):
        return raw
    if isinstance(raw, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        try:
            return date.fromisoformat(raw)
        except ValueError as error:
            raise KindError(f"{raw} is not a day of the calendar") from error
    raise KindError(f"{raw!r} is not a day (write it as YYYY-MM-DD)")


def choice(*allowed: str) -> Callable[[object], str]:
    """One of a few words."""

    def read(raw: object) -> str:
        if not isinstance(raw, str) or raw not in allowed:
            raise KindError(f"{raw!r} is not one of {', '.join(allowed)}")
        return raw

    return read


def words(*allowed: str) -> Callable[[object], tuple[str, ...]]:
    """A list of some of a few words, each at most once, in the order given."""
    one = choice(*allowed)

    def read(raw: object) -> tuple[str, ...]:
        if not isinstance(raw, list | tuple):
            raise KindError(f"{raw!r} is not a list")
        found = tuple(one(item) for item in raw)
        if len(set(found)) != len(found):
            raise KindError("a word is in the list twice")
        return found

    return read


def word_set(*allowed: str) -> Callable[[object], frozenset[str]]:
    """As `words`, where the order means nothing."""
    in_order = words(*allowed)

    def read(raw: object) -> frozenset[str]:
        return frozenset(in_order(raw))

    return read


def home_areas(raw: object) -> tuple[str, ...]:
    """A list of area codes, or the word `own` for the member's own area; `own` must be in it."""
    if not isinstance(raw, list | tuple) or not all(
        isinstance(item, str) and (item == "own" or re.fullmatch(r"\d{6}", item)) for item in raw
    ):
        raise KindError("not a list of six-digit area codes in quotes, or of the word own")
    if "own" not in raw:
        raise KindError("the word own is missing: a member is at home in their own area")
    return tuple(raw)


def fields(raw: object, *, needed: Collection[str]) -> Mapping[str, object]:
    """A mapping with exactly these keys."""
    if not isinstance(raw, Mapping):
        raise KindError(f"not a mapping of {', '.join(needed)}")
    for key in raw:
        if key not in needed:
            raise KindError("unknown key", where=str(key))
    for key in needed:
        if key not in raw:
            raise KindError("is missing", where=key)
    return cast("Mapping[str, object]", raw)


def part(raw: Mapping[str, object], key: str, read: Callable[[object], T]) -> T:
    """One field of a mapping, with its name in a refusal."""
    try:
        return read(raw[key])
    except KindError as error:
        raise error.inside(key) from error


def by_level(read: Callable[[object], T]) -> Callable[[object], Mapping[int, T]]:
    """A value for each of the levels 1, 2 and 3; the level may be text, as JSON has it."""

    def read_all(raw: object) -> Mapping[int, T]:
        if not isinstance(raw, Mapping):
            raise KindError("not a mapping by level")
        named = {str(key): item for key, item in raw.items()}
        if len(named) != len(raw):
            raise KindError("a level is given twice")
        whole_set = fields(named, needed=[str(level) for level in LEVELS])
        return {level: part(whole_set, str(level), read) for level in LEVELS}

    return read_all


def terms(raw: object) -> Terms:
    """Deductible and ratio by level, and the year's cap."""
    given = fields(raw, needed=("deductible", "ratio", "cap"))
    return Terms(
        deductible=part(given, "deductible", by_level(money)),
        ratio=part(given, "ratio", by_level(ratio)),
        cap=part(given, "cap", money),
    )


def terms_with_clauses(raw: object) -> Terms:
    """As `terms`, with the clauses of its parts where they differ from the value's own."""
    if not isinstance(raw, Mapping) or "clauses" not in raw:
        return terms(raw)
    clauses = part(raw, "clauses", _clauses)
    return replace(terms({key: raw[key] for key in raw if key != "clauses"}), clauses=clauses)


def _clauses(raw: object) -> Mapping[str, str]:
    if not isinstance(raw, Mapping):
        raise KindError("is not a mapping by part")
    for key, clause in raw.items():
        if key not in ("deductible", "ratio", "cap"):
            raise KindError("unknown key", where=str(key))
        if not isinstance(clause, str) or not clause.strip():
            raise KindError(f"{clause!r} is not text", where=str(key))
    return dict(raw)


def outpatient(raw: object) -> Outpatient:
    """The terms of the active and of the retired."""
    given = fields(raw, needed=("active", "retired"))
    return Outpatient(active=part(given, "active", terms), retired=part(given, "retired", terms))


def outpatient_with_clauses(raw: object) -> Outpatient:
    """As `outpatient`, as a policy file has it."""
    given = fields(raw, needed=("active", "retired"))
    return Outpatient(
        active=part(given, "active", terms_with_clauses),
        retired=part(given, "retired", terms_with_clauses),
    )


def premium(raw: object) -> Premium:
    """Who may pay: own, relatives."""
    given = fields(raw, needed=("own", "relatives"))
    return Premium(own=part(given, "own", boolean), relatives=part(given, "relatives", boolean))


def premium_amount(raw: object) -> PremiumAmount:
    """What a premium costs, and the first and last day of its collection."""
    given = fields(raw, needed=("amount", "opens", "closes"))
    found = PremiumAmount(
        amount=part(given, "amount", money),
        opens=part(given, "opens", day),
        closes=part(given, "closes", day),
    )
    if found.closes < found.opens:
        raise KindError("closes before it opens", where="closes")
    return found


def deposit_rates(raw: object) -> DepositRates:
    """The two yearly rates."""
    given = fields(raw, needed=("demand", "three_month"))
    return DepositRates(
        demand=part(given, "demand", ratio), three_month=part(given, "three_month", ratio)
    )


def run_limits(raw: object) -> RunLimits:
    """The two ratios of change."""
    given = fields(raw, needed=("amount_change", "members_change"))
    return RunLimits(
        amount_change=part(given, "amount_change", ratio),
        members_change=part(given, "members_change", ratio),
    )
