"""The policy book: what the rules said in an area on a day, and which document says so.

Pure, without Django. `load_book()` reads the policy files once; `with_figures` lays the figures that
staff entered over them. An area's own figure goes first once it has begun, then its province's, then
the files: the area's, the province's, the national readings.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from policy.figures import (
    FIGURE_KEYS,
    EnteredFigure,
    ReadFigure,
    in_line,
    problems_of,
    validate_figure,
)
from policy.keys import AVERAGE_BASIC_PENSION, DEPOSIT_RATES, IN_FORCE_UNTIL, KEYS
from policy.loading import Shelf, load_shelf
from policy.prices import CellRow
from policy.rules import Rules, build_rules
from policy.schema import PolicyFile
from policy.tariff import Cell, Gap, MemberMonth, NoAccount, Price, Tariff, Unpriced, has_account
from policy.values import (
    NATIONAL,
    Area,
    Dated,
    DepositRates,
    Document,
    NoRateInForce,
    Outpatient,
    PolicyError,
    Premium,
    PremiumAmount,
    Problem,
    RatePeriod,
    RunLimits,
    Source,
    Terms,
    UnknownArea,
    Value,
    holds_on,
)

__all__ = [
    "FIGURE_KEYS",
    "NATIONAL",
    "Area",
    "Book",
    "Cell",
    "Change",
    "DepositRates",
    "Document",
    "EnteredFigure",
    "Entry",
    "Gap",
    "MemberMonth",
    "NoAccount",
    "NoRateInForce",
    "Outpatient",
    "PolicyError",
    "Premium",
    "PremiumAmount",
    "Price",
    "Problem",
    "RatePeriod",
    "Rules",
    "RunLimits",
    "Source",
    "Tariff",
    "Terms",
    "UnknownArea",
    "Unpriced",
    "Value",
    "diff",
    "has_account",
    "load_book",
    "validate_figure",
]

ONE_DAY = timedelta(days=1)
# Areas times days that a busy server looks at; beyond it the cache starts anew.
CACHED = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A value with its key, for display; `value` is None where the figure is open."""

    key: str
    value: Any
    source: Source


@dataclass(frozen=True, slots=True)
class Change:
    """A key whose value differs between two days or areas; None: not there."""

    key: str
    before: Entry | None
    after: Entry | None


