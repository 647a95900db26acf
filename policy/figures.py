"""Figures that staff enter, with their document, for an area, a province or the country.

They overlay the policy files: an area's own goes first once it has begun, then the province's, and
both go before what the files say, from their date on. Here is what may be entered and in what form.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from policy import keys, kinds
from policy.kinds import KindError
from policy.values import NATIONAL, Problem, Source


@dataclass(frozen=True, slots=True)
class EnteredFigure:
    """A figure as staff entered it; `value` is plain JSON, in the form that `FIGURE_KEYS` tells.

    `scope` is an area's code, a province's two digits or, for deposit rates, "00". `begins` None
    means from the beginning. `example` marks a figure made up for a demonstration.
    """

    id: int
    scope: str
    key: str
    value: Any
    begins: date | None = None
    ends: date | None = None
    document_title: str = ""
    document_number: str = ""
    document_date: date | None = None
    example: bool = False

    def source(self) -> Source:
        return Source(
            document=self.document_title,
            number=self.document_number,
            clause="",
            standing="example" if self.example else "stated",
            begins=self.begins,
            ends=self.ends,
            figure_id=self.id,
        )


def _read_premium_amount(raw: object) -> tuple[str, Any]:
    given = kinds.fields(raw, needed=("product", "amount", "opens", "closes"))
    product = kinds.part(given, "product", kinds.choice(*kinds.PRODUCTS))
    rest = {key: item for key, item in given.items() if key != "product"}
    return product, kinds.premium_amount(rest)


@dataclass(frozen=True, slots=True)
class FigureKey:
    """What may be entered under a key; `form` shows the JSON, `dated` ones need a first day."""

    name: str
    read: Callable[[object], Any]
    form: str
    dated: bool = False
    national: bool = False


FIGURE_KEYS: Mapping[str, FigureKey] = {
    item.name: item
    for item in (
        FigureKey("average_basic_pension", keys.AVERAGE_BASIC_PENSION.read, '"3600.00"'),
        FigureKey(
            "outpatient",
            kinds.outpatient,
            '{"active": {"deductible": {"1": "300", "2": "300", "3": "300"}, "ratio": {"1": "0.60",'
            ' "2": "0.55", "3": "0.50"}, "cap": "2000"}, "retired": {...}}',
            dated=True,
        ),
        FigureKey("family_premiums", keys.FAMILY_PREMIUMS.read, "false"),
        FigureKey("in_force_until", keys.IN_FORCE_UNTIL.read, '"2025-06-30"'),
        FigureKey("pooled_total_limit", keys.POOLED_TOTAL_LIMIT.read, '"400000.00"'),
        FigureKey(
            "premium_amount",
            _read_premium_amount,
            '{"product": "resident_insurance", "amount": "380.00", "opens": "2024-09-01",'
            ' "closes": "2024-12-31"}',
        ),
        FigureKey(
            "deposit_rates",
            keys.DEPOSIT_RATES.read,
            '{"demand": "0.0035", "three_month": "0.0110"}',
            dated=True,
            national=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """A figure that was read: `key` as in the policy files, with the product where there is one."""

    key: str
    value: Any
    source: Source


def validate_figure(key: str, value: object) -> list[str]:
    """What is wrong with a value entered under a key, in plain words; empty where it is right."""
    kind = FIGURE_KEYS.get(key)
    if kind is None:
        return [f"{key}: no such figure; there are {', '.join(FIGURE_KEYS)}"]
    try:
        kind.read(value)
    except KindError as error:
        return [f"{key}.{error.where}: {error.reason}" if error.where else f"{key}: {error.reason}"]
    return []


def validate_scope(key: str, scope: str) -> list[str]:
    """What is wrong with entering this key for this scope, by form; empty where it is right."""
    kind = FIGURE_KEYS.get(key)
    if kind is not None and kind.national != (scope == NATIONAL):
        return [
            f"{key}: is one for the whole country, enter it for {NATIONAL}"
            if kind.national
            else f"{key}: is of an area or a province, not of the whole country"
        ]
    if not re.fullmatch(r"\d{2}|\d{6}", scope):
        return [f"{scope!r} is neither a six-digit area nor a two-digit province"]
    return []


def problems_of(figure: EnteredFigure) -> list[Problem]:
    """Everything that keeps a figure from being used."""
    found = validate_figure(figure.key, figure.value) + validate_scope(figure.key, figure.scope)
    kind = FIGURE_KEYS.get(figure.key)
    if kind is not None and kind.dated and figure.begins is None:
        found.append(f"{figure.key}: needs the day from which it is in force")
    if figure.begins and figure.ends and figure.ends < figure.begins:
        found.append(f"{figure.key}: ends before it begins")
    return [Problem(file=f"figure {figure.id}", key=figure.scope, reason=text) for text in found]


def in_line(figures: Iterable[EnteredFigure]) -> dict[str, dict[str, tuple[ReadFigure, ...]]]:
    """Valid figures by scope and key, newest first, each ended by the one that follows it.

    Of two that begin on the same day the one entered later (with the higher id) stands.
    """
    sorted_in: dict[tuple[str, str], list[tuple[EnteredFigure, Any]]] = {}
    for figure in figures:
        value = FIGURE_KEYS[figure.key].read(figure.value)
        key = figure.key
        if key == "premium_amount":
            product, value = value
            key = f"{key}.{product}"
        sorted_in.setdefault((figure.scope, key), []).append((figure, value))
    lines: dict[str, dict[str, tuple[ReadFigure, ...]]] = {}
    for (scope, key), entered in sorted_in.items():
        entered.sort(key=lambda pair: (pair[0].begins or date.min, pair[0].id), reverse=True)
        line: list[ReadFigure] = []
        follower: date | None = None
        for figure, value in entered:
            source = figure.source()
            if follower is not None:
                if (figure.begins or date.min) == follower:
                    # Replaced on its own first day by one that was entered after it.
                    continue
                last = follower - timedelta(days=1)
                if source.ends is None or source.ends > last:
                    source = replace(source, ends=last)
            line.append(ReadFigure(key=key, value=value, source=source))
            follower = figure.begins or date.min
        lines.setdefault(scope, {})[key] = tuple(line)
    return lines
