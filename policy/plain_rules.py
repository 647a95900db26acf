"""Plain rules that staff look by (the watch, the after-check): thresholds as data, and words.

A file names each rule once: its thresholds, who may change them (`decided_by`), and in a sentence
what it looks for (`note`, `note_zh`). No notice gives these figures, so each is assumed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from .sourcing import DECIDERS
from .strictyaml import read_yaml

_WORDS = ("decided_by", "note", "note_zh")


class PlainRulesError(Exception):
    """The file of rules cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class PlainRule:
    """A rule: its name, its thresholds, who may change them, and what it looks for."""

    name: str
    thresholds: Mapping[str, int | str]
    decided_by: str
    note: str
    note_zh: str

    @property
    def meaning(self) -> str:
        """What the rule looks for, in the reader's language."""
        return self.note_zh if (get_language() or "").startswith("zh") else self.note

    def parameters(self) -> dict[str, Any]:
        """Return the thresholds as a statement takes them."""
        return {
            name: Decimal(value) if isinstance(value, str) else value
            for name, value in self.thresholds.items()
        }


def read_plain_rules(file: Path, *, names: Collection[str]) -> dict[str, PlainRule]:
    """Read a file that has exactly the rules of these names. Raises PlainRulesError."""
    raw, problems = read_yaml(file, name=file.name)
    if problems:
        raise PlainRulesError("; ".join(map(str, problems)))
    if not isinstance(raw, Mapping) or set(raw) != set(names):
        raise PlainRulesError(f"{file.name} must have exactly the rules {', '.join(names)}")
    return {str(name): _read(str(name), given) for name, given in raw.items()}


def _read(name: str, given: object) -> PlainRule:
    if not isinstance(given, Mapping) or any(not given.get(word) for word in _WORDS):
        raise PlainRulesError(f"{name}: give {', '.join(_WORDS)}")
    if given["decided_by"] not in DECIDERS:
        raise PlainRulesError(f"{name}.decided_by is not one of {', '.join(DECIDERS)}")
    thresholds: dict[str, int | str] = {}
    for key, value in given.items():
        if key in _WORDS:
            continue
        number = isinstance(value, int) and not isinstance(value, bool)
        if not number and not isinstance(value, str | Decimal):
            raise PlainRulesError(f"{name}.{key} is no number")
        thresholds[str(key)] = value if number else str(Decimal(str(value)))
    return PlainRule(
        name=name,
        thresholds=thresholds,
        decided_by=str(given["decided_by"]),
        note=str(given["note"]),
        note_zh=str(given["note_zh"]),
    )
