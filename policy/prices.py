"""The rows of a tariff as a policy file has them, before a month's figures are put in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from policy import kinds
from policy.kinds import KindError
from policy.sourcing import Sourced
from policy.tariff import Cell, NoAccount, Who
from policy.values import Source

T = TypeVar("T")

PRICE = ("rate_of_base", "flat", "per_year_of_age", "earlier_total", "share_of_pension")
EMPLOYMENTS = kinds.choice("employed", "flexible")
AGE = kinds.whole(lowest=0, highest=130)


@dataclass(frozen=True, slots=True)
class CellRow:
    """A dated price. `share_of_pension` of the average basic pension, an entered figure, joins the
    cell's flat part; `earlier_total_year` is the year whose credits are divided."""

    cell: Cell
    share_of_pension: Decimal | None
    earlier_total_year: int | None
    until_notice: bool

    @property
    def source(self) -> Source:
        return self.cell.source

    def with_source(self, source: Source) -> "CellRow":
        return replace(self, cell=replace(self.cell, source=source))


@dataclass(frozen=True, slots=True)
class NoAccountRow:
    """A dated rule by which somebody has no account."""

    rule: NoAccount

    @property
    def source(self) -> Source:
        return self.rule.source


def read_cell(raw: Mapping[str, object], sourced: Sourced | None) -> CellRow | None:
    """A row of `tariff`; None where its source was refused already."""
    _only(raw, (*PRICE, "who", "by_combined_years"))
    if "who" not in raw:
        raise KindError("is missing", where="who")
    if not any(key in raw for key in PRICE):
        raise KindError(f"no price is given: one of {', '.join(PRICE)}")
    who = kinds.part(raw, "who", _who)
    nothing = Decimal(0)
    rate_of_base = _or(raw, "rate_of_base", kinds.ratio, nothing)
    flat = _or(raw, "flat", kinds.money, nothing)
    per_year_of_age = _or(raw, "per_year_of_age", kinds.money, nothing)
    year, divisor = _earlier_total(raw)
    share_of_pension = _or(raw, "share_of_pension", kinds.ratio, None)
    by_combined_years = _or(raw, "by_combined_years", kinds.boolean, False)
    if sourced is None:
        return None
    return CellRow(
        cell=Cell(
            who=who,
            source=sourced.source,
            rate_of_base=rate_of_base,
            flat=flat,
            per_year_of_age=per_year_of_age,
            earlier_total_divisor=divisor,
            by_combined_years=by_combined_years,
        ),
        share_of_pension=share_of_pension,
        earlier_total_year=year,
        until_notice=sourced.until_notice,
    )


def read_no_account(raw: Mapping[str, object], sourced: Sourced | None) -> NoAccountRow | None:
    """A row of `no_account`; None where its source was refused already."""
    _only(raw, ("who",))
    given = raw.get("who")
    if not isinstance(given, Mapping) or not given:
        raise KindError("names nobody", where="who")
    try:
        _only(given, tuple(NoAccount.__dataclass_fields__)[1:])
        rule = NoAccount(
            source=sourced.source if sourced else _NOWHERE,
            scheme=_or(given, "scheme", kinds.choice("employee", "resident"), None),
            retired=_or(given, "retired", kinds.boolean, None),
            employment=_or(given, "employment", EMPLOYMENTS, None),
            mode=_or(given, "mode", kinds.choice("combined", "pool_only"), None),
            without_combined_year=_or(given, "without_combined_year", kinds.boolean, False),
            with_pool_only_years=_or(given, "with_pool_only_years", kinds.boolean, False),
        )
    except KindError as error:
        raise error.inside("who") from error
    return NoAccountRow(rule=rule) if sourced else None


_NOWHERE = Source(document="", clause="", standing="open")


def _only(raw: Mapping[str, object], allowed: tuple[str, ...]) -> None:
    for key in raw:
        if key not in allowed:
            raise KindError("unknown key", where=str(key))


def _or(raw: Mapping[str, object], key: str, read: Callable[[object], T], otherwise: T) -> T:
    return kinds.part(raw, key, read) if key in raw else otherwise


def _who(raw: object) -> Who:
    if not isinstance(raw, Mapping):
        raise KindError("is not a mapping")
    _only(raw, ("retired", "employment", "modes", "age_from", "age_below"))
    if "retired" not in raw:
        raise KindError("is missing", where="retired")
    who = Who(
        retired=kinds.part(raw, "retired", kinds.boolean),
        employment=_or(raw, "employment", EMPLOYMENTS, None),
        modes=_or(raw, "modes", kinds.word_set("combined", "pool_only"), None),
        age_from=_or(raw, "age_from", AGE, None),
        age_below=_or(raw, "age_below", AGE, None),
    )
    if who.age_from is not None and who.age_below is not None and who.age_below <= who.age_from:
        raise KindError("is not above age_from", where="age_below")
    if who.modes is not None and not who.modes:
        raise KindError("names no mode", where="modes")
    return who


def _earlier_total(raw: Mapping[str, object]) -> tuple[int | None, int | None]:
    """The year whose credits are divided, and by how much; none where the row has no such part."""
    if "earlier_total" not in raw:
        return None, None
    try:
        given = kinds.fields(raw["earlier_total"], needed=("year", "divide_by"))
        return (
            kinds.part(given, "year", kinds.whole(lowest=2000, highest=2100)),
            kinds.part(given, "divide_by", kinds.whole(lowest=1, highest=12)),
        )
    except KindError as error:
        raise error.inside("earlier_total") from error
