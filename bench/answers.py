# ruff: noqa: E402 - Django is set up before anything of it is loaded
"""Whether the time of an answer tells what the answer does not: signing up, binding, signing in.

    ./run bench answers [--rounds N] [--json]

Each kind of question is asked about a person who fits and about others: unknown, wrongly named,
dead, tied already, without a phone, a minor. The cases take turns in one run, each round in another
order, so that what else the machine does hits all of them alike; each row is the median. What the
database checks when it commits counts too. The ratio of the slowest to the quickest says how much
there is to learn from a watch; two cases that are the same (`unknown`, `unknown too`) say how much
of it is noise.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any

import django

django.setup()

from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.utils import timezone

from families.asking import Answer, Asked, bind_named
from families.departures import report_death
from members.linking import start_linking
from members.models import LinkCode, Person, User
from tests.household import ACTOR, PASSWORD, Household, build, id_number


def cases_of(home: Household) -> dict[str, tuple[str, str]]:
    """Return ID number and name of each case; `right` is the one that gets what it asks for."""
    free = ("yang", "pan", "chen", "wen", "bao")
    Person.objects.filter(pk__in=[home.person(name).pk for name in free]).update(user=None)
    Person.objects.filter(pk=home.person("bao").pk).update(phone="")
    report_death(person_id=home.person("chen").pk, died_on=home.today, day=home.today, actor=ACTOR)

    def of(name: str) -> tuple[str, str]:
        return home.id_numbers[name], home.person(name).name

    return {
        "right": of("pan"),
        "wrong name": (home.id_numbers["yang"], "王不对"),
        "unknown": (id_number(home.person("lin").born, 777), "李无名"),
        "unknown too": (id_number(home.person("lin").born, 779), "李无名"),
        "dead": of("chen"),
        "minor": of("wen"),
        "no phone": of("bao"),
        "tied already": of("mei"),
    }


def measure(asks: dict[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each question, asked in turn."""
    taken: dict[str, list[float]] = {name: [] for name in asks}
    order = list(asks)
    shuffle = Random(1).shuffle
    for turn in range(rounds + 2):
        shuffle(order)
        for name in order:
            LinkCode.objects.all().delete()  # the limits of a day are not what is measured
            began = time.perf_counter()
            asks[name]()
            _check_as_a_commit_does()
            if turn >= 2:  # the first ones warm everything up
                taken[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


def _check_as_a_commit_does() -> None:
    """Have the foreign keys of what was written checked now: everything here is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def linking(cases: dict[str, tuple[str, str]]) -> dict[str, Callable[[], object]]:
    """Ask for a code about each case, as a new user each time would."""
    user = User.objects.create_user("asker", password=PASSWORD)

    def ask(number: str, name: str) -> Callable[[], object]:
        def once() -> object:
            return start_linking(user_id=user.pk, id_number=number, name=name, now=timezone.now())

        return once

    return {case: ask(*who) for case, who in cases.items()}


def binding(home: Household, cases: dict[str, tuple[str, str]]) -> dict[str, Callable[[], object]]:
    """Try to bind each case that is refused because of the other person; nothing stays behind.

    Who can be bound is bound, which everybody sees, so that case is left out.
    """
    addresses = count()

    def ask(number: str, name: str) -> Callable[[], object]:
        asked = Asked(relation="parent", name=name, id_number=number)

        def once() -> object:
            with transaction.atomic():
                answer = bind_named(
                    person=home.person("lin"),
                    user=home.users["lin"],
                    asked=asked,
                    notice=home.notice,
                    now=timezone.now(),
                    address=f"bench-{next(addresses)}",
                )
                assert answer is Answer.NOT_POSSIBLE, (name, answer)
                transaction.set_rollback(True)
            return answer

        return once

    refused = {
        "wrong name": cases["wrong name"],
        "unknown": cases["unknown"],
        "unknown too": cases["unknown too"],
        "dead": cases["dead"],
        "other province": (home.id_numbers["yang"], home.person("yang").name),
    }
    return {case: ask(*who) for case, who in refused.items()}


def signing_in() -> dict[str, Callable[[], object]]:
    """Sign in with a wrong password, under a name that exists and one that does not."""
    return {
        "name exists": lambda: authenticate(username="lin", password="wrong"),
        "name unknown": lambda: authenticate(username="nobody-at-all", password="wrong"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--short", action="store_true", help="8 rounds")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rounds = 8 if given.short else given.rounds
    figures: dict[str, Any] = {}
    ratios: dict[str, float] = {}
    with transaction.atomic():
        home = build(timezone.localdate())
        cases = cases_of(home)
        for kind, asks in (
            ("code", linking(cases)),
            ("binding", binding(home, cases)),
            ("sign_in", signing_in()),
        ):
            medians = measure(asks, rounds=rounds)
            figures[kind] = {name: round(value, 2) for name, value in medians.items()}
            ratios[kind] = round(max(medians.values()) / min(medians.values()), 3)
            for name, value in medians.items():
                print(f"{kind:8} {name:14} {value:8.2f} ms")
            print(f"{kind:8} slowest over quickest {ratios[kind]:.2f}\n")
        transaction.set_rollback(True)
    if given.json:
        print(json.dumps({"name": "answers", "ratios": ratios, "figures": figures}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
