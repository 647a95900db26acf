"""The pictures and their tables: what each column and bar is, ready for the page and for files.

A picture is drawn by the server as bars of an SVG whose places are percentages, so that it needs no
script, fits every width and prints. Its table says the same and more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, pgettext

from policy.saying import place_words
from policy.words import REFUSALS

from .adding_up import AGES
from .sums import Care, Credits, Sums

NIL = Decimal(0)
#: Between two columns stays this share of a column's room.
_GAP = Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Series:
    """One part of a column: what it is called, how it is drawn, and whether it is yuan."""

    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the drawing, in percent of its width and height."""

    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its table. `unit`: yuan, bills or percent; `top`: the highest column."""

    name: str
    title: str
    note: str
    unit: str
    series: tuple[Series, ...]
    labels: tuple[str, ...]
    values: tuple[tuple[Decimal, ...], ...]
    bars: tuple[Bar, ...]
    top: Decimal

    @property
    def header(self) -> list[str]:
        """Return the titles of the table's columns."""
        first = gettext("Month")
        return [first, *(series.title for series in self.series)]

    @property
    def rows(self) -> list[tuple[str, tuple[Decimal, ...]]]:
        """Return the table: a label with its values."""
        return list(zip(self.labels, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a bar in each row: by area, by age, by code."""

    name: str
    title: str
    first: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Decimal | int | str, ...], str], ...]


def pictures_of(sums: Sums) -> list[Picture]:
    """Return the pictures by month."""
    months = sums.wish.months()
    labels = tuple(f"{month:%Y-%m}" for month in months)
    care = [sums.care_by_month.get(month, Care()) for month in months]
    credits_ = [sums.credits_by_month.get(month, Credits()) for month in months]

    def picture(
        name: str,
        title: str,
        unit: str,
        series: Sequence[Series],
        values: Callable[[int], Sequence[Decimal | int]],
        *,
        note: str = "",
    ) -> Picture:
        rows = tuple(
            tuple(Decimal(value) for value in values(place)) for place in range(len(months))
        )
        top = (
            Decimal(100) if unit == "percent" else max((sum(row, NIL) for row in rows), default=NIL)
        )
        bars = tuple(_bars(series, rows, top))
        return Picture(name, title, note, unit, tuple(series), labels, rows, bars, Decimal(top))

    return [
        picture(
            "credits",
            gettext("Credited"),
            "yuan",
            [Series(gettext("in work"), "self"), Series(gettext("retired"), "kin")],
            lambda at: (credits_[at].active, credits_[at].retired),
            note=gettext("By the month in which it was credited or paid out."),
        ),
        picture(
            "payers",
            gettext("Who paid the bills"),
            "yuan",
            [
                Series(gettext("pooled fund"), "fund"),
                Series(gettext("own account"), "self"),
                Series(gettext("shared accounts"), "kin"),
                Series(gettext("cash"), "cash"),
            ],
            lambda at: (care[at].pool, care[at].own, care[at].shared, care[at].cash),
        ),
        picture(
            "places",
            gettext("At home and elsewhere"),
            "bills",
            [
                Series(gettext("in the own area"), "fund"),
                Series(gettext("elsewhere in the province"), "other"),
                Series(gettext("in another province"), "cash"),
            ],
            lambda at: (care[at].home, care[at].province, care[at].away),
        ),
        picture(
            "first_level",
            gettext("First-level share of visits"),
            "percent",
            [Series(gettext("of visits to hospitals, in percent"), "fund")],
            lambda at: (percent(care[at].first_level, care[at].visits),),
            note=gettext("Visits to institutions of the first level or without one."),
        ),
        picture(
            "sharing",
            gettext("Use of sharing"),
            "yuan",
            [
                Series(gettext("from the own area"), "kin"),
                Series(gettext("from another area"), "self"),
            ],
            lambda at: (care[at].shared_local, care[at].shared_across),
        ),
        picture(
            "sharing_bills",
            gettext("Bills that relatives paid for"),
            "percent",
            [Series(gettext("of all bills, in percent"), "kin")],
            lambda at: (percent(care[at].shared_bills, care[at].bills),),
        ),
    ]


def percent(part: int, whole: int) -> Decimal:
    """Return a share in percent with one decimal; nil of nothing."""
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1")) if whole else NIL


def _bars(series: Sequence[Series], rows: Sequence[Sequence[Decimal]], top: Decimal) -> list[Bar]:
    """Lay columns side by side, the parts of each on one another."""
    if not rows or top <= 0:
        return []
    room = Decimal(100) / len(rows)
    width = room * (1 - _GAP)
    bars = []
    for place, row in enumerate(rows):
        reached = NIL
        for part, value in zip(series, row, strict=True):
            height = value * 100 / top
            reached += height
            if height > 0:
                left = place * room + room * _GAP / 2
                bars.append(Bar(part.kind, _p(left), _p(100 - reached), _p(width), _p(height)))
    return bars


def _p(value: Decimal) -> str:
    return f"{value:.2f}%"


def tables_of(sums: Sums) -> list[Table]:
    """Return the tables by area, by age and by code of refusal."""
    header = (
        gettext("Credited"),
        gettext("Pooled fund"),
        gettext("Own account"),
        gettext("Shared accounts"),
        gettext("Cash"),
        gettext("Bills"),
        gettext("Elsewhere, %"),
        gettext("First level, %"),
        gettext("Shared, %"),
    )

    def rows(keys: Sequence[Any], care: Any, credits_: Any, words: Callable[[Any], str]) -> Any:
        most = max((care.get(key, Care()).gross for key in keys), default=NIL) or Decimal(1)
        return tuple(
            (
                words(key),
                _row(care.get(key, Care()), credits_.get(key, Credits())),
                _p(care.get(key, Care()).gross * 100 / most),
            )
            for key in keys
        )

    most = max((number for _, number in sums.refusals), default=1)
    return [
        Table(
            "by_area",
            gettext("By area"),
            gettext("Pooling area"),
            header,
            rows(sums.wish.areas, sums.care_by_area, sums.credits_by_area, place_words),
        ),
        Table(
            "by_age",
            gettext("By age"),
            gettext("Age"),
            header,
            rows(AGES, sums.care_by_age, sums.credits_by_age, age_words),
        ),
        Table(
            "refusals",
            gettext("What was refused, by code"),
            gettext("Refusal"),
            (pgettext("how often", "Times"), pgettext("of a refusal", "Code")),
            tuple(
                (_refusal(code), (number, code), _p(Decimal(number) * 100 / most))
                for code, number in sums.refusals
            ),
        ),
    ]


def _row(care: Care, credits_: Credits) -> tuple[Decimal | int, ...]:
    return (
        credits_.amount,
        care.pool,
        care.own,
        care.shared,
        care.cash,
        care.bills,
        percent(care.province + care.away, care.bills),
        percent(care.first_level, care.visits),
        percent(care.shared_bills, care.bills),
    )


def _refusal(code: str) -> str:
    words = REFUSALS.get(code)
    return str(words.what) if words else code


def age_words(age_from: int) -> str:
    """Return an age group: `18 to 34`, `70 and over`."""
    place = AGES.index(age_from)
    if place + 1 == len(AGES):
        return gettext("%(age)s and over") % {"age": age_from}
    return gettext("%(first)s to %(last)s") % {"first": age_from, "last": AGES[place + 1] - 1}
