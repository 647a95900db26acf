"""Every scenario through the real operations; a broken file is told with its line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from claims.scenarios.reading import Scenario, ScenarioError, files_in, read_file
from claims.scenarios.runner import Runner

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "tests" / "scenarios", ROOT.parent / "shared" / "scenarios"]
SCENARIOS = [
    pytest.param(scenario, id=f"{path.parent.name}/{path.stem}:{scenario.line}")
    for path in files_in([str(folder) for folder in FOLDERS if folder.is_dir()])
    for scenario in read_file(path)
]


@pytest.fixture(scope="module")
def runner(django_db_setup: None, django_db_blocker: Any) -> Iterator[Runner]:
    """One runner for all: it takes each scenario back, and this fixture the runner itself."""
    with django_db_blocker.unblock():
        everything = transaction.atomic()
        everything.__enter__()
        try:
            yield Runner()
        finally:
            transaction.set_rollback(True)
            everything.__exit__(None, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_is_true(scenario: Scenario, runner: Runner) -> None:
    report = runner.run(scenario)
    assert report.failures == []
    assert _rows_left() == 0


def _rows_left() -> int:
    total = 0
    with connection.cursor() as cursor:
        for table in ("members_person", "accounts_transfer", "claims_claim", "families_binding"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            total += (cursor.fetchone() or (0,))[0]
    return total


def test_the_projects_copy_of_the_shared_scenarios_is_the_same() -> None:
    shared = ROOT.parent / "shared" / "scenarios"
    if not shared.is_dir():
        pytest.skip("there is no shared folder beside this tree")
    for path in sorted(shared.glob("*.yaml")):
        copy = ROOT / "tests" / "scenarios" / "shared" / path.name
        assert copy.read_bytes() == path.read_bytes()


# --- broken files ---------------------------------------------------------------------------------

OLD = '  members: {old: {area: "340100", born: 1950-03-01, retired_on: 2010-03-05}}\n'
NO_EVENTS = "  events: []\n"


def _story(event: str, *, members: str = OLD) -> str:
    return f"- name: A story\n{members}  events:\n    - {event}\n"


def _claim(rest: str) -> str:
    return _story(
        "{date: 2023-03-01, claim: {id: c1, member: old, category: account_only, " + rest + "}}"
    )


TRUE_STORY = _story(
    '{date: 2023-03-01, credit: {area: "340100", month: "2023-03"},'
    ' expect: {credited: {old: "70.00"}}}'
)


#: What is written, the line that is named, and the words that say what is wrong. An error of
#: reading comes before anything runs; one of an event's body when its turn comes.
BROKEN: dict[str, tuple[str, int, str]] = {
    "nothing in it": ("", 1, "is not a list of scenarios"),
    "a mapping in place of the list": ("name: A story\n", 1, "is not a list of scenarios"),
    "no YAML": ("- name: [A story\n", 2, "is not YAML"),
    "a tab for a blank": ("- name: A story\n\tmembers: {}\n", 2, "is not YAML"),
    "a text in place of a scenario": (f"{TRUE_STORY}- A\n", 5, "a scenario is a mapping"),
    "a text in place of an event": (_story("now"), 4, "an event is a mapping"),
    "a misspelt key": (f"- name: A story\n  evnts: []\n{OLD}{NO_EVENTS}", 1, "unknown evnts"),
    "no name": (f"- clauses: []\n{OLD}{NO_EVENTS}", 1, "name is missing"),
    "no members": (f"- name: A story\n{NO_EVENTS}", 1, "members is missing"),
    "no events": (f"- name: A story\n{OLD}", 1, "events is missing"),
    "a key written twice": (f"- name: A\n  name: B\n{OLD}{NO_EVENTS}", 1, "name is written twice"),
    "an unknown area of a member": (
        '- name: A story\n  members:\n    old: {area: "340900", born: 1950-01-01}\n' + NO_EVENTS,
        3,
        "there is no pooling area 340900",
    ),
    "a birthday that is no day": (
        '- name: A story\n  members:\n    old: {area: "340100", born: "1950-02-30"}\n' + NO_EVENTS,
        3,
        "born:",
    ),
    "a scheme that is none": (
        '- name: A story\n  members:\n    old: {area: "340100", born: 1950-01-01, scheme: rich}\n'
        + NO_EVENTS,
        3,
        "'rich' is not one of employee, resident",
    ),
    "a member's unknown key": (
        '- name: A story\n  members:\n    old: {area: "340100", born: 1950-01-01, age: 70}\n'
        + NO_EVENTS,
        3,
        "unknown age",
    ),
    "a figure nobody enters": (
        f'- name: A story\n  figures: {{"340100": {{cap: 3000}}}}\n{OLD}{NO_EVENTS}',
        2,
        "unknown cap",
    ),
    "a ratio over 1": (
        (
            '- name: A story\n  figures:\n    "34": {outpatient: {from: 2022-07-01,'
            " active: {deductible: {1: 1, 2: 1, 3: 1}, ratio: {1: 7, 2: 1, 3: 1}, cap: 9},"
            " retired: {deductible: {1: 1, 2: 1, 3: 1}, ratio: {1: 1, 2: 1, 3: 1}, cap: 9}}}\n"
            f"{OLD}{NO_EVENTS}"
        ),
        3,
        "ratio",
    ),
    "no verb": (_story("{date: 2023-03-01}"), 4, "this one has 0"),
    "two verbs": (
        _story('{date: 2023-03-01, credit: {area: "340100", month: "2023-03"}, reverse: {}}'),
        4,
        "this one has 2",
    ),
    "an unknown verb": (_story("{date: 2023-03-01, steal: {}}"), 4, "unknown steal"),
    "no date": (_story('{credit: {area: "340100", month: "2023-03"}}'), 4, "date is missing"),
    "an earlier event after a later one": (
        _story(
            '{date: 2023-03-02, credit: {area: "340100", month: "2023-03"}}\n'
            '    - {date: 2023-03-01, credit: {area: "340100", month: "2023-03"}}'
        ),
        5,
        "in order of their date",
    ),
    "a body that is no mapping": (_story("{date: 2023-03-01, credit: now}"), 4, "is not a mapping"),
    "an unknown key of a body": (
        _story('{date: 2023-03-01, credit: {area: "340100", month: "2023-03", day: 1}}'),
        4,
        "unknown day",
    ),
    "a month that is none": (
        _story('{date: 2023-03-01, credit: {area: "340100", month: "2023-13"}}'),
        4,
        "month:",
    ),
    "an unknown member": (
        _story("{date: 2023-03-01, payout: {member: lin, reason: death}}"),
        4,
        "the scenario has no member lin",
    ),
    "an amount with three decimals": (
        _claim('provider: {area: "340100"}, lines: [{amount: "1.005"}]'),
        4,
        "1.005 is no amount",
    ),
    "a negative amount": (
        _claim('provider: {area: "340100"}, lines: [{amount: "-1.00"}]'),
        4,
        "-1.00 is no amount",
    ),
    "an amount that is not a number": (
        _claim('provider: {area: "340100"}, lines: [{amount: ".nan"}]'),
        4,
        "is no number",
    ),
    "no lines": (_claim('provider: {area: "340100"}, lines: []'), 4, "lines: is empty"),
    "no provider": (_claim('lines: [{amount: "1.00"}]'), 4, "provider is missing"),
    "a level that there is not": (
        _claim('provider: {area: "340100", level: 4}, lines: [{amount: "1.00"}]'),
        4,
        "4 is not a whole number from 0 to 3",
    ),
    "a self-pay rate over 1": (
        _claim('provider: {area: "340100"}, lines: [{amount: "1.00", self_pay_rate: "1.1"}]'),
        4,
        "the self-pay rate is not between 0 and 1",
    ),
    "a switch that is neither on nor off": (
        _claim('provider: {area: "340100", networked: "maybe"}, lines: [{amount: "1.00"}]'),
        4,
        "'maybe' is neither true nor false",
    ),
    "a stay that ends before it begins": (
        _story(
            "{date: 2023-03-09, stay: {member: old, kind: hospital,"
            " from: 2023-03-02, to: 2023-03-01}}"
        ),
        4,
        "to: lies before from",
    ),
    "an expectation that is no mapping": (
        _story('{date: 2023-03-01, credit: {area: "340100", month: "2023-03"}, expect: fine}'),
        4,
        "expect: is not a mapping",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_file_is_told_with_its_line(why: str, runner: Runner, tmp_path: Path) -> None:
    text, line, words = BROKEN[why]
    path = tmp_path / "broken.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as raised:
        assert [runner.run(scenario) for scenario in read_file(path)] == []
    assert str(raised.value).startswith(f"{path}, line {line}: ")
    assert words in str(raised.value)


def test_a_file_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes("- name: 一个故事\n".encode("gb18030"))
    with pytest.raises(ScenarioError, match=r"broken\.yaml: is not UTF-8 text"):
        read_file(path)


# --- the command ----------------------------------------------------------------------------------

FALSE_STORY = TRUE_STORY.replace("70.00", "70.01")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The command in the database of the test; scratch databases have a test of their own."""
    from claims.management.commands import run_scenarios
    from claims.scenarios.scratch import _run

    monkeypatch.setattr(run_scenarios, "run_all", _run)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = 0
        try:
            call_command("run_scenarios", *arguments)
        except SystemExit as stopped:
            status = int(stopped.code or 0)
        output = capsys.readouterr()
        return status, output.out, output.err

    return call


