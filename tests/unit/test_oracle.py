"""The oracle agrees with every written scenario, and its random stories reach every rule."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.generate import as_yaml, generate, with_expectations
from tests.oracle.model import VERBS, ScenarioError
from tests.oracle.scenario import files_in, load, main, run, run_file, verb_of

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "tests" / "scenarios", ROOT.parent / "shared" / "scenarios"]
FILES = files_in([folder for folder in FOLDERS if folder.is_dir()])

REFUSALS = {
    "contribute": {"member_left", "already_paid", "not_due"},
    "credit": {"month_not_begun"},
    "close_year": {"year_not_over", "earlier_year_open"},
    "payout": {"member_left"},
    "move": {"member_left", "same_area", "provincial_direct_excluded"},
    "bind": {
        "self_binding",
        "consent_missing",
        "relation_not_allowed",
        "sharing_not_open",
        "member_left",
        "provincial_direct_excluded",
        "no_account",
        "already_bound",
        "out_of_province",
        "cross_area_not_open",
        "cross_area_taken",
        "family_full",
    },
    "unbind": {"not_bound"},
    "register_residence": {"member_left"},
    "end_residence": {"not_registered"},
    "stay": {"member_left"},
    "claim": {
        "duplicate_claim",
        "service_date_in_future",
        "member_left",
        "other_scheme_not_applicable",
        "other_scheme_exceeds_bill",
        "no_policy_in_force",
    },
    "reverse": {
        "no_such_claim",
        "already_reversed",
        "already_refunded",
        "reversal_window_passed",
    },
    "refund": {"no_such_claim", "already_reversed", "already_refunded", "duplicate_claim"},
    "premium": {
        "member_left",
        "product_not_allowed",
        "collection_mode_not_supported",
        "premium_already_paid",
        "insufficient_funds",
    },
}
REASONS = {
    "not_designated",
    "not_outpatient_designated",
    "resident_scheme",
    "not_in_good_standing",
    "hospital_stay",
    "ltc_specialised",
    "merged_into_admission",
    "settled_by_other_benefit",
    "account_only",
    "no_prescription",
    "pharmacy_not_covered",
    "remote_not_registered",
    "remote_not_networked",
}
ENDINGS = {"out_of_province", "cross_area_not_open", "cross_area_taken"}
CLEARING = {"pool", "own_account", "shared_account", "premium", "transfer"}


def what_happens(stories: list[dict[str, Any]], counts: Counter[tuple[str, ...]]) -> None:
    """Count verbs, refusals, reasons, endings, clearing kinds and special outcomes."""
    for story in stories:
        result = run(story)
        for event, outcome in zip(story["events"], result.outcomes, strict=True):
            verb, _ = verb_of(event)
            counts["verb", verb] += 1
            if "error" in outcome:
                counts["refusal", verb, outcome["error"]] += 1
                continue
            for key in ("unpriced", "disbursed", "held", "settled"):
                counts["outcome", key] += key in outcome
            for reason in outcome.get("reasons", []):
                counts["reason", reason] += 1
            for _, _, code in outcome.get("ended", []):
                counts["ending", code] += 1
            if verb == "claim":
                counts["outcome", "pool"] += outcome["pool"] != "0.00"
                counts["outcome", "remote"] += outcome["remote_self_pay"] != "0.00"
                counts["outcome", "shared"] += len(outcome["account"]) > 1
        for row in result.clearing:
            counts["clearing", row[3]] += 1


def what_should_happen() -> set[tuple[str, ...]]:
    refusals = {("refusal", verb, code) for verb, codes in REFUSALS.items() for code in codes}
    outcomes = ["unpriced", "disbursed", "held", "settled", "pool", "remote", "shared"]
    return (
        refusals
        | {("verb", verb) for verb in VERBS}
        | {("reason", reason) for reason in REASONS}
        | {("ending", code) for code in ENDINGS}
        | {("clearing", kind) for kind in CLEARING}
        | {("outcome", outcome) for outcome in outcomes}
    )


@pytest.mark.skipif(not FILES, reason="no scenario files beside this tree")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_oracle_passes_every_written_scenario(path: Path) -> None:
    failures = {result.name: result.failures for result in run_file(path) if result.failures}
    assert failures == {}


def test_the_projects_own_scenarios_show_every_refusal_and_reason() -> None:
    counts: Counter[tuple[str, ...]] = Counter()
    for path in files_in([ROOT / "tests" / "scenarios"]):
        what_happens(load(path), counts)
    assert {key for key in what_should_happen() if not counts[key]} == set()


def test_two_hundred_random_stories_reach_every_verb_and_every_refusal() -> None:
    counts: Counter[tuple[str, ...]] = Counter()
    what_happens([generate(seed=1, index=index) for index in range(1, 201)], counts)
    assert {key for key in what_should_happen() if not counts[key]} == set()


def test_the_same_seed_tells_the_same_story() -> None:
    assert generate(seed=7, index=3) == generate(seed=7, index=3)
    assert generate(seed=7, index=3) != generate(seed=8, index=3)


def test_a_story_with_its_expectations_survives_the_way_through_yaml(tmp_path: Path) -> None:
    stories = [with_expectations(generate(seed=3, index=index)) for index in range(1, 6)]
    path = tmp_path / "stories.yaml"
    path.write_text(as_yaml(stories), encoding="utf-8")
    assert load(path) == stories
    assert [result.failures for result in run_file(path)] == [[]] * 5


def test_a_difference_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(
        "- name: A wrong expectation\n"
        '  members: {old: {area: "340100", born: 1950-01-01, retired_on: 2010-01-01}}\n'
        "  events:\n"
        '    - {date: 2023-01-01, credit: {area: "340100", month: "2023-01"},\n'
        '       expect: {credited: {old: "70.01"}}}\n',
        encoding="utf-8",
    )
    assert main([str(path)]) == 1
    assert "credited: expected {'old': '70.01'}, got {'old': '70.00'}" in capsys.readouterr().out


def test_an_unknown_name_or_area_is_an_error_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "unknown.yaml"
    path.write_text(
        "- name: An unknown area\n"
        '  members: {old: {area: "340900", born: 1950-01-01}}\n'
        "  events: []\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError, match="340900"):
        run_file(path)
