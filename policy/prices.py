"""The rows of a tariff as a policy file has them, before a month's figures are put in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from policy import kinds
from policy.kinds import Refused
from policy.tariff import Cell, NoAccount, Who
from policy.values import Source

PRICE = ("rate_of_base", "flat", "per_year_of_age", "earlier_total", "share_of_pension")
EMPLOYMENTS = kinds.choice("employed", "flexible")
MODES = kinds.word_set("combined", "pool_only")
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


def read_cell(
    raw: Mapping[str, object], *, source: Source | None, until_notice: bool
) -> CellRow | None:
    """A row of `tariff`; None where its source was refused already."""
    for key in raw:
        if key not in (*PRICE, "who", "by_combined_years"):
            raise Refused("unknown key", where=key)
    if "who" not in raw:
        raise Refused("is missing", where="who")
    if not any(key in raw for key in PRICE):
        raise Refused(f"no price is given: one of {', '.join(PRICE)}")
    who = kinds.part(raw, "who", _who)
    divisor = year = None
    if "earlier_total" in raw:
        year, divisor = kinds.part(raw, "earlier_total", _earlier_total)
    zero = Decimal(0)
    if source is None:
        source = Source(document="", clause="", standing="open")
        usable = False
    else:
        usable = True
    row = CellRow(
        cell=Cell(
            who=who,
            source=source,
            rate_of_base=kinds.part(raw, "rate_of_base", kinds.ratio)
            if "rate_of_base" in raw
            else zero,
            flat=kinds.part(raw, "flat", kinds.money) if "flat" in raw else zero,
            per_year_of_age=kinds.part(raw, "per_year_of_age", kinds.money)
            if "per_year_of_age" in raw
            else zero,
            earlier_total_divisor=divisor,
            by_combined_years="by_combined_years" in raw
            and kinds.part(raw, "by_combined_years", kinds.boolean),
        ),
        share_of_pension=kinds.part(raw, "share_of_pension", kinds.ratio)
        if "share_of_pension" in raw
        else None,
        earlier_total_year=year,
        until_notice=until_notice,
    )
    return row if usable else None


def read_no_account(raw: Mapping[str, object], *, source: Source | None) -> NoAccountRow | None:
    """A row of `no_account`; None where its source was refused already."""
    if set(raw) != {"who"}:
        raise Refused("holds nothing but who and its source")
    given = raw["who"]
    readers = {
        "scheme": kinds.choice("employee", "resident"),
        "retired": kinds.boolean,
        "employment": EMPLOYMENTS,
        "mode": kinds.choice("combined", "pool_only"),
        "without_combined_year": kinds.boolean,
        "with_pool_only_years": kinds.boolean,
    }
    if not isinstance(given, Mapping) or not given:
        raise Refused("names nobody", where="who")
    found: dict[str, object] = {}
    for key in given:
        if key not in readers:
            raise Refused("unknown key", where=f"who.{key}")
        try:
            found[key] = kinds.part(given, key, readers[key])
        except Refused as error:
            raise error.inside("who") from error
    if source is None:
        return None
    return NoAccountRow(rule=NoAccount(source=source, **found))  # type: ignore[arg-type]


def _who(raw: object) -> Who:
    allowed = ("retired", "employment", "modes", "age_from", "age_below")
    if not isinstance(raw, Mapping):
        raise Refused(f"is not a mapping of {', '.join(allowed)}")
    for key in raw:
        if key not in allowed:
            raise Refused("unknown key", where=str(key))
    if "retired" not in raw:
        raise Refused("is missing", where="retired")
    who = Who(
        retired=kinds.part(raw, "retired", kinds.boolean),
        employment=kinds.part(raw, "employment", EMPLOYMENTS) if "employment" in raw else None,
        modes=kinds.part(raw, "modes", MODES) if "modes" in raw else None,
        age_from=kinds.part(raw, "age_from", AGE) if "age_from" in raw else None,
        age_below=kinds.part(raw, "age_below", AGE) if "age_below" in raw else None,
    )
    if who.age_from is not None and who.age_below is not None and who.age_below <= who.age_from:
        raise Refused("is not above age_from", where="age_below")
    if who.modes is not None and not who.modes:
        raise Refused("names no mode", where="modes")
    return who


def _earlier_total(raw: object) -> tuple[int, int]:
    given = kinds.fields(raw, needed=("year", "divide_by"))
    return (
        kinds.part(given, "year", kinds.whole(lowest=2000, highest=2100)),
        kinds.part(given, "divide_by", kinds.whole(lowest=1, highest=12)),
    )
