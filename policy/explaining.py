"""What a book says of an area, for people: all values of a day, what is assumed, what runs out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from policy.keys import DEPOSIT_RATES, KEYS
from policy.lookup import Lookup
from policy.tariff import Cell, NoAccount
from policy.values import NATIONAL, Source, Value, covered, holds_on

ONE_DAY = timedelta(days=1)


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


def explain(lookup: Lookup, area: str, day: date) -> list[Entry]:
    """All values in force, then the open figures, the prices and who has no account."""
    entries = [Entry(key, value.value, value.source) for key, value in _values(lookup, area, day)]
    found = {entry.key for entry in entries}
    for file in lookup.files(area):
        for key, source in file.open.items():
            if key not in found:
                found.add(key)
                entries.append(Entry(key=key, value=None, source=source))
    tariff = lookup.tariff(area, day.replace(day=1))
    entries += [Entry(f"tariff.{cell.who.name}", cell, cell.source) for cell in tariff.cells]
    entries += [Entry(f"tariff.{gap.who.name}", None, gap.source) for gap in tariff.gaps]
    entries += [Entry(f"no_account.{rule.name}", rule, rule.source) for rule in tariff.no_account]
    return entries


def _values(lookup: Lookup, area: str, day: date) -> Iterator[tuple[str, Value[Any]]]:
    for key in KEYS:
        value = lookup.value(NATIONAL if key == DEPOSIT_RATES.name else area, key, day)
        if value is not None:
            yield key, value


def assumptions(lookup: Lookup, area: str) -> list[Entry]:
    """Everything that is assumed for an area on some day, in the order of the keys."""
    found: list[Entry] = []
    for key in KEYS:
        above: list[Source] = []
        for file in lookup.files(area):
            values = file.values.get(key, [])
            found += [
                Entry(key, dated.value, dated.source)
                for dated in values
                if not covered(above, dated.source)
            ]
            above += [dated.source for dated in values]
    found += [
        Entry(f"tariff.{row.cell.who.name}", row.cell, row.source) for row in lookup.rows(area)
    ]
    rules: dict[str, NoAccount] = {}
    for file in lookup.files(area):
        for row in file.no_account:
            rules.setdefault(row.rule.name, row.rule)
    found += [Entry(f"no_account.{name}", rule, rule.source) for name, rule in rules.items()]
    return [entry for entry in found if entry.source.standing == "assumed"]


def expiring(lookup: Lookup, area: str, day: date, within_days: int) -> list[Entry]:
    """What ends within so many days with nothing of its own scope after it, and what has ended
    already with nothing in its place; `source.ends` is the last day."""
    limit = day + timedelta(days=within_days)
    found: list[Entry] = []
    for key in KEYS:
        latest = _latest(lookup, area, key, day)
        ends = latest[1].source.ends if latest else None
        if latest is None or ends is None or ends > limit:
            continue
        scope, value = latest
        after = lookup.find(area, key, max(ends + ONE_DAY, day))
        if after is None or (ends >= day and after[0] != scope):
            found.append(Entry(key, value.value, value.source))
    rows = [lookup.row_on(area, row, day) for row in lookup.rows(area)]
    for row in rows:
        ends = row.source.ends
        if ends is not None and ends <= limit and not any(
            other.cell.who.overlaps(row.cell.who) and holds_on(other.source, ends + ONE_DAY)
            for other in rows
        ):  # fmt: skip
            found.append(Entry(f"tariff.{row.cell.who.name}", row.cell, row.source))
    return found


def _latest(lookup: Lookup, area: str, key: str, day: date) -> tuple[str, Value[Any]] | None:
    """The value of the day or, where there is none, the last that was in force before it."""
    found = lookup.find(area, key, day)
    if found is not None:
        return found
    sources = [figure.source for _, figure in lookup.figures(area, key)]
    for file in lookup.files(area):
        for dated in file.values.get(key, []):
            prolonged = lookup.prolonged(area, dated.source, day)
            sources.append(prolonged if dated.until_notice else dated.source)
    past = [source.ends for source in sources if source.ends is not None and source.ends < day]
    return lookup.find(area, key, max(past)) if past else None


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
