"""Run scenario files through the oracle: `python -m tests.oracle.scenario PATH... [--json]`."""

import argparse
import json
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.book import as_day
from tests.oracle.model import VERBS, Model, ScenarioError

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Result:
    """One scenario's outcome in the README's JSON form."""

    file: str
    name: str
    failures: list[str] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    balances: dict[str, dict[str, str]] = field(default_factory=dict)
    clearing: list[list[str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "name": self.name,
            "passed": not self.failures,
            "failures": self.failures,
            "outcomes": self.outcomes,
            "balances": self.balances,
            "clearing": self.clearing,
        }


def files_in(paths: list[Path]) -> list[Path]:
    """The files themselves, and all YAML files of the folders among the paths."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = {*path.rglob("*.yaml"), *path.rglob("*.yml")}
            found.extend(sorted(inside))
        else:
            found.append(path)
    return found


def load(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        try:
            stories = yaml.load(stream, Loader=Loader)
        except yaml.YAMLError as error:
            raise ScenarioError(f"{path}: {error}") from error
    if not isinstance(stories, list):
        raise ScenarioError(f"{path}: a file is a list of scenarios")
    return stories


def verb_of(event: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    verbs = [key for key in event if key not in ("date", "expect")]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise ScenarioError(f"an event has one verb, not {verbs}")
    return verbs[0], event[verbs[0]]


def new_model(story: dict[str, Any]) -> Model:
    figures = {str(area): values for area, values in (story.get("figures") or {}).items()}
    return Model(members=story["members"], figures=figures)


def run(story: dict[str, Any], *, file: str = "") -> Result:
    """Tell one story from an empty state and compare what the story states."""
    result = Result(file=file, name=str(story.get("name", "")))
    model = new_model(story)
    today: date | None = None
    for number, event in enumerate(story["events"], start=1):
        day = as_day(event["date"])
        if today is not None and day < today:
            raise ScenarioError(f"event {number} is dated before the one above it")
        today = day
        verb, body = verb_of(event)
        outcome = model.do(day, verb, body)
        result.outcomes.append(outcome)
        if "expect" in event:
            where = f"event {number} ({day} {verb})"
            result.failures += differences(where, event["expect"] or {}, outcome)
    if today is not None:
        result.balances = model.balances(today)
    result.clearing = model.clearing.rows()
    if "balances" in story and story["balances"] != result.balances:
        result.failures.append(f"balances: expected {story['balances']}, got {result.balances}")
    if "clearing" in story:
        expected = sorted([str(cell) for cell in row] for row in story["clearing"])
        if expected != sorted(result.clearing):
            result.failures.append(f"clearing: expected {expected}, got {result.clearing}")
    return result


def differences(where: str, expected: dict[str, Any], outcome: dict[str, Any]) -> list[str]:
    """Compare only the keys that the expectation names; an unexpected refusal always counts."""
    found = []
    if "error" in outcome and "error" not in expected:
        found.append(f"{where}: refused with {outcome['error']}")
    for key, value in expected.items():
        if key not in outcome:
            if "error" not in outcome or key == "error":
                found.append(f"{where}: {key}: expected {value}, got nothing in {outcome}")
        elif key == "settled":
            found += differences(f"{where}, settled", value, outcome[key])
        elif value != outcome[key]:
            found.append(f"{where}: {key}: expected {value}, got {outcome[key]}")
    return found


def run_file(path: Path) -> list[Result]:
    results = []
    for number, story in enumerate(load(path), start=1):
        try:
            results.append(run(story, file=str(path)))
        except (ScenarioError, KeyError, TypeError, AttributeError, ValueError) as error:
            raise ScenarioError(f"{path}: scenario {number}: {error}") from error
    return results


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Run scenarios through the oracle.")
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true", help="print what happened as JSON")
    options = parser.parse_args(arguments)
    results: list[Result] = []
    try:
        for path in files_in(options.paths):
            results += run_file(path)
    except (ScenarioError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps([r.as_json() for r in results], ensure_ascii=False, indent=1))
    else:
        for result in results:
            print(f"{'FAILED' if result.failures else 'passed'}  {result.name}")
            for failure in result.failures:
                print(f"        {failure}")
    return 1 if any(result.failures for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
