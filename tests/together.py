"""Things done at once, each in a thread with a database connection of its own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, connections

T = TypeVar("T")


class Doing:
    """One work in a thread of its own, and what came of it."""

    def __init__(self, work: Callable[[], Any], *, start: threading.Barrier | None = None) -> None:
        self._work = work
        self._start = start
        self.answer: Any = None
        self.error: BaseException | None = None
        self.pid = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (self.pid,) = cursor.fetchone() or (0,)
            if self._start is not None:
                self._start.wait(60)
            self.answer = self._work()
        except BaseException as error:  # noqa: BLE001 - it is the test's to judge
            self.error = error
        finally:
            connections.close_all()

    @property
    def alive(self) -> bool:
        """Say whether the work is still being done."""
        return self._thread.is_alive()

    def wait(self, seconds: float = 60.0) -> Any:
        """Return the answer. Raises what the work raised, and TimeoutError."""
        self._thread.join(seconds)
        if self._thread.is_alive():
            raise TimeoutError("still at work")
        if self.error is not None:
            raise self.error
        return self.answer

    def settles_down(self, seconds: float = 30.0) -> bool:
        """Wait until the work is done (True) or waits for a lock of somebody else (False)."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.alive:
                return True
            if self.pid and _is_blocked(self.pid):
                return False
            time.sleep(0.002)
        raise TimeoutError("neither done nor waiting for a lock")


def _is_blocked(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [pid])
        row = cursor.fetchone()
    return bool(row and row[0])


def until_somebody_waits(seconds: float = 30.0) -> None:
    """Wait until another session waits for a lock that this connection holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
        time.sleep(0.002)
    raise TimeoutError("nobody waits for a lock of this connection")


def at_once(works: Sequence[Callable[[], T]], *, seconds: float = 300.0) -> list[T]:
    """Do all works at the same moment and return their answers. Raises the first error of any."""
    start = threading.Barrier(len(works))
    doings = [Doing(work, start=start) for work in works]
    return [doing.wait(seconds) for doing in doings]


class Pause:
    """Stops the thread it is used in before its n-th statement, until it is let go on."""

    def __init__(self, before: int) -> None:
        self.before = before
        self.reached = threading.Event()
        self._go_on = threading.Event()
        self._count = 0

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Watch the statements of this thread's connection."""
        with connection.execute_wrapper(self._watch):
            yield

    def _watch(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,
        context: Any,
    ) -> Any:
        self._count += 1
        if self._count == self.before:
            self.reached.set()
            self._go_on.wait(60)
        return execute(sql, params, many, context)

    def go_on(self) -> None:
        """Let the thread go on."""
        self._go_on.set()


def deadlocks_so_far() -> int:
    """Return how many deadlocks PostgreSQL has ended in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (number,) = cursor.fetchone() or (0,)
    return int(number)


@dataclass
class Aftermath:
    """What is looked at after a race, unless the test has spoilt the ledger on purpose."""

    looked_at: bool = True
