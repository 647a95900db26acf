"""The policy book: what the rules said in an area on a day, and which document says so.

Pure, without Django. `load_book()` reads the policy files once; `with_figures` lays the figures
that staff entered over them. An area's own figure goes first once it has begun, then its
province's, then the files: the area's, the province's, the national readings.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from policy import explaining
from policy.explaining import Change, Entry, diff
from policy.figures import FIGURE_KEYS, EnteredFigure, in_line, problems_of, validate_figure
from policy.keys import DEPOSIT_RATES, Key
from policy.loading import Shelf, load_shelf
from policy.lookup import Lookup
from policy.rules import Rules, build_rules
from policy.tariff import Cell, Gap, MemberMonth, NoAccount, Price, Tariff, Unpriced, has_account
from policy.values import (
    NATIONAL,
    Area,
    DepositRates,
    Document,
    NoRateInForceError,
    Outpatient,
    PolicyError,
    Premium,
    PremiumAmount,
    Problem,
    RatePeriod,
    RunLimits,
    Source,
    Terms,
    UnknownAreaError,
    Value,
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
    "NoRateInForceError",
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
    "UnknownAreaError",
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


class Book:
    """All policy files with the figures laid over them. Immutable; answers are kept."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._changes: dict[str, list[date]] = {}
        self._spans: dict[tuple[str, int], Rules] = {}
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

    @property
    def _shelf(self) -> Shelf:
        return self._lookup.shelf

    def count_of_values(self) -> int:
        """How many dated values, prices and exclusions the files hold."""
        return sum(
            sum(len(values) for values in file.values.values())
            + len(file.cells)
            + len(file.no_account)
            for file in self._shelf.files.values()
        )

    def problems_of(self, figure: EnteredFigure) -> list[str]:
        """Everything that keeps a figure from being laid over this book; empty where it fits.

        Ask before a figure is kept: `with_figures` refuses the whole set for one bad figure.
        """
        found = [problem.reason for problem in problems_of(figure)]
        known = {NATIONAL, *self.areas, *(area.province for area in self.areas.values())}
        if figure.scope not in known:
            found.append(f"{figure.scope} is no area or province of the policy files")
        return found

    def with_figures(self, figures: Iterable[EnteredFigure]) -> "Book":
        """This book's files with these figures, and no others, laid over them.

        Raises `PolicyError` for a figure that is not of its kind or not of a known scope.
        """
        figures = list(figures)
        problems = [
            Problem(f"figure {figure.id}", figure.scope, reason)
            for figure in figures
            for reason in self.problems_of(figure)
        ]
        if problems:
            raise PolicyError(problems)
        return Book(Lookup(shelf=self._shelf, lines=in_line(figures)))

    def rules(self, area: str, day: date) -> Rules:
        """Everything in force in an area on a day. Raises `UnknownAreaError`."""
        known = self._rules.get((area, day))
        if known is None:
            known = replace(self._span(area, day), day=day)
            if len(self._rules) >= CACHED:
                self._rules.clear()
            self._rules[area, day] = known
        return known

    def _span(self, area: str, day: date) -> Rules:
        """The rules of some day between the same two changes: all but the day is the same."""
        changes = self._changes.get(area)
        if changes is None:
            self._known(area)
            changes = self._changes[area] = self._lookup.changes(area)
        span = (area, bisect_right(changes, day))
        known = self._spans.get(span)
        if known is None:

            def find(key: Key[Any]) -> Value[Any] | None:
                return self._lookup.value(area, key.name, day)

            known = self._spans[span] = build_rules(area=area, day=day, find=find)
        return known

    def tariff(self, area: str, month: date) -> Tariff:
        """The price list by which an area credits the month that holds this day."""
        first = month.replace(day=1)
        known = self._tariffs.get((area, first))
        if known is None:
            self._known(area)
            known = self._lookup.tariff(area, first)
            if len(self._tariffs) >= CACHED:
                self._tariffs.clear()
            self._tariffs[area, first] = known
        return known

    def value(self, area: str, key: str, day: date) -> Value[Any] | None:
        """The value of one key in an area on a day, or None where none is in force."""
        return self._lookup.value(area, key, day)

    def deposit_rates(self, first: date, last: date) -> list[RatePeriod]:
        """The rates of the days from first to last, one period for each change between them.

        Raises `NoRateInForceError` where a day has none.
        """
        key = DEPOSIT_RATES.name
        sources = [figure.source for _, figure in self._lookup.figures(NATIONAL, key)]
        for file in self._lookup.files(NATIONAL):
            sources += [dated.source for dated in file.values.get(key, [])]
        starts = {first}
        for source in sources:
            edges = (source.begins, source.ends + ONE_DAY if source.ends else None)
            starts |= {start for start in edges if start is not None and first < start <= last}
        periods: list[RatePeriod] = []
        for start in sorted(starts):
            value: Value[DepositRates] | None = self.value(NATIONAL, key, start)
            if value is None:
                raise NoRateInForceError(f"no deposit rate is in force on {start.isoformat()}")
            if periods and periods[-1].source == value.source:
                continue
            if periods:
                periods[-1] = replace(periods[-1], last=start - ONE_DAY)
            periods.append(
                RatePeriod(
                    first=start,
                    last=last,
                    demand=value.value.demand,
                    three_month=value.value.three_month,
                    source=value.source,
                )
            )
        return periods

    def explain(self, area: str, day: date) -> list[Entry]:
        """All values in force in an area on a day, then the open figures, the prices of the month
        and who has no account; `diff` compares two such lists."""
        self._known(area)
        return explaining.explain(self._lookup, area, day)

    def assumptions(self, area: str) -> list[Entry]:
        """Everything that is assumed for an area on some day, in the order of the keys."""
        self._known(area)
        return explaining.assumptions(self._lookup, area)

    def expiring(self, area: str, day: date, within_days: int) -> list[Entry]:
        """What ends within so many days with nothing of its own scope after it, and what has
        ended already with nothing in its place; `source.ends` is the last day."""
        self._known(area)
        return explaining.expiring(self._lookup, area, day, within_days)

    def _known(self, area: str) -> None:
        if area not in self.areas:
            raise UnknownAreaError(f"no policy file lists the pooling area {area}")


@lru_cache(maxsize=1)
def _default_book() -> Book:
    return Book(Lookup(shelf=load_shelf(Path(__file__).parent)))


def load_book(root: Path | None = None) -> Book:
    """The book of the installed policy files, read once; or of another folder, read anew.

    Raises `PolicyError` with every problem of every file.
    """
    return _default_book() if root is None else Book(Lookup(shelf=load_shelf(root)))
