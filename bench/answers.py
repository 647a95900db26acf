"""`./run bench answers`: how long the answers about somebody else take, against each other.

Whoever tries to bind a stranger gets one answer, whatever is known of them (threat 49). This
measures whether a clock could tell what the words do not: the last step of adding a relative,
through the whole portal, for one of each kind, in turns of chance order. `apart` is the distance
between the quickest and the slowest kind's median, in medians of all; `spread` is how far one and
the same kind's tries lie apart (their interquartile range), the noise in which it would have to
be seen.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time

import django

django.setup()

from django.conf import settings  # noqa: E402  (Django is ready only now)
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests import household, strangers  # noqa: E402


def main() -> None:
    """Measure each kind in turns, print a table, and with --json one object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="tries of each kind")
    parser.add_argument("--short", action="store_true", help="a small run, within a minute")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    given = parser.parse_args()
    rounds = 20 if given.short else given.rounds
    settings.ALLOWED_HOSTS = ["testserver"]
    with transaction.atomic():
        took = measure(rounds)
        transaction.set_rollback(True)
    medians = {case: statistics.median(times) for case, times in took.items()}
    middle = statistics.median(medians.values())
    apart = (max(medians.values()) - min(medians.values())) / middle
    spread = statistics.median(_quartiles(times) for times in took.values()) / middle
    for case, median in sorted(medians.items(), key=lambda pair: pair[1]):
        print(f"{case:20} {median * 1000:8.2f} ms")
    print(f"apart {apart:.1%}, spread of one kind {spread:.1%}, {rounds} tries of each")
    if given.json:
        print(json.dumps({"apart": apart, "spread": spread, "medians": medians}))


def measure(rounds: int) -> dict[str, list[float]]:
    """Return how long each try of each kind took, in seconds."""
    home = household.build(timezone.localdate())
    cases = strangers.about_the_other_one(home)
    took: dict[str, list[float]] = {case: [] for case in cases}
    # Once for what is only loaded at the first try.
    turns = [*cases, *(case for _ in range(rounds) for case in random.sample([*cases], len(cases)))]
    for place, case in enumerate(turns):
        number, name = cases[case]
        with strangers.a_day_of_its_own():
            client = household.signed_in(home.users["lin"])
            strangers.name_somebody(client, number, name)
            began = time.perf_counter()
            answer = client.post(strangers.NOTICE, {"agreed": "on"})
            taken = time.perf_counter() - began
        assert answer.status_code == 409, (case, answer.status_code)
        if place >= len(cases):
            took[case].append(taken)
    return took


def _quartiles(times: list[float]) -> float:
    low, _, high = statistics.quantiles(times, n=4)
    return high - low


if __name__ == "__main__":
    main()
