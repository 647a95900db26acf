"""YAML as the policy files use it: no surprises in what a word or a number means.

true and false are the only booleans, a number with a point is a `Decimal`, a day is YYYY-MM-DD, all
else is text; a key that is written twice is refused with its line.
"""

import re
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

try:
    # The same loader on libyaml, some ten times faster; wheels have it.
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

from policy.values import Problem


class _Loader(SafeLoader):
    """A YAML loader with few types that collects doubled keys."""

    # Of its own, so that none of the types that YAML guesses by itself is left (1:30, yes, 010).
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.doubled: list[tuple[str, int]] = []

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be a single word", key_node.start_mark
                )
            if key in seen:
                self.doubled.append((str(key), key_node.start_mark.line + 1))
            seen.add(key)
        return super().construct_mapping(node, deep=True)


def _day_or_text(loader: SafeLoader, node: yaml.ScalarNode) -> date | str:
    # A day that is in no calendar stays text, so that it is refused with its key.
    text = str(loader.construct_scalar(node))
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _whole(loader: SafeLoader, node: yaml.ScalarNode) -> int:
    return int(str(loader.construct_scalar(node)))


def _decimal(loader: SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", list("tf")),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", list("-0123456789")),
    ("tag:yaml.org,2002:timestamp", r"^\d{4}-\d{2}-\d{2}$", list("0123456789")),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), _first)
_Loader.add_constructor("tag:yaml.org,2002:int", _whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day_or_text)


def read_yaml(path: Path, *, name: str) -> tuple[object, list[Problem]]:
    """What a file holds, and what is wrong with it as YAML. Nothing usable is None."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None, [Problem(name, "", "is not UTF-8 text")]
    except OSError as error:
        return None, [Problem(name, "", f"cannot be read: {error.strerror}")]
    loader = _Loader(text)
    try:
        found = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        return None, [Problem(name, "", f"{line}is not YAML: {error.problem}")]
    except (yaml.YAMLError, ValueError) as error:
        return None, [Problem(name, "", f"is not YAML: {' '.join(str(error).split())}")]
    finally:
        loader.dispose()
    return found, [
        Problem(name, key, f"is written twice (line {line})") for key, line in loader.doubled
    ]
