"""Crediting: a month's run over an area's members, set-based and resumable (rules 3).

A run has chunks; a chunk is one transaction of a few statements over thousands of persons and is
posted once. Whatever interrupts a run, posting it again goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from members.months import first_of
from policy.book import Book
from policy.queries import current_book
from policy.refusals import refuse
from policy.tariff import Tariff
from record.operations import Actor, audit, operation

from . import ledger
from .models import Chunk, Credit, LedgerAccount, Run, SkippedMonth
from .runs import ZERO, close_chunk, cut_into_chunks, finish, lock_chunk_accounts, next_chunk


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
        pairs, cells, bars, gaps = [], [], [], []
        for (area, month), tariff in self.tariffs.items():
            at = {"area": area, "month": month.isoformat()}
            pairs.append({**at, "earlier_year": tariff.earlier_total_year})
            for place, cell in enumerate(tariff.cells):
                cells.append(
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
                )
            for bar in tariff.no_account:
                bars.append(
                    {
                        **at,
                        "scheme": bar.scheme,
                        "retired": bar.retired,
                        "employment": bar.employment,
                        "mode": bar.mode,
                        "without_combined_year": bar.without_combined_year,
                        "with_pool_only_years": bar.with_pool_only_years,
                    }
                )
            for gap in tariff.gaps:
                gaps.append({**at, **_who(gap.who), "reason": gap.reason})
        return {
            "pairs": json.dumps(pairs),
            "cells": json.dumps(cells),
            "bars": json.dumps(bars),
            "gaps": json.dumps(gaps),
        }

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


def _who(who: Any) -> dict[str, Any]:
    return {
        "retired": who.retired,
        "employment": who.employment,
        "modes": sorted(who.modes) if who.modes is not None else None,
        "age_from": who.age_from,
        "age_below": who.age_below,
    }


@operation
def open_credit_run(
    *, area: str, month: date, day: date, actor: Actor, state: str = Run.State.POSTING
) -> Run:
    """Open the run of a month and cut it into chunks. Refused: month_not_begun.

    A run of the same month that is still open is returned instead: it is to be gone on with.
    """
    if month > first_of(day):
        raise refuse("month_not_begun")
    run = Run.objects.filter(
        kind=Run.Kind.CREDIT,
        area=area,
        period=month,
        state__in=[Run.State.PREPARED, Run.State.POSTING],
    ).first()
    if run is None:
        run = Run.objects.create(
            kind=Run.Kind.CREDIT,
            area=area,
            period=month,
            day=day,
            state=state,
            started_by_id=actor.user_id,
        )
        cut_into_chunks(run)
        audit(actor=actor, verb="accounts.credit", area=area, record=f"run:{run.pk}")
    return run


def credit(*, area: str, month: date, day: date, actor: Actor) -> Any:
    """Credit a month in an area from beginning to end: the run, or a Refusal (month_not_begun)."""
    run = open_credit_run(area=area, month=month, day=day, actor=actor)
    if not isinstance(run, Run):
        return run
    for _ in post_credit_run(run):
        pass
    return run


def post_credit_run(run: Run) -> Iterator[Chunk]:
    """Post the chunks of a run that are not posted yet, one by one, and finish it.

    Yields each chunk after its commit. Several workers may post one run side by side: a chunk
    that another one holds is passed over.
    """
    sheet = TariffSheet(current_book())
    sheet.add(run.area, run.period)
    while (chunk := _post_next(run, sheet)) is not None:
        yield chunk
    finish(run, policy=sheet.as_policy())


def _post_next(run: Run, sheet: TariffSheet) -> Chunk | None:
    with transaction.atomic():
        chunk = next_chunk(run)
        if chunk is None:
            return None
        lock_chunk_accounts(chunk)
        _credit_chunk(run, chunk, sheet)
        close_chunk(chunk)
        return chunk


def _credit_chunk(run: Run, chunk: Chunk, sheet: TariffSheet) -> None:
    disburse = sheet.book.rules(run.area, run.day).account_use.value == "disbursed"
    keys = {
        "fund": ledger.area_key(LedgerAccount.Kind.CONTRIBUTIONS, run.area),
        "bank": ledger.area_key(LedgerAccount.Kind.BANK, run.area),
    }
    ids = ledger.account_ids(keys.values())
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                _credit_sql(),
                {
                    **sheet.parameters(),
                    **{name: ids[key] for name, key in keys.items()},
                    "area": run.area,
                    "month": run.period,
                    "day": run.day,
                    "year": run.day.year,
                    "after": chunk.after_person,
                    "through": chunk.through_person,
                    "run": run.pk,
                    "disburse": disburse,
                },
            )
            done, amount, priced, skipped, missing = cursor.fetchone() or (0, ZERO, 0, "{}", "[]")
        skipped, missing = json.loads(skipped), json.loads(missing)
        chunk.done += done
        chunk.amount += amount
        chunk.expected += priced
        if priced > done:
            chunk.skipped["credited_meanwhile"] = (
                chunk.skipped.get("credited_meanwhile", 0) + priced - done
            )
        if not missing:
            # What cannot be credited comes up each time; it counts once, in the last round.
            for reason, number in skipped.items():
                chunk.skipped[reason] = number
                chunk.expected += number
            return
        for area, month in missing:
            sheet.add(area, date.fromisoformat(month))


@cache
def _credit_sql() -> str:
    return (Path(__file__).parent / "sql" / "credit_chunk.sql").read_text()


def credited_in(run: Run) -> dict[int, Decimal]:
    """Return what a run credited or disbursed, by person id."""
    return dict(
        Credit.objects.filter(run=run)
        .values_list("person_id")
        .annotate(total=Sum("amount"))
        .order_by("person_id")
    )


def skipped_in(run: Run) -> Iterable[tuple[int, date, str]]:
    """Return the months that a run left to staff: person id, month, reason."""
    return SkippedMonth.objects.filter(run=run).values_list("person_id", "month", "reason")
