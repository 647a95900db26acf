"""Using the embedded services: find the keeper of a home, or start one, and stay connected."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher.places import ROOT, Home, configured_home, open_home
from launcher.refusals import LauncherError

SECONDS_TO_START = 120.0
TRIES_TO_START = 5


@dataclass(frozen=True)
class Services:
    """The addresses of the running services, and the connection that keeps them."""

    home: Home
    database_url: str
    database_owner_url: str
    redis_url: str
    connection: socket.socket

    def have_ended(self) -> bool:
        """True where the keeper has gone, and the services with it."""
        try:
            return self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


@contextlib.contextmanager
def running_services(
    path: Path | None = None, *, careless: bool = False, throw_away: bool = False
) -> Iterator[Services]:
    """The embedded services for as long as the block runs, shared with every other user.

    `path` is their home (the configured one without it). `careless` switches fsync off and
    `throw_away` removes the home afterwards; both are for tests and take effect where this call
    is the one that starts the keeper.
    """
    home = open_home(path or configured_home())
    connection, answer = _connect_or_start(home, careless=careless, throw_away=throw_away)
    try:
        if "error" in answer:
            raise LauncherError(answer["error"])
        yield Services(home=home, connection=connection, **answer)
    finally:
        connection.close()
    if throw_away:
        _wait_until_removed(home)


def _connect_or_start(
    home: Home, *, careless: bool, throw_away: bool
) -> tuple[socket.socket, dict[str, str]]:
    deadline = time.monotonic() + SECONDS_TO_START
    keeper: subprocess.Popen[bytes] | None = None
    tries = 0
    while time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS_TO_START)
        try:
            connection.connect(str(home.keeper_socket))
            with connection.makefile("rb") as lines:
                line = lines.readline()
            if line:
                connection.settimeout(None)
                return connection, json.loads(line)
        except OSError:
            pass
        connection.close()
        # No keeper, or one that is just leaving: a new one waits for its lock.
        if keeper is None or keeper.poll() is not None:
            if tries == TRIES_TO_START:
                break
            tries += 1
            keeper = _start_keeper(home, careless=careless, throw_away=throw_away)
        time.sleep(0.05)
    raise LauncherError(f"The embedded services did not start; see {home.keeper_log}.")


def _start_keeper(home: Home, *, careless: bool, throw_away: bool) -> subprocess.Popen[bytes]:
    options = ["--careless"] * careless + ["--remove"] * throw_away
    with home.keeper_log.open("wb") as log:
        # Not tied to this process: it may serve others when this one has gone.
        return subprocess.Popen(
            [sys.executable, "-m", "launcher.keeper", str(home.path), *options],
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _wait_until_removed(home: Home) -> None:
    deadline = time.monotonic() + 30
    while home.path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
