"""Running scenarios: each alone, rolled back after, compared with what it expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from accounts import ledger
from accounts.checks import ledger_problems
from accounts.models import LedgerAccount
from families.models import Notice
from families.notices import publish_notice
from members.models import User
from policy.book import load_book

from .cast import BEGINNING, make_staff
from .reading import Node, Scenario, ScenarioError
from .stage import Outcome, Stage


@dataclass
class Report:
    """What became of one scenario."""

    file: str
    name: str
    failures: list[str] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    balances: Outcome = field(default_factory=dict)
    clearing: list[list[str]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Say whether everything was as expected."""
        return not self.failures

    def as_json(self) -> dict[str, Any]:
        """Return the report in the form of the format's description."""
        return {
            "file": self.file,
            "name": self.name,
            "passed": self.passed,
            "failures": self.failures,
            "outcomes": self.outcomes,
            "balances": self.balances,
            "clearing": self.clearing,
        }


_AREA_ACCOUNTS = (
    LedgerAccount.Kind.CONTRIBUTIONS,
    LedgerAccount.Kind.POOL,
    LedgerAccount.Kind.INTEREST,
    LedgerAccount.Kind.BANK,
)


class _Undo(Exception):
    """Takes everything of a scenario back."""


class Runner:
    """Runs scenarios in the database at hand, which holds nobody else, and leaves it as it was."""

    def __init__(self) -> None:
        # Opened once and for all: a scenario that opens them takes them back at its end.
        ledger.account_ids(
            ledger.area_key(kind, area) for area in load_book().areas for kind in _AREA_ACCOUNTS
        )
        self.staff: tuple[User, User] = make_staff()
        self.notice: Notice = publish_notice(
            version="scenario", language="en", text="A scenario's consent.", begins_on=BEGINNING
        )

    def run(self, scenario: Scenario) -> Report:
        """Play one scenario. Raises ScenarioError for what its file does not allow."""
        report = Report(scenario.file, scenario.name)
        try:
            with transaction.atomic():
                self._play(scenario, report)
                raise _Undo
        except _Undo:
            return report
        except ScenarioError as error:
            error.file = error.file or scenario.file
            error.line = error.line or scenario.line
            raise

    def _play(self, scenario: Scenario, report: Report) -> None:
        stage = Stage(scenario, staff=self.staff, notice=self.notice)
        for event in scenario.events:
            outcome = stage.play(event)
            report.outcomes.append(outcome)
            if event.expect is not None:
                report.failures += [
                    f"line {event.line}: {event.verb}: {difference}"
                    for difference in differences(event.expect, outcome)
                ]
        report.balances, report.clearing = stage.balances(), stage.clearing()
        if scenario.balances is not None and _plain(scenario.balances) != report.balances:
            report.failures.append(
                f"balances: expected {_plain(scenario.balances)}, were {report.balances}"
            )
        if scenario.clearing is not None and _rows(scenario.clearing) != _rows(report.clearing):
            report.failures.append(
                f"clearing: expected {_rows(scenario.clearing)}, was {report.clearing}"
            )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        report.failures += [f"ledger: {problem}" for problem in ledger_problems()]


def differences(expected: Mapping[str, Any], outcome: Mapping[str, Any]) -> Iterator[str]:
    """Yield where an outcome is not what was expected; only named keys are looked at."""
    if "error" in outcome and "error" not in expected:
        yield f"expected no refusal, was refused with {outcome['error']}"
        return
    for key, value in expected.items():
        actual = outcome.get(key)
        if key == "settled" and isinstance(value, Node) and isinstance(actual, dict):
            yield from (f"settled {difference}" for difference in differences(value, actual))
        elif key not in outcome and value in ({}, []):
            continue
        elif _plain(value) != actual:
            yield f"{key}: expected {_plain(value)}, was {actual}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value if isinstance(value, bool) or value is None else str(value)


def _rows(rows: list[Any]) -> list[Any]:
    return sorted(_plain(row) for row in rows)