@pytest.mark.django_db
def test_the_command_says_what_passed_and_ends_with_0(command: Any, tmp_path: Path) -> None:
    (tmp_path / "true.yaml").write_text(TRUE_STORY)
    status, out, err = command(str(tmp_path))
    assert (status, err) == (0, "")
    assert out == "ok     A story\n1 passed, 0 failed\n"


@pytest.mark.django_db
def test_the_command_shows_the_difference_and_ends_with_1(command: Any, tmp_path: Path) -> None:
    (tmp_path / "false.yaml").write_text(FALSE_STORY)
    status, out, _ = command(str(tmp_path / "false.yaml"))
    assert status == 1
    assert out.startswith("FAILED A story\n       line 4: credit: credited: expected")
    assert out.endswith("0 passed, 1 failed\n")


@pytest.mark.django_db
def test_a_broken_file_does_not_keep_the_others_from_running(command: Any, tmp_path: Path) -> None:
    (tmp_path / "a-broken.yaml").write_text(_story("{date: 2023-03-01, steal: {}}"))
    (tmp_path / "b-true.yml").write_text(TRUE_STORY)
    (tmp_path / "notes.txt").write_text("not a scenario")
    status, out, err = command(str(tmp_path))
    assert status == 1
    assert "1 passed, 0 failed" in out
    assert "a-broken.yaml, line 4: unknown steal" in err


