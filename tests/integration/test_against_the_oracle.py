"""The application against the oracle: the same events, and no fen of difference.

Two ways to the same comparison. In the machine Hypothesis chooses what happens next, verb by verb,
and shrinks what fails; in the long stories a seed chooses, and the events follow the oracle's plots
through years. After each event the outcome, the balances and the clearing are compared, and at the
end the ledger's own checks. A failure prints the story as a scenario file, with what the oracle
expects, to be run again by either side.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.checks import ledger_problems
from claims.scenarios.reading import Event, Scenario, read_file
from claims.scenarios.runner import Runner
from claims.scenarios.stage import Stage
from tests.oracle.cast import Setting, set_scene
from tests.oracle.days import first_day, month_of, next_month
from tests.oracle.generate import LAST_DAY, as_yaml, generate, with_expectations
from tests.oracle.model import VERBS, Model
from tests.oracle.plots import Plots

pytestmark = pytest.mark.django_db

#: The machine's share: examples and steps. The long one is the promise of the issue.
EXAMPLES, STEPS = 12, 40
LONG_EXAMPLES, LONG_STEPS = 300, 40
STORIES, LONG_STORIES = 25, 400


@pytest.fixture(scope="module")
def runner(django_db_setup: None, django_db_blocker: Any) -> Iterator[Runner]:
    """One runner for all stories: each is taken back at its end, and the runner after the last."""
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        try:
            yield Runner()
        finally:
            transaction.set_rollback(True)
            everything.__exit__(None, None, None)


def as_scenario(story: dict[str, Any], folder: Path) -> Scenario:
    """Read a story as the application reads it: from a file."""
    path = folder / "story.yaml"
    path.write_text(as_yaml([story]), encoding="utf-8")
    (scenario,) = read_file(path)
    return scenario


class Machine(RuleBasedStateMachine):
    """Plays each event on both sides; every rule is a verb, Hypothesis chooses and shrinks."""

    runner: Runner
    folder: Path
    #: How often each verb was played, in all stories.
    happened: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.story: dict[str, Any] = {}
        self.model: Model
        self.stage: Stage
        self.savepoint: Any = None

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        setting: Setting = set_scene(random.Random(f"machine:{seed}"))
        self.day: date = setting.start
        self.kind = setting.kind
        self.story = {"name": f"Machine {seed}", "clauses": [], "members": setting.members}
        if setting.figures:
            self.story["figures"] = setting.figures
        self.story["events"] = []
        self.model = Model(members=setting.members, figures=setting.figures)
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        # A file has events; this one is never played.
        first = {"date": self.day, "payout": {"member": "nobody", "reason": "death"}}
        self.stage = Stage(
            as_scenario({**self.story, "events": [first]}, self.folder),
            staff=self.runner.staff,
            notice=self.runner.notice,
        )

    @precondition(lambda self: self.savepoint is not None)
    @rule(days=st.sampled_from([1, 2, 5, 14, 27, 31]))
    def some_days_pass(self, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), LAST_DAY)

    @precondition(lambda self: self.savepoint is not None)
    @rule()
    def a_month_begins(self) -> None:
        self.day = min(first_day(next_month(month_of(self.day))), LAST_DAY)

    @precondition(lambda self: self.savepoint is not None)
    @rule(before=st.integers(0, 1))
    def a_year_turns(self, before: int) -> None:
        turn = date(self.day.year + 1, 1, 1) - timedelta(days=before)
        self.day = min(max(turn, self.day), LAST_DAY)

    def _happen(self, verb: str, chance: int) -> None:
        plots = Plots(random.Random(f"{verb}:{chance}"), self.model, self.kind)
        body = getattr(plots, verb)(self.day)
        if body is None:
            return
        Machine.happened[verb] += 1
        event = {"date": self.day, verb: body}
        self.story["events"].append(event)
        expected = self.model.do(self.day, verb, body)
        outcome = self.stage.play(self._as_read(event))
        assert outcome == expected, f"{self.day} {verb}: {expected} by the oracle, was {outcome}"

    def _as_read(self, event: dict[str, Any]) -> Event:
        (read,) = as_scenario({**self.story, "events": [event]}, self.folder).events
        return read

    @invariant()
    def both_hold_the_same(self) -> None:
        if not self.story.get("events"):
            return
        # The stage turns balances to the day of its last event.
        last = self.story["events"][-1]
        self.stage.scenario = replace(self.stage.scenario, events=(self._as_read(last),))
        assert self.stage.balances() == self.model.balances(last["date"])
        assert sorted(self.stage.clearing()) == sorted(self.model.clearing.rows())

    def teardown(self) -> None:
        if self.savepoint is None:
            return
        try:
            note(as_yaml([with_expectations(self.story)]))
            assert ledger_problems() == []
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)


def _rule_of(verb: str) -> Any:
    """A rule for a verb: Hypothesis draws the chance, the oracle's plot makes it plausible."""

    def happen(self: Machine, chance: int) -> None:
        self._happen(verb, chance)

    happen.__name__ = verb
    begun = precondition(lambda self: self.savepoint is not None)
    return begun(rule(chance=st.integers(0, 2**16))(happen))


for _verb in VERBS:
    setattr(Machine, _verb, _rule_of(_verb))


def test_the_machine_finds_no_fen_of_difference(
    runner: Runner,
    tmp_path: Path,
    long: bool,
) -> None:
    Machine.runner, Machine.folder = runner, tmp_path
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=LONG_EXAMPLES if long else EXAMPLES,
            stateful_step_count=LONG_STEPS if long else STEPS,
            deadline=None,
            # A red build can be repeated; a long run by hand looks further each time.
            derandomize=not long or "CI" in os.environ,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert set(Machine.happened) == set(VERBS)


@pytest.mark.parametrize("seed", [2, 20, 200])
def test_random_stories_end_the_same_on_both_sides(
    seed: int,
    runner: Runner,
    tmp_path: Path,
    long: bool,
) -> None:
    for index in range(1, (LONG_STORIES if long else STORIES) // 3 + 1):
        story = with_expectations(generate(seed=seed, index=index, events=40))
        report = runner.run(as_scenario(story, tmp_path))
        assert report.failures == [], as_yaml([story])
        expected = [event["expect"] for event in story["events"]]
        assert report.outcomes == expected, as_yaml([story])


def test_a_fen_of_difference_is_found(runner: Runner, tmp_path: Path) -> None:
    """The comparison can fail: one wrong fen in one event of a story is reported."""
    story = with_expectations(generate(seed=3, index=1, events=40))
    event = next(event for event in story["events"] if event["expect"].get("credited"))
    name, amount = next(iter(event["expect"]["credited"].items()))
    event["expect"] = {"credited": {**event["expect"]["credited"], name: f"{amount[:-1]}x"}}
    report = runner.run(as_scenario(story, tmp_path))
    assert len(report.failures) == 1
    assert "credited: expected" in report.failures[0]