class Book:
    """All policy files with the figures laid over them. Immutable; answers are kept."""

    def __init__(
        self, shelf: Shelf, lines: Mapping[str, Mapping[str, tuple[ReadFigure, ...]]] | None = None
    ) -> None:
        self._shelf = shelf
        self._lines = lines or {}
        self._rules: dict[tuple[str, date], Rules] = {}
        self._tariffs: dict[tuple[str, date], Tariff] = {}

    @property
    def areas(self) -> Mapping[str, Area]:
        """All pooling areas by code."""
        return self._shelf.areas

    @property
    def documents(self) -> Mapping[str, Document]:
        """All documents that the files cite, by id."""
        return self._shelf.documents

    def count_of_values(self) -> int:
        """How many dated values, prices and exclusions the files hold."""
        return sum(
            sum(len(values) for values in file.values.values())
            + len(file.cells)
            + len(file.no_account)
            for file in self._shelf.files.values()
        )

    def with_figures(self, figures: Iterable[EnteredFigure]) -> "Book":
        """This book's files with these figures, and no others, laid over them.

        Raises `PolicyError` for a figure that is not of its kind or not of a known scope.
        """
        figures = list(figures)
        known = {NATIONAL, *self.areas, *(area.province for area in self.areas.values())}
        problems = [problem for figure in figures for problem in problems_of(figure)]
        problems += [
            Problem(f"figure {figure.id}", figure.scope, "is no listed area or province")
            for figure in figures
            if figure.scope not in known
        ]
        if problems:
            raise PolicyError(problems)
        return Book(self._shelf, in_line(figures))

    def rules(self, area: str, day: date) -> Rules:
        """Everything in force in an area on a day. Raises `UnknownArea`."""
        known = self._rules.get((area, day))
        if known is None:
            self._known(area)
            known = build_rules(
                area=area, day=day, find=lambda key: self.value(area, key.name, day)
            )
            if len(self._rules) >= CACHED:
                self._rules.clear()
            self._rules[area, day] = known
        return known

    def value(self, area: str, key: str, day: date) -> Value[Any] | None:
        """The value of one key in an area on a day, or None where none is in force."""
        found = self._find(area, key, day)
        return found[1] if found else None

    def tariff(self, area: str, month: date) -> Tariff:
        """The price list by which an area credits the month that holds this day."""
        first = month.replace(day=1)
        known = self._tariffs.get((area, first))
        if known is None:
            self._known(area)
            known = self._tariff(area, first)
            if len(self._tariffs) >= CACHED:
                self._tariffs.clear()
            self._tariffs[area, first] = known
        return known

    def deposit_rates(self, first: date, last: date) -> list[RatePeriod]:
        """The rates of the days from first to last, one period for each change between them.

        Raises `NoRateInForce` where a day has none.
        """
        sources = [dated.source for dated in self._file_values(NATIONAL, DEPOSIT_RATES.name)]
        sources += [figure.source for figure in self._line(NATIONAL, DEPOSIT_RATES.name)]
        starts = {first}
        for source in sources:
            for start in (source.begins, source.ends + ONE_DAY if source.ends else None):
                if start is not None and first < start <= last:
                    starts.add(start)
        periods: list[RatePeriod] = []
        for start in sorted(starts):
            value = self.value(NATIONAL, DEPOSIT_RATES.name, start)
            if value is None:
                raise NoRateInForce(f"no deposit rate is in force on {start.isoformat()}")
            if periods and periods[-1].source == value.source:
                continue
            if periods:
                periods[-1] = replace(periods[-1], last=start - ONE_DAY)
            rates: DepositRates = value.value
            periods.append(
                RatePeriod(
                    first=start,
                    last=last,
                    demand=rates.demand,
                    three_month=rates.three_month,
                    source=value.source,
                )
            )
        return periods

    def explain(self, area: str, day: date) -> list[Entry]:
        """All values in force in an area on a day, then the open figures, prices and exclusions."""
        self._known(area)
        entries: list[Entry] = []
        for key in KEYS:
            scope = NATIONAL if key == DEPOSIT_RATES.name else area
            value = self.value(scope, key, day)
            if value is not None:
                entries.append(Entry(key=key, value=value.value, source=value.source))
        found = {entry.key for entry in entries}
        for file in self._files(area):
            for key, source in file.open.items():
                if key not in found:
                    found.add(key)
                    entries.append(Entry(key=key, value=None, source=source))
        tariff = self.tariff(area, day)
        for cell in tariff.cells:
            entries.append(Entry(key=f"tariff.{cell.who.name}", value=cell, source=cell.source))
        for gap in tariff.gaps:
            entries.append(Entry(key=f"tariff.{gap.who.name}", value=None, source=gap.source))
        for rule in tariff.no_account:
            entries.append(Entry(key=f"no_account.{rule.name}", value=rule, source=rule.source))
        return entries

    def assumptions(self, area: str) -> list[Entry]:
        """Everything that is assumed for an area on some day, in the order of the keys."""
        self._known(area)
        found: list[Entry] = []
        for key in KEYS:
            above: list[Source] = []
            for file in self._files(area):
                values = file.values.get(key, [])
                for dated in values:
                    covered = any(_covers(source, dated.source) for source in above)
                    if dated.source.standing == "assumed" and not covered:
                        found.append(Entry(key=key, value=dated.value, source=dated.source))
                above += [dated.source for dated in values]
        for row in self._rows(area):
            if row.source.standing == "assumed":
                found.append(Entry(f"tariff.{row.cell.who.name}", row.cell, row.source))
        for file in self._files(area):
            for excluded in file.no_account:
                rule = excluded.rule
                if rule.source.standing == "assumed":
                    found.append(Entry(f"no_account.{rule.name}", rule, rule.source))
        return found

    def expiring(self, area: str, day: date, within_days: int) -> list[Entry]:
        """What ends within so many days with nothing of its own scope after it, and what has
        ended already with nothing in its place. `source.ends` is the last day."""
        self._known(area)
        limit = day + timedelta(days=within_days)
        ending: list[Entry] = []
        for key in KEYS:
            latest = self._latest(area, key, day)
            if latest is None or latest[1].source.ends is None:
                continue
            level, value = latest
            ends = value.source.ends
            assert ends is not None
            after = self._find(area, key, max(ends + ONE_DAY, day))
            if ends <= limit and (after is None or (ends >= day and after[0] != level)):
                ending.append(Entry(key=key, value=value.value, source=value.source))
        rows = [self._in_force_row(area, row, day) for row in self._rows(area)]
        for row in rows:
            ends = row.source.ends
            if ends is None or ends > limit:
                continue
            if not any(
                other.cell.who.overlaps(row.cell.who) and holds_on(other.source, ends + ONE_DAY)
                for other in rows
            ):
                ending.append(Entry(f"tariff.{row.cell.who.name}", row.cell, row.source))
        return ending

    def _known(self, area: str) -> None:
        if area not in self.areas:
            raise UnknownArea(f"no policy file lists the pooling area {area}")

    def _scopes(self, area: str) -> tuple[str, ...]:
        return (NATIONAL,) if area == NATIONAL else (area, area[:2], NATIONAL)

    def _files(self, area: str) -> Iterator[PolicyFile]:
        files = self._shelf.files
        return (files[scope] for scope in self._scopes(area) if scope in files)

    def _file_values(self, area: str, key: str) -> list[Dated]:
        return [dated for file in self._files(area) for dated in file.values.get(key, [])]

    def _line(self, scope: str, key: str) -> tuple[ReadFigure, ...]:
        return self._lines.get(scope, {}).get(key, ())

    def _find(self, area: str, key: str, day: date) -> tuple[str, Value[Any]] | None:
        """A key's value on a day, with the scope that gave it."""
        for scope in self._scopes(area):
            for figure in self._line(scope, key):
                if holds_on(figure.source, day):
                    return scope, Value(value=figure.value, source=figure.source)
        for file in self._files(area):
            values = file.values.get(key)
            if values:
                found = self._in_force(area, values, day)
                if found is not None:
                    return file.scope, found
        return None

    def _in_force(self, area: str, values: list[Dated], day: date) -> Value[Any] | None:
        """The value of one file: one that holds by its own dates before one that is prolonged."""
        for dated in values:
            if dated.holds_on(day):
                source = dated.source
                if dated.until_notice:
                    source = self._prolonged(area, source, day)
                return Value(value=dated.value, source=source)
        for dated in values:
            if dated.until_notice:
                source = self._prolonged(area, dated.source, day)
                if holds_on(source, day):
                    return Value(value=dated.value, source=source)
        return None

    def _prolonged(self, area: str, source: Source, day: date) -> Source:
        """The source of a value that ends with its notice, prolonged by the figure of the day."""
        figure = next(
            (
                item
                for scope in self._scopes(area)
                for item in self._line(scope, IN_FORCE_UNTIL.name)
                if holds_on(item.source, day)
            ),
            None,
        )
        if figure is None or source.ends is None or figure.value <= source.ends:
            return source
        if day <= source.ends:
            return replace(source, ends=figure.value)
        example = figure.source.standing == "example"
        return replace(
            source,
            ends=figure.value,
            standing="example" if example else source.standing,
            figure_id=figure.source.figure_id,
        )

    def _latest(self, area: str, key: str, day: date) -> tuple[str, Value[Any]] | None:
        """The value of the day or, where there is none, the last that was in force before it."""
        found = self._find(area, key, day)
        if found is not None:
            return found
        ends = [
            self._prolonged(area, dated.source, day).ends
            if dated.until_notice
            else dated.source.ends
            for dated in self._file_values(area, key)
        ]
        ends += [
            item.source.ends for scope in self._scopes(area) for item in self._line(scope, key)
        ]
        past = [end for end in ends if end is not None and end < day]
        return self._find(area, key, max(past)) if past else None

    def _rows(self, area: str) -> list[CellRow]:
        """The price rows of the area's own file or, where it has none, of its province's."""
        return next((file.cells for file in self._files(area) if file.cells), [])

    def _in_force_row(self, area: str, row: CellRow, day: date) -> CellRow:
        if not row.until_notice:
            return row
        return row.with_source(self._prolonged(area, row.source, day))

    def _tariff(self, area: str, first: date) -> Tariff:
        rows = [self._in_force_row(area, row, first) for row in self._rows(area)]
        own = [row for row, plain in zip(rows, self._rows(area), strict=True)
               if holds_on(plain.source, first)]  # fmt: skip
        prolonged = [
            row
            for row in rows
            if row not in own
            and holds_on(row.source, first)
            and not any(row.cell.who.overlaps(other.cell.who) for other in own)
        ]
        pension = self.value(area, AVERAGE_BASIC_PENSION.name, first)
        cells: list[Cell] = []
        gaps: list[Gap] = []
        for row in own + prolonged:
            cell = row.cell
            if row.share_of_pension is not None:
                if pension is None:
                    reason = f"{AVERAGE_BASIC_PENSION.name}_missing"
                    gaps.append(Gap(who=cell.who, reason=reason, source=cell.source))
                    continue
                flat = cell.flat + row.share_of_pension * pension.value
                cell = replace(cell, flat=flat, figure=pension.source)
            cells.append(cell)
        years = [row.earlier_total_year for row in own + prolonged if row.earlier_total_year]
        return Tariff(
            area=area,
            month=first,
            cells=tuple(cells),
            gaps=tuple(gaps),
            no_account=tuple(
                row.rule
                for file in self._files(area)
                for row in file.no_account
                if holds_on(row.source, first)
            ),
            earlier_total_year=years[0] if years else None,
        )


