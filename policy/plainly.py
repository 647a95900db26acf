"""What a rule says, in sentences, for members: `Book.explain` for who never reads a policy file.

Staff pages say the same in few words (`policy.saying`).

One row is one thing that a reader can understand at once: the prices of a month are one row, and
so are those who have no account. Nothing is worked out: the figures are those of the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext

from policy import sentences
from policy.explaining import Change, Entry
from policy.saying import percent, yuan
from policy.tariff import Cell, NoAccount, Who
from policy.text import Words, words_of
from policy.values import DepositRates, Outpatient, Premium, PremiumAmount, RunLimits, Source, Terms

#: Keys whose entries come in several parts that only make sense together.
_TOGETHER = ("tariff", "no_account")


@dataclass(frozen=True, slots=True)
class Said:
    """One row: what it is called, what it means, what it says, and the entries it rests on."""

    key: str
    words: Words
    lines: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return the sources of the row, each once."""
        sources = [entry.source for entry in self.entries]
        sources += [
            entry.value.figure
            for entry in self.entries
            if isinstance(entry.value, Cell) and entry.value.figure is not None
        ]
        return tuple(dict.fromkeys(sources))

    @property
    def is_open(self) -> bool:
        """Whether nobody has entered the figure yet."""
        return all(entry.value is None for entry in self.entries)


def row_of(key: str) -> str:
    """Return the key of the row that an entry belongs to."""
    first = key.partition(".")[0]
    return first if first in _TOGETHER else key


def say(entries: Iterable[Entry], *, area_name: Callable[[str], str]) -> dict[str, Said]:
    """Put the entries of an explanation into rows, in their order."""
    rows: dict[str, list[Entry]] = {}
    for entry in entries:
        rows.setdefault(row_of(entry.key), []).append(entry)
    return {
        key: Said(
            key=key,
            words=words_of(key),
            lines=tuple(line for entry in parts for line in lines_of(entry, area_name=area_name)),
            entries=tuple(parts),
        )
        for key, parts in rows.items()
    }


def absent(key: str) -> str:
    """Return what it means that an area has no value of a key on a day."""
    words = sentences.ABSENT.get(key) or sentences.ABSENT.get(key.partition(".")[0])
    return str(words) if words else gettext("no rule in force on this day")


def changed_rows(changes: Iterable[Change]) -> frozenset[str]:
    """Return the keys of the rows in which something differs."""
    return frozenset(row_of(change.key) for change in changes)


def lines_of(entry: Entry, *, area_name: Callable[[str], str]) -> tuple[str, ...]:
    """Return what one entry says, a sentence or two."""
    value = entry.value
    if value is None:
        return _nothing_yet(entry)
    if entry.key == "home_areas":
        others = [area_name(code) for code in value if code != "own"]
        return (_listed([gettext("one's own area"), *others]),)
    said = sentences.SENTENCES.get(entry.key)
    if said is not None and isinstance(value, bool | str):
        return (str(said[value]),)
    for kind, speak in _KINDS:
        if isinstance(value, kind):
            return speak(value)
    return (_plain(entry.key, value),)


def _nothing_yet(entry: Entry) -> tuple[str, ...]:
    if entry.key.startswith("tariff."):
        return (gettext("A figure for this is open, and nobody has entered it yet."),)
    return (gettext("The documents leave it open, and nobody has entered it yet."),)


def _plain(key: str, value: Any) -> str:
    """Say a number, an amount, a day, or a list of words."""
    if isinstance(value, Decimal):
        return percent(value) if key.endswith("ratio") else yuan(value)
    if isinstance(value, int):
        unit = sentences.COUNTED.get(key)
        return str(unit) % {"count": value} if unit else str(value)
    if isinstance(value, frozenset | tuple):
        words: Mapping[str, str | Promise] = sentences.LISTED
        parts = value if isinstance(value, tuple) else sorted(value, key=list(words).index)
        joiner = pgettext("in this order", ", then ") if isinstance(value, tuple) else None
        said = [str(words.get(part, part)) for part in parts]
        if not said:
            return gettext("nothing")
        return joiner.join(said) if joiner else _listed(said)
    return str(value)


def _outpatient(value: Outpatient) -> tuple[str, ...]:
    return (
        *_terms(value.active, gettext("Working")),
        *_terms(value.retired, gettext("Retired")),
    )


def _terms(terms: Terms, who: str) -> tuple[str, ...]:
    return (
        gettext("%(who)s: deductible %(deductible)s")
        % {"who": who, "deductible": _by_level(terms.deductible, yuan)},
        gettext("%(who)s: after that the fund pays %(ratio)s")
        % {"who": who, "ratio": _by_level(terms.ratio, percent)},
        gettext("%(who)s: at most %(cap)s a year") % {"who": who, "cap": yuan(terms.cap)},
    )


