"""Two halves of a work at the same time: the second one in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from django.db import connection

from .world import DemoError

Work = Callable[[], Counter[str]]


@contextmanager
def beside(work: Work) -> Iterator[Work]:
    """Do a work beside the block, with the same database role; yields what returns its outcome.

    Inside a transaction, which no second connection could look into, it is done after the block.
    Raises DemoError where the work failed.
    """
    outcome: list[Counter[str]] = []
    if connection.in_atomic_block or sys.platform != "linux":
        yield lambda: outcome[0]
        outcome.append(work())
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (role,) = cursor.fetchone() or ("",)
    # A fork keeps the plan that was made so far; nothing else runs in this process.
    forking = multiprocessing.get_context("fork")
    receiver, sender = forking.Pipe(duplex=False)
    process = forking.Process(target=_run, args=(work, role, sender), daemon=True)
    process.start()
    sender.close()
    try:
        yield lambda: outcome[0]
        try:
            outcome.append(receiver.recv())
        except EOFError:
            raise DemoError("the second half did not come to its end; see above") from None
    finally:
        if not outcome:
            process.terminate()
        process.join()


def _run(work: Work, role: str, sender: Connection) -> None:
    """Do the work on a connection of this process's own, and send its outcome."""
    # The parent's connection is left alone: closing it here would end it there.
    inherited, connection.connection = connection.connection, None
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {connection.ops.quote_name(role)}")
        sender.send(work())
        connection.close()
    except BaseException:  # noqa: BLE001  (whatever it is, the parent learns that there is no outcome)
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    del inherited
    os._exit(0)
