"""Random stories: `python -m tests.oracle.generate --seed N --count K --events 40 --out DIR`.

The same seed gives the same stories. With `--expect` each event, the balances and the clearing
carry what the oracle makes of them.
"""

import argparse
import random
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.oracle.cast import Setting, set_scene, turning_days
from tests.oracle.days import first_day, month_of, next_month
from tests.oracle.model import Model
from tests.oracle.plots import Plots
from tests.oracle.scenario import run

LAST_DAY = date(2026, 9, 30)


def generate(*, seed: int, index: int, events: int = 40) -> dict[str, Any]:
    """One story without expectations, in the form that YAML files have."""
    rng = random.Random(f"{seed}:{index}")
    setting = set_scene(rng)
    model = Model(members=setting.members, figures=setting.figures)
    plots = Plots(rng, model, setting.kind)
    told: list[dict[str, Any]] = []
    day = setting.start
    while len(told) < events:
        opening = _opening(rng, model, plots, day) if len(told) < events // 5 else None
        verb, body = opening or plots.next_event(day)
        model.do(day, verb, body)
        told.append({"date": day, verb: body})
        day = min(_later(rng, setting, day), LAST_DAY)
    story: dict[str, Any] = {
        "name": f"Generated {setting.kind} story {index} of seed {seed}",
        "clauses": [],
    }
    if setting.figures:
        story["figures"] = setting.figures
    story["members"] = setting.members
    story["events"] = told
    return story


def _opening(
    rng: random.Random, model: Model, plots: Plots, day: date
) -> tuple[str, dict[str, Any]] | None:
    """The first events mostly fill the accounts, so that money can move afterwards."""
    if rng.random() < 0.2:
        return None
    if rng.random() < 0.6:
        body = plots.contribute(day)
        return None if body is None else ("contribute", body)
    body = plots.credit(day)
    return None if body is None else ("credit", body)


def _later(rng: random.Random, setting: Setting, day: date) -> date:
    turn = rng.random()
    if turn < 0.45:
        return day
    if turn < 0.68:
        return day + timedelta(days=rng.randrange(1, 5))
    if turn < 0.80:
        return day + timedelta(days=rng.randrange(5, 45))
    if turn < 0.85:
        return date(day.year + 1, 1, rng.randrange(1, 8))
    turns = turning_days(setting.members, day)
    return rng.choice(turns) if turns else first_day(next_month(month_of(day)))


def with_expectations(story: dict[str, Any]) -> dict[str, Any]:
    result = run(story)
    events = [
        {**event, "expect": outcome}
        for event, outcome in zip(story["events"], result.outcomes, strict=True)
    ]
    return {**story, "events": events, "balances": result.balances, "clearing": result.clearing}


def as_yaml(stories: list[dict[str, Any]]) -> str:
    """YAML in the manner of the scenario files: an event on a line."""
    lines = []
    for story in stories:
        lines.append(f"- name: {_flow(story['name'])}")
        lines.append(f"  clauses: {_flow(story['clauses'])}")
        if story.get("figures"):
            lines.append(f"  figures: {_flow(story['figures'])}")
        lines.append("  members:")
        lines += [f"    {name}: {_flow(body)}" for name, body in story["members"].items()]
        lines.append("  events:")
        lines += [f"    - {_flow(event)}" for event in story["events"]]
        lines += [
            f"  {key}: {_flow(story[key])}" for key in ("balances", "clearing") if key in story
        ]
    return "\n".join(lines) + "\n"


class _Plain(yaml.SafeDumper):
    """Writes out what is used twice, instead of anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _flow(value: Any) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Plain,
        default_flow_style=True,
        sort_keys=False,
        allow_unicode=True,
        width=1_000_000,
    )
    return text.removesuffix("...\n").strip()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write random scenarios.")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--events", type=int, default=40)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--expect", action="store_true", help="fill in what the oracle makes of it")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for index in range(1, options.count + 1):
        story = generate(seed=options.seed, index=index, events=options.events)
        if options.expect:
            story = with_expectations(story)
        path = options.out / f"seed-{options.seed}-{index:04d}.yaml"
        path.write_text(as_yaml([story]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