def _covers(above: Source, below: Source) -> bool:
    """Whether a value that goes before another leaves it no day."""
    return (
        above.begins is None or (below.begins is not None and above.begins <= below.begins)
    ) and (above.ends is None or (below.ends is not None and above.ends >= below.ends))


def diff(before: Iterable[Entry], after: Iterable[Entry]) -> list[Change]:
    """What differs in value between two explanations, of two days or of two areas."""
    one = {entry.key: entry for entry in before}
    two = {entry.key: entry for entry in after}
    changes: list[Change] = []
    for key in [*one, *(key for key in two if key not in one)]:
        old, new = one.get(key), two.get(key)
        if old is None or new is None or _plain(old.value) != _plain(new.value):
            changes.append(Change(key=key, before=old, after=new))
    return changes


def _plain(value: Any) -> Any:
    """A price or rule without its source: another source alone is no change of value."""
    nowhere = Source(document="", clause="", standing="open")
    if isinstance(value, Cell):
        return replace(value, source=nowhere, figure=None)
    if isinstance(value, NoAccount):
        return replace(value, source=nowhere)
    return value


@lru_cache(maxsize=1)
def _default_book() -> Book:
    return Book(load_shelf(Path(__file__).parent))


def load_book(root: Path | None = None) -> Book:
    """The book of the installed policy files, read once; or of another folder, read anew.

    Raises `PolicyError` with every problem of every file.
    """
    return _default_book() if root is None else Book(load_shelf(root))
