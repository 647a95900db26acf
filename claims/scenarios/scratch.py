"""Scratch databases: made for a run of scenarios, and dropped after it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterator, Sequence

from django.db import connection, connections

from accounts.ledger import forget_account_ids

from .reading import Scenario, ScenarioError
from .runner import Report, Runner

#: Below this number a second process costs more than it saves.
_WORTH_A_SECOND_PROCESS = 12


def run_all(scenarios: Sequence[Scenario]) -> Iterator[Report | ScenarioError]:
    """Run scenarios in scratch databases; yield a report or an error for each, in their order.

    The connection must be the owner's: it makes databases. Many scenarios are shared out to as
    many processes as there are processors, each with a database of its own.
    """
    workers = min(os.cpu_count() or 1, max(1, len(scenarios) // _WORTH_A_SECOND_PROCESS))
    with _scratch_database() as template:
        if workers == 1:
            yield from _run(scenarios)
            return
        connections.close_all()
        fork = multiprocessing.get_context("fork")
        with fork.Pool(workers, initializer=_take_copy, initargs=(template,)) as pool:
            try:
                yield from pool.imap(_run_in_copy, scenarios, chunksize=2)
            finally:
                pool.close()
                pool.join()


def _run(scenarios: Sequence[Scenario]) -> Iterator[Report | ScenarioError]:
    runner = Runner()
    for scenario in scenarios:
        yield _report(runner, scenario)


def _report(runner: Runner, scenario: Scenario) -> Report | ScenarioError:
    try:
        return runner.run(scenario)
    except ScenarioError as error:
        return error


@contextlib.contextmanager
def _scratch_database() -> Iterator[str]:
    """Make a database with the tables and nothing in them; drop it and its copies at the end."""
    name = f"scenarios_{os.getpid()}"
    connection.settings_dict["TEST"] = {**connection.settings_dict.get("TEST", {}), "NAME": name}
    former = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    forget_account_ids()
    try:
        yield name
    finally:
        connection.settings_dict["NAME"] = name
        connection.creation.destroy_test_db(former, verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}\\_%"])
            for (copy,) in cursor.fetchall():
                cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


_runner: Runner | None = None


def _take_copy(template: str) -> None:
    """Give this process a copy of the scratch database, one process at a time."""
    global _runner  # noqa: PLW0603
    copy = f"{template}_{os.getpid()}"
    with connection._nodb_cursor() as cursor:  # noqa: SLF001
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [template])
        cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
    connection.settings_dict["NAME"] = copy
    _runner = Runner()


def _run_in_copy(scenario: Scenario) -> Report | ScenarioError:
    assert _runner is not None, "the pool has given this process its copy"
    return _report(_runner, scenario)
