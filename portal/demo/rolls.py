"""The rolls that other offices send, through their importers; contributions month by month."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.imports.contributions import ROLL
from members.months import first_of, months_after
from record.imports import Context, Roll, run_import, write_csv

from .people import Someone, contributions_of
from .world import IMPORT, DemoError, World

#: Every so many persons, one has a base that is corrected some months later.
_CORRECTED_EVERY = 67
_Row = tuple[Someone, date, Decimal, date, bool]


def take_in(*, roll: Roll, rows: Sequence[Sequence[object]], name: str, day: date) -> int:
    """Send a roll in as its file; return how many rows were taken in. Raises DemoError."""
    header = [column.title for column in roll.columns]
    file = io.BytesIO(write_csv(header, iter(rows)))
    report = run_import(roll=roll, file=file, name=name, context=Context(day=day, actor=IMPORT))
    if report.bad:
        raise DemoError(f"{name} has bad rows: {[bad.cells() for bad in report.bad[:3]]}")
    return report.done


@dataclass
class Contributions:
    """All that will be paid, by the month in which it is paid."""

    world: World
    _by_month: dict[date, list[_Row]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for person in self.world.people:
            rng = self.world.chance(f"contributions {person.place}")
            paid = contributions_of(person, rng=rng, today=self.world.today)
            for month, base, paid_on in paid:
                self._add(person, month, base, paid_on, paid_on, correction=False)
            if person.place % _CORRECTED_EVERY == 50 and len(paid) > 20:
                month, base, paid_on = paid[12]
                # A few were too high: what was credited too much waits for a second person.
                factor = Decimal("0.95") if person.place % 2 else Decimal("1.08")
                right = (base * factor).quantize(Decimal(1))
                self._add(person, month, right, paid_on, months_after(month, 4), correction=True)

    def _add(
        self,
        person: Someone,
        month: date,
        base: Decimal,
        paid_on: date,
        sent: date,
        *,
        correction: bool,
    ) -> None:
        row = (person, month, base, paid_on, correction)
        self._by_month.setdefault(first_of(sent), []).append(row)

    def take_in(self, month: date, day: date) -> None:
        """Take in the roll of a month as it is known on a day."""
        rows = [
            (person.id_number, f"{due:%Y-%m}", base, paid_on, "是" if correction else "否")
            for person, due, base, paid_on, correction in self._by_month.get(month, [])
            if self.world.is_here(person)
        ]
        if not rows:
            return
        name = f"contributions-{month:%Y-%m}-{self.world.half + 1}.csv"
        self.world.done["contributions"] += take_in(roll=ROLL, rows=rows, name=name, day=day)
