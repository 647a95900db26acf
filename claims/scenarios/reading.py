"""Reading scenario files, so that every mistake is told with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar, cast

import yaml

from members.months import parse_month

T = TypeVar("T")


class ScenarioError(Exception):
    """A file cannot be run as it is: where, and what is wrong."""

    def __init__(self, message: str, *, file: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.file = file
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt_error, (str(self.args[0]), self.file, self.line)

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.args[0]}" if place else str(self.args[0])


def _rebuilt_error(message: str, file: str, line: int | None) -> ScenarioError:
    return ScenarioError(message, file=file, line=line)


class Node(dict[str, Any]):
    """A mapping of the file that knows its line."""

    line: int

    def refuse(self, message: str) -> ScenarioError:
        """Return the error to raise about this mapping."""
        return ScenarioError(message, line=self.line)

    def only(self, *keys: str) -> None:
        """Refuse keys that are not among these."""
        unknown = sorted(str(key) for key in self if key not in keys)
        if unknown:
            raise self.refuse(f"unknown {', '.join(unknown)}; there are {', '.join(keys)}")

    def read(self, key: str, reader: Callable[[Any], T], default: Any = ...) -> T:
        """Return the value of a key through its reader; without a default it must be there."""
        if key not in self:
            if default is ...:
                raise self.refuse(f"{key} is missing")
            return cast("T", default)
        try:
            return reader(self[key])
        except (ValueError, TypeError) as error:
            raise self.refuse(f"{key}: {error}") from None


class Rows(list[Any]):
    """A list of the file that knows the line of each of its items."""

    lines: list[int]


class _Loader(yaml.CSafeLoader):
    """YAML whose mappings know their line, whose numbers stay exact and whose keys come once."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Iterator[Node]:
    found = Node()
    found.line = node.start_mark.line + 1
    yield found
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in found:
            raise found.refuse(f"{key} is written twice")
        found[key] = loader.construct_object(value_node, deep=True)


def _rows(loader: _Loader, node: yaml.SequenceNode) -> Iterator[Rows]:
    found = Rows()
    found.lines = [item.start_mark.line + 1 for item in node.value]
    yield found
    found.extend(loader.construct_object(item, deep=True) for item in node.value)


