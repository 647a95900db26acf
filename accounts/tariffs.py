"""The tariffs of a run, as the data that its SQL joins with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policy.book import Book
from policy.tariff import Tariff


@dataclass
class TariffSheet:
    """The tariffs that a run has used so far, as the data that the SQL joins with."""

    book: Book
    tariffs: dict[tuple[str, date], Tariff] = field(default_factory=dict)

    def add(self, area: str, month: date) -> None:
        """Work out the tariff of a month in an area, once."""
        if (area, month) not in self.tariffs:
            self.tariffs[area, month] = self.book.tariff(area, month)

    def parameters(self) -> dict[str, str]:
        """Return pairs, cells, bars and gaps as JSON texts."""
        pairs: list[dict[str, Any]] = []
        cells: list[dict[str, Any]] = []
        bars: list[dict[str, Any]] = []
        gaps: list[dict[str, Any]] = []
        for (area, month), tariff in self.tariffs.items():
            at = {"area": area, "month": month.isoformat()}
            pairs.append({**at, "earlier_year": tariff.earlier_total_year})
            cells += [
                {
                    **at,
                    **_who(cell.who),
                    "place": place,
                    "rate_of_base": str(cell.rate_of_base),
                    "flat": str(cell.flat),
                    "per_year_of_age": str(cell.per_year_of_age),
                    "divisor": cell.earlier_total_divisor,
                    "by_combined_years": cell.by_combined_years,
                }
                for place, cell in enumerate(tariff.cells)
            ]
            bars += [
                {
                    **at,
                    "scheme": bar.scheme,
                    "retired": bar.retired,
                    "employment": bar.employment,
                    "mode": bar.mode,
                    "without_combined_year": bar.without_combined_year,
                    "with_pool_only_years": bar.with_pool_only_years,
                }
                for bar in tariff.no_account
            ]
            gaps += [{**at, **_who(gap.who), "reason": gap.reason} for gap in tariff.gaps]
        return {
            "pairs": json.dumps(pairs),
            "cells": json.dumps(cells),
            "bars": json.dumps(bars),
            "gaps": json.dumps(gaps),
        }

    def class_of(self, area: str, month: date, place: int) -> str:
        """Return the name of whom a price is for."""
        return self.tariffs[area, month].cells[place].who.name

    def as_policy(self) -> dict[str, Any]:
        """Return the prices with their sources, as the run keeps them."""
        return {
            f"{area}/{month:%Y-%m}": [
                {
                    "who": cell.who.name,
                    "rate_of_base": str(cell.rate_of_base),
                    "flat": str(cell.flat),
                    "per_year_of_age": str(cell.per_year_of_age),
                    "earlier_total_divisor": cell.earlier_total_divisor,
                    "by_combined_years": cell.by_combined_years,
                    "source": cell.source.as_json(),
                    "figure": cell.figure.as_json() if cell.figure else None,
                }
                for cell in tariff.cells
            ]
            for (area, month), tariff in sorted(self.tariffs.items())
        }


def priced_in(policy: dict[str, Any]) -> list[tuple[str, date]]:
    """Return the areas and months whose prices a run keeps."""
    pairs = [key.partition("/") for key in policy if "/" in key]
    return [(area, date.fromisoformat(f"{month}-01")) for area, _, month in pairs]


def _who(who: Any) -> dict[str, Any]:
    return {
        "retired": who.retired,
        "employment": who.employment,
        "modes": sorted(who.modes) if who.modes is not None else None,
        "age_from": who.age_from,
        "age_below": who.age_below,
    }
