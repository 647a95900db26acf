"""The keeper: a small process that holds the embedded services while anybody uses them.

Whoever needs the services connects to the keeper's socket and stays connected; the system closes
the connection however that process ends, so nobody can forget to say good-bye. With the last one
gone the keeper stops the services and leaves. If the keeper itself is killed, the services get a
signal from the system, and what is still left of them is stopped at the next start.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import selectors
import shutil
import signal
import socket
import time
from pathlib import Path
from types import FrameType

import psycopg

from launcher.places import Home, open_home, remove_home
from launcher.postgres import APP_ROLE, OWNER_ROLE, Postgres, start_postgres
from launcher.processes import wait_until
from launcher.refusals import LauncherError
from launcher.valkey import Valkey, start_valkey

SECONDS_UNTIL_FIRST_USER = 20.0
SECONDS_AFTER_LAST_USER = 0.5
SECONDS_FOR_A_PREDECESSOR = 60.0


class Keeper:
    """One keeper for one home; `serve` returns when nobody is left."""

    def __init__(self, home: Home, *, careless: bool) -> None:
        self._home = home
        self._careless = careless
        self._services: list[Postgres | Valkey] = []
        self._ending = False

    def serve(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._home.keeper_socket.unlink()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self._home.keeper_socket))
        self._home.keeper_socket.chmod(0o600)
        listener.listen(64)
        listener.setblocking(False)
        try:
            answer = self._start()
            self._serve_users(listener, answer)
        finally:
            # The door first: who comes now starts a new keeper, which waits for our lock.
            self._home.keeper_socket.unlink(missing_ok=True)
            listener.close()
            for service in reversed(self._services):
                service.stop()

    def _start(self) -> dict[str, str]:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._end)
        try:
            postgres = start_postgres(self._home, careless=self._careless)
            self._services.append(postgres)
            valkey = start_valkey(self._home)
            self._services.append(valkey)
        except LauncherError as error:
            return {"error": str(error)}
        except (OSError, psycopg.Error) as error:
            reason = " ".join(str(error).split())
            return {"error": f"The embedded services did not start: {reason}."}
        return {
            "database_url": postgres.url(APP_ROLE),
            "database_owner_url": postgres.url(OWNER_ROLE),
            "redis_url": valkey.url(),
        }

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _serve_users(self, listener: socket.socket, answer: dict[str, str]) -> None:
        line = json.dumps(answer).encode() + b"\n"
        users: set[socket.socket] = set()
        leaves_at = time.monotonic() + SECONDS_UNTIL_FIRST_USER
        with selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            while not self._ending:
                for key, _ in selector.select(timeout=0.25):
                    if key.fileobj is listener:
                        user, _ = listener.accept()
                        user.setblocking(False)
                        with contextlib.suppress(OSError):
                            user.sendall(line)
                        users.add(user)
                        selector.register(user, selectors.EVENT_READ)
                    elif isinstance(key.fileobj, socket.socket) and _has_left(key.fileobj):
                        users.discard(key.fileobj)
                        selector.unregister(key.fileobj)
                        key.fileobj.close()
                        leaves_at = time.monotonic() + SECONDS_AFTER_LAST_USER
                if not users and time.monotonic() > leaves_at:
                    break
                if any(service.process.poll() is not None for service in self._services):
                    break
        for user in users:
            user.close()


def _has_left(user: socket.socket) -> bool:
    try:
        return user.recv(64) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _lock_or_leave(home: Home) -> int | None:
    """The lock of this home, held until the process ends; None where another keeper serves."""
    lock = os.open(home.keeper_lock, os.O_RDWR | os.O_CREAT, 0o600)

    def locked() -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    wait_until(lambda: locked() or is_served(home), seconds=SECONDS_FOR_A_PREDECESSOR)
    return lock if locked() else None


def is_served(home: Home) -> bool:
    """True where a keeper answers at the home's socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(home.keeper_socket))
        except OSError:
            return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--careless", action="store_true", help="no fsync: for tests")
    parser.add_argument("--remove", action="store_true", help="remove the home at the end")
    options = parser.parse_args()
    home = open_home(options.home)
    if _lock_or_leave(home) is None:
        return
    # Opened again: a predecessor that was just leaving has taken its sockets' folder with it.
    home = open_home(options.home)
    Keeper(home, careless=options.careless).serve()
    shutil.rmtree(home.sockets, ignore_errors=True)
    if options.remove:
        remove_home(home)


if __name__ == "__main__":
    main()
