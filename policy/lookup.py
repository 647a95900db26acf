"""Finding the value of a key on a day: figures before files, the area before its province.

The order: an area's own figure once it has begun, its province's figure, then the files of the
area, of the province and of the country.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from policy.figures import ReadFigure
from policy.keys import AVERAGE_BASIC_PENSION, IN_FORCE_UNTIL
from policy.loading import Shelf
from policy.prices import CellRow
from policy.schema import PolicyFile
from policy.tariff import Cell, Gap, NoAccount, Tariff
from policy.values import NATIONAL, Dated, Source, Value, holds_on

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Lookup:
    """The files and the figures laid over them, by scope and key, newest figure first."""

    shelf: Shelf
    lines: Mapping[str, Mapping[str, tuple[ReadFigure, ...]]] = field(default_factory=dict)

    def scopes(self, area: str) -> tuple[str, ...]:
        """The scopes that give an area its values, nearest first."""
        return (NATIONAL,) if area == NATIONAL else (area, area[:2], NATIONAL)

    def files(self, area: str) -> Iterator[PolicyFile]:
        """The files of an area, nearest first."""
        files = self.shelf.files
        return (files[scope] for scope in self.scopes(area) if scope in files)

    def figures(self, area: str, key: str) -> Iterator[tuple[str, ReadFigure]]:
        """The figures of a key with their scope, in the order in which they go."""
        for scope in self.scopes(area):
            for figure in self.lines.get(scope, {}).get(key, ()):
                yield scope, figure

    def find(self, area: str, key: str, day: date) -> tuple[str, Value[Any]] | None:
        """The value of a key on a day with the scope that gave it, or None."""
        for scope, figure in self.figures(area, key):
            if holds_on(figure.source, day):
                return scope, Value(value=figure.value, source=figure.source)
        for file in self.files(area):
            values = file.values.get(key)
            found = self._in_file(area, values, day) if values else None
            if found is not None:
                return file.scope, found
        return None

    def changes(self, area: str) -> list[date]:
        """The days on which something of an area may begin or have ended, in order.

        Between two of them every value and its source stay the same.
        """
        sources = [
            dated.source
            for file in self.files(area)
            for values in file.values.values()
            for dated in values
        ]
        days: set[date] = set()
        for scope in self.scopes(area):
            for key, figures in self.lines.get(scope, {}).items():
                sources += [figure.source for figure in figures]
                if key == IN_FORCE_UNTIL.name:
                    days |= {figure.value + ONE_DAY for figure in figures}
        days |= {source.begins for source in sources if source.begins}
        days |= {source.ends + ONE_DAY for source in sources if source.ends}
        return sorted(days)

    def value(self, area: str, key: str, day: date) -> Value[Any] | None:
        """The value of a key on a day, or None."""
        found = self.find(area, key, day)
        return found[1] if found else None

    def _in_file(self, area: str, values: list[Dated], day: date) -> Value[Any] | None:
        """One file's value: what holds by its own dates goes before what is prolonged."""
        by_own_dates = [dated for dated in values if dated.holds_on(day)]
        for dated in by_own_dates or values:
            if dated.until_notice:
                source = self.prolonged(area, dated.source, day)
                if holds_on(source, day):
                    return Value(value=dated.value, source=source)
            elif dated in by_own_dates:
                return Value(value=dated.value, source=dated.source)
        return None

    def prolonged(self, area: str, source: Source, day: date) -> Source:
        """The source of a value that ends with its notice, as the figure of the day prolongs it."""
        figure = next(
            (item for _, item in self.figures(area, IN_FORCE_UNTIL.name) if
             holds_on(item.source, day)), None
        )  # fmt: skip
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

    def rows(self, area: str) -> list[CellRow]:
        """The price rows of the area's own file or, where it has none, of its province's."""
        return next((file.cells for file in self.files(area) if file.cells), [])

    def row_on(self, area: str, row: CellRow, day: date) -> CellRow:
        """A price row with the dates that it has as seen on a day."""
        if not row.until_notice:
            return row
        return row.with_source(self.prolonged(area, row.source, day))

    def tariff(self, area: str, first: date) -> Tariff:
        """The price list of the month that begins on this day."""
        rows = self._rows_in_force(area, first)
        pension = self.value(area, AVERAGE_BASIC_PENSION.name, first)
        cells: list[Cell] = []
        gaps: list[Gap] = []
        for row in rows:
            cell = row.cell
            if row.share_of_pension is not None:
                if pension is None:
                    reason = f"{AVERAGE_BASIC_PENSION.name}_missing"
                    gaps.append(Gap(who=cell.who, reason=reason, source=cell.source))
                    continue
                flat = cell.flat + row.share_of_pension * pension.value
                cell = replace(cell, flat=flat, figure=pension.source)
            cells.append(cell)
        return Tariff(
            area=area,
            month=first,
            cells=tuple(cells),
            gaps=tuple(gaps),
            no_account=self._no_account(area, first),
            earlier_total_year=next(
                (row.earlier_total_year for row in rows if row.earlier_total_year), None
            ),
        )

    def _rows_in_force(self, area: str, first: date) -> list[CellRow]:
        """The rows of a month; a prolonged one gives way to one that holds by its own dates."""
        all_rows = self.rows(area)
        own = [row for row in all_rows if holds_on(row.source, first)]
        seen = [self.row_on(area, row, first) for row in all_rows if row not in own]
        return [self.row_on(area, row, first) for row in own] + [
            row
            for row in seen
            if holds_on(row.source, first)
            and not any(row.cell.who.overlaps(other.cell.who) for other in own)
        ]

    def _no_account(self, area: str, day: date) -> tuple[NoAccount, ...]:
        """The rules by which somebody has no account, each once, by the nearest source."""
        found: dict[str, NoAccount] = {}
        for file in self.files(area):
            for row in file.no_account:
                if holds_on(row.source, day):
                    found.setdefault(row.rule.name, row.rule)
        return tuple(found.values())