def _by_level(figures: Mapping[int, Decimal], write: Callable[[Decimal], str]) -> str:
    """Say a figure of each level; one that is the same everywhere is said once."""
    if len(set(figures.values())) == 1:
        return write(next(iter(figures.values())))
    return _listed(
        gettext("%(figure)s at level %(level)s") % {"figure": write(figure), "level": level}
        for level, figure in sorted(figures.items())
    )


def _cell(cell: Cell) -> tuple[str, ...]:
    parts = []
    if cell.rate_of_base:
        parts.append(gettext("%(rate)s of the base") % {"rate": percent(cell.rate_of_base)})
    if cell.flat:
        parts.append(yuan(cell.flat))
    if cell.per_year_of_age:
        parts.append(
            gettext("%(amount)s for each year of age") % {"amount": yuan(cell.per_year_of_age)}
        )
    if cell.earlier_total_divisor:
        parts.append(
            gettext("what was credited in the year before the reform, divided by %(number)s")
            % {"number": cell.earlier_total_divisor}
        )
    whole = pgettext("between parts of a sum", " + ").join(parts)
    if cell.by_combined_years:
        whole = gettext("%(amount)s; with years in both modes, by the share of combined ones") % {
            "amount": whole
        }
    return (gettext("%(who)s: %(amount)s a month") % {"who": who_words(cell.who), "amount": whole},)


def who_words(who: Who) -> str:
    """Say whom a price is for: `employed, 35 to below 45`."""
    parts = [gettext("retired") if who.retired else gettext("working")]
    if who.employment:
        parts.append(str(sentences.LISTED[who.employment]))
    if who.modes and len(who.modes) == 1:
        parts.append(str(sentences.LISTED[next(iter(who.modes))]))
    if who.age_from is not None and who.age_below is not None:
        parts.append(
            gettext("from %(low)s to below %(high)s years old")
            % {"low": who.age_from, "high": who.age_below}
        )
    elif who.age_from is not None:
        parts.append(gettext("%(low)s years old or more") % {"low": who.age_from})
    elif who.age_below is not None:
        parts.append(gettext("under %(high)s years old") % {"high": who.age_below})
    return _listed(parts)


def _no_account(rule: NoAccount) -> tuple[str, ...]:
    parts = []
    if rule.scheme == "resident":
        parts.append(gettext("in residents' insurance"))
    if rule.retired is not None:
        parts.append(gettext("retired") if rule.retired else gettext("working"))
    parts += [str(sentences.LISTED[word]) for word in (rule.employment, rule.mode) if word]
    if rule.with_pool_only_years:
        parts.append(gettext("with years in pool-only mode"))
    if rule.without_combined_year:
        parts.append(gettext("without a year in combined mode"))
    return (_listed(parts),)


def _premium(value: Premium) -> tuple[str, ...]:
    if value.own and value.relatives:
        return (gettext("from one's own account and from relatives' accounts"),)
    if value.own:
        return (gettext("from one's own account"),)
    return (
        gettext("from relatives' accounts") if value.relatives else gettext("not from accounts"),
    )


def _premium_amount(value: PremiumAmount) -> tuple[str, ...]:
    return (
        gettext("%(amount)s, collected from %(opens)s to %(closes)s")
        % {
            "amount": yuan(value.amount),
            "opens": value.opens.isoformat(),
            "closes": value.closes.isoformat(),
        },
    )


def _rates(value: DepositRates) -> tuple[str, ...]:
    return (
        gettext("this year's money: %(rate)s a year (demand deposit)")
        % {"rate": percent(value.demand)},
        gettext("earlier years' money: %(rate)s a year (three months' deposit)")
        % {"rate": percent(value.three_month)},
    )


def _limits(value: RunLimits) -> tuple[str, ...]:
    return (
        gettext("total within %(amount)s of the month before, members within %(members)s")
        % {"amount": percent(value.amount_change), "members": percent(value.members_change)},
    )


_KINDS: tuple[tuple[type, Callable[[Any], tuple[str, ...]]], ...] = (
    (Outpatient, _outpatient),
    (Cell, _cell),
    (NoAccount, _no_account),
    (Premium, _premium),
    (PremiumAmount, _premium_amount),
    (DepositRates, _rates),
    (RunLimits, _limits),
)


def _listed(parts: Iterable[str]) -> str:
    return pgettext("between items of a list", ", ").join(parts)