def _text(loader: _Loader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:seq", _rows)
_Loader.add_constructor("tag:yaml.org,2002:float", _text)


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its day, its verb with the body, and what is expected of it, if anything."""

    line: int
    day: date
    verb: str
    body: Node
    expect: Node | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One story as its file tells it."""

    file: str
    name: str
    line: int
    figures: Node
    members: Node
    events: tuple[Event, ...]
    balances: Node | None
    clearing: list[Any] | None


VERBS = frozenset(
    [
        "contribute",
        "credit",
        "close_year",
        "payout",
        "move",
        "bind",
        "unbind",
        "register_residence",
        "end_residence",
        "stay",
        "claim",
        "reverse",
        "refund",
        "premium",
    ]
)


def files_in(paths: list[str]) -> list[Path]:
    """Return the YAML files that these paths name. Raises ScenarioError for a missing one."""
    files: list[Path] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            files += sorted(p for p in path.rglob("*") if p.suffix in {".yaml", ".yml"})
        elif path.is_file():
            files.append(path)
        else:
            raise ScenarioError("there is no such file or folder", file=text)
    return files


def read_file(path: Path) -> list[Scenario]:
    """Read the scenarios of a file. Raises ScenarioError."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except UnicodeDecodeError:
        raise ScenarioError("is not UTF-8 text", file=str(path)) from None
    except OSError as error:
        raise ScenarioError(f"cannot be read: {error.strerror}", file=str(path)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise ScenarioError(f"is not YAML: {error.problem}", file=str(path), line=line) from None
    except (ScenarioError, ValueError) as error:
        line = error.line if isinstance(error, ScenarioError) else None
        raise ScenarioError(str(error.args[0]), file=str(path), line=line) from None
    try:
        if not isinstance(found, Rows) or not found:
            raise ScenarioError("is not a list of scenarios", line=1)
        return [
            _scenario(raw, file=str(path), line=line)
            for raw, line in zip(found, found.lines, strict=True)
        ]
    except ScenarioError as error:
        error.file = str(path)
        raise


def _scenario(raw: Any, *, file: str, line: int) -> Scenario:
    if not isinstance(raw, Node):
        raise ScenarioError("a scenario is a mapping with a name, members and events", line=line)
    raw.only("name", "clauses", "figures", "members", "events", "balances", "clearing")
    events = raw.read("events", _sequence)
    scenario = Scenario(
        file=file,
        name=raw.read("name", text),
        line=raw.line,
        figures=raw.read("figures", _node, _empty(raw.line)),
        members=raw.read("members", _node),
        events=tuple(_event(event, line) for event, line in zip(events, events.lines, strict=True)),
        balances=raw.read("balances", _node, None),
        clearing=raw.read("clearing", _sequence, None),
    )
    days = [event.day for event in scenario.events]
    for event, before in zip(scenario.events[1:], days, strict=False):
        if event.day < before:
            raise ScenarioError(
                "events stand in order of their date; this one is earlier", line=event.line
            )
    return scenario


def _event(raw: Any, line: int) -> Event:
    if not isinstance(raw, Node):
        raise ScenarioError("an event is a mapping with a date and one verb", line=line)
    raw.only("date", "expect", *sorted(VERBS))
    verbs = [key for key in raw if key in VERBS]
    if len(verbs) != 1:
        raise raw.refuse(f"an event has one verb; this one has {len(verbs)}")
    return Event(
        line=raw.line,
        day=raw.read("date", day),
        verb=verbs[0],
        body=raw.read(verbs[0], _node),
        expect=raw.read("expect", _node, None),
    )


def _empty(line: int) -> Node:
    node = Node()
    node.line = line
    return node


def _node(value: Any) -> Node:
    if not isinstance(value, Node):
        raise ValueError("is not a mapping")
    return value


def _sequence(value: Any) -> Rows:
    if not isinstance(value, Rows):
        raise ValueError("is not a list")
    return value


def nodes(value: Any) -> list[Node]:
    """Read a list of mappings, not empty."""
    found = [_node(item) for item in _sequence(value)]
    if not found:
        raise ValueError("is empty")
    return found


def text(value: Any) -> str:
    """Read a text, not empty."""
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value):
        raise ValueError(f"{value!r} is no text")
    return str(value)


def day(value: Any) -> date:
    """Read a day."""
    if isinstance(value, date):
        return value
    return date.fromisoformat(text(value))


def month(value: Any) -> date:
    """Read a month as its first day."""
    return parse_month(text(value))


def months(value: Any) -> list[date]:
    """Read a list of months, not empty."""
    found = [month(item) for item in _sequence(value)]
    if not found:
        raise ValueError("is empty")
    return found


def money(value: Any) -> Decimal:
    """Read an amount in yuan, nil or more, with two decimals at most."""
    amount = number(value)
    if amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(f"{value} is no amount: write yuan with two decimals, nil or more")
    return amount.quantize(Decimal("0.01"))


def number(value: Any) -> Decimal:
    """Read a number exactly."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{value!r} is no number")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None
    if not amount.is_finite():
        raise ValueError(f"{value} is no number")
    return amount


def truth(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def one_of(*words: str) -> Callable[[Any], str]:
    """Return a reader of one of these words."""

    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"{value!r} is not one of {', '.join(words)}")
        return str(value)

    return read


def whole(lowest: int, highest: int) -> Callable[[Any], int]:
    """Return a reader of a whole number in a range."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise ValueError(f"{value!r} is not a whole number from {lowest} to {highest}")
        return value

    return read