def test_a_path_that_is_not_there_is_told(command: Any, tmp_path: Path) -> None:
    status, _, err = command(str(tmp_path / "nowhere"))
    assert status == 1
    assert "nowhere: there is no such file or folder" in err


@pytest.mark.django_db
def test_the_json_form_says_what_happened_expected_or_not(command: Any, tmp_path: Path) -> None:
    (tmp_path / "false.yaml").write_text(FALSE_STORY)
    status, out, _ = command(str(tmp_path / "false.yaml"), "--json")
    assert status == 1
    (story,) = json.loads(out)
    failure = story["failures"].pop()
    assert "70.01" in failure
    assert story == {
        "file": str(tmp_path / "false.yaml"),
        "name": "A story",
        "passed": False,
        "failures": [],
        "outcomes": [{"credited": {"old": "70.00"}}],
        "balances": {"old": {"current": "70.00", "carried": "0.00"}},
        "clearing": [],
    }


@pytest.mark.django_db
def test_the_command_makes_a_scratch_database_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a-true.yaml").write_text(TRUE_STORY)
    (tmp_path / "b-false.yaml").write_text(FALSE_STORY)
    command = [sys.executable, "manage.py", "run_scenarios", str(tmp_path), "--json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        out, err = running.communicate(timeout=240)
    assert (running.returncode, err) == (1, "")
    assert [report["passed"] for report in json.loads(out)] == [True, False]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"scenarios_{running.pid}%"]
        )
        assert cursor.fetchall() == []
