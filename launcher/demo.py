"""`./run demo`: the portal with the demonstration province, started and stopped as one thing."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

import psycopg
import redis

from launcher.environment import command_environment
from launcher.places import ROOT, Home, configured_home, open_home, refuse_full_disk
from launcher.preparing import is_prepared, prepare
from launcher.processes import spawn, stop, wait_until
from launcher.refusals import LauncherError
from launcher.services import Services

HOST = "127.0.0.1"
SECONDS_FOR_THE_FIRST = 180.0
#: Who tries a demonstration out lets scripts walk through it, which are quicker than any person.
_PAGES_A_MINUTE = "1200"
_CALLS_A_MINUTE = "100000"


@dataclass(frozen=True)
class Part:
    """One process of the portal."""

    name: str
    command: list[str]
    kind: str
    gently: signal.Signals


def run(arguments: list[str]) -> int:
    """Start everything and stay until Ctrl-C; returns the exit code."""
    unknown = [argument for argument in arguments if argument != "--fresh"]
    if unknown:
        raise LauncherError(f"./run demo knows --fresh alone, not {' '.join(unknown)}.")
    fresh = "--fresh" in arguments
    if fresh and os.environ.get("DATABASE_URL"):
        raise LauncherError(
            "--fresh starts the embedded database over and DATABASE_URL names another one;"
            " unset DATABASE_URL, or empty that database yourself."
        )
    port = _port()
    _refuse_wrong_servers()
    home = open_home(configured_home())
    with (home.path / "demo.lock").open("a") as lock:
        if not _locks(lock):
            if fresh:
                raise LauncherError("The demonstration runs; stop it before you start it over.")
            # One that is still starting is waited for; if it gives up, this one goes on.
            wait_until(
                lambda: _announcement(home).exists() or _locks(lock),
                seconds=SECONDS_FOR_THE_FIRST,
                pause=0.25,
            )
            if not _locks(lock):
                return _tell_of_the_first(home)
        _announcement(home).unlink(missing_ok=True)
        _refuse_taken(port)
        refuse_full_disk(home.path)
        if fresh or _loading(home).exists():
            # A load that was cut off is worth nothing, so it is begun again from the start.
            _start_over(home)
        os.environ["PORT"] = str(port)
        with command_environment(as_owner=False) as services, _stop_on_signals():
            _prepare(home, services)
            return _serve(home, services, port)


# --- before anything is started -----------------------------------------------------------------


def _port() -> int:
    given = os.environ.get("PORT", "").strip() or "8000"
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 65535:
        raise LauncherError(f"PORT is {given!r}; use a whole number between 1 and 65535.")
    return int(given)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise LauncherError(
                f"PORT {port} may not be opened by this user; choose one above 1023,"
                " for example PORT=8001 ./run demo."
            ) from error
        except OSError as error:
            raise LauncherError(
                f"PORT {port} is in use by another program; choose another,"
                f" for example PORT={port % 65535 + 1} ./run demo."
            ) from error


def _refuse_wrong_servers() -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        if url := os.environ.get(name):
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.Error as error:
                reason = str(error).strip().splitlines()[-1]
                raise LauncherError(
                    f"{name} leads to no database that answers ({reason}); correct it, or unset"
                    " it to use the embedded one."
                ) from error
    if url := os.environ.get("REDIS_URL"):
        try:
            redis.Redis.from_url(url, socket_connect_timeout=5).ping()
        except (redis.RedisError, ValueError, OSError) as error:
            raise LauncherError(
                f"REDIS_URL leads to no Redis or Valkey that answers ({error}); correct it, or"
                " unset it to use the embedded one."
            ) from error


def _locks(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tell_of_the_first(home: Home) -> int:
    if not _announcement(home).exists():
        raise LauncherError("Another ./run demo has been starting for long; see its terminal.")
    first = json.loads(_announcement(home).read_text(encoding="utf-8"))
    print(f"The demonstration already runs at {first['address']} (process {first['pid']}).")
    _print_sign_ins(home)
    return 0


def _start_over(home: Home) -> None:
    """Remove the embedded database and what belongs to it; the keys stay."""
    with home.keeper_lock.open("a") as lock:
        if not wait_until(lambda: _locks(lock), seconds=5):
            raise LauncherError(
                "Another ./run command uses the embedded database; let it end and start again."
            )
        for folder in (home.data, home.path / "files"):
            shutil.rmtree(folder, ignore_errors=True)
        for name in ("prepared", "sign-ins", "audit-anchor", "demo-loaded", "demo-loading"):
            (home.path / name).unlink(missing_ok=True)


# --- the portal ---------------------------------------------------------------------------------


def _prepare(home: Home, services: Services | None) -> None:
    embedded = services is not None and os.environ["DATABASE_URL"] == services.database_url
    loaded = home.path / "demo-loaded"
    if embedded and loaded.exists() and is_prepared(home):
        return
    print("Preparing the database and the demonstration province …", flush=True)
    began = time.monotonic()
    if embedded and not loaded.exists():
        _loading(home).touch()
    prepare(home if embedded else None, ["--demo", "--sign-ins", str(home.path / "sign-ins")])
    if embedded:
        loaded.touch()
        _loading(home).unlink(missing_ok=True)
    print(f"Prepared in {time.monotonic() - began:.0f} s.", flush=True)


def _parts(home: Home, port: int) -> list[Part]:
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "config.celery"]
    return [
        Part(
            name="web",
            command=[
                *(python, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
                *("--host", HOST, "--port", str(port), "--workers", "2"),
                *("--blocking-threads", "4", "--http", "1", "--no-ws"),
                *("--workers-kill-timeout", "3", "--respawn-failed-workers"),
            ],
            kind="web",
            gently=signal.SIGTERM,
        ),
        Part(
            name="worker",
            command=[
                *(*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            kind="worker",
            # A cold stop: what a task has not committed is found again by the sweep.
            gently=signal.SIGQUIT,
        ),
        Part(
            name="beat",
            command=[
                *(*celery, "beat", "--pidfile=", "--loglevel", "INFO"),
                *("--schedule", str(home.path / "beat-schedule")),
            ],
            kind="worker",
            gently=signal.SIGTERM,
        ),
    ]


def _serve(home: Home, services: Services | None, port: int) -> int:
    address = f"http://localhost:{port}"
    logs = home.path / "logs"
    logs.mkdir(exist_ok=True)
    with ExitStack() as stack:
        running: list[tuple[Part, subprocess.Popen[bytes]]] = []
        stack.callback(_stop_all, running)
        for part in _parts(home, port):
            with (logs / f"{part.name}.log").open("wb") as output:
                process = spawn(
                    part.command,
                    environment=_environment(part),
                    death_signal=part.gently,
                    output=output,
                    folder=ROOT,
                )
            running.append((part, process))

        web = running[0][1]
        wait_until(lambda: _healthy(port) or web.poll() is not None, seconds=60)
        _refuse_dead(running, logs)
        draft = home.path / "demo.new"
        draft.write_text(json.dumps({"address": address, "pid": os.getpid()}), encoding="utf-8")
        draft.rename(_announcement(home))
        stack.callback(_announcement(home).unlink, missing_ok=True)

        print(f"\nThe portal is at {address}  (Ctrl-C stops it; its logs are in {logs})")
        _print_sign_ins(home)
        try:
            while True:
                time.sleep(0.5)
                _refuse_dead(running, logs)
                if services is not None and services.have_ended():
                    raise LauncherError(
                        f"The embedded services have ended; see {home.cluster / 'postgres.log'}."
                    )
        except KeyboardInterrupt:
            print("\nStopping …", flush=True)
    return 0


def _environment(part: Part) -> dict[str, str]:
    return dict(
        os.environ,
        DJANGO_SETTINGS_MODULE="config.settings",
        PROCESS_KIND=part.kind,
        PAGES_A_MINUTE=os.environ.get("PAGES_A_MINUTE", _PAGES_A_MINUTE),
        CALLS_A_MINUTE=os.environ.get("CALLS_A_MINUTE", _CALLS_A_MINUTE),
        PYTHONUNBUFFERED="1",
    )


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _refuse_dead(running: list[tuple[Part, subprocess.Popen[bytes]]], logs: Path) -> None:
    for part, process in running:
        if process.poll() is not None:
            log = logs / f"{part.name}.log"
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise LauncherError(f"The {part.name} process ended: {' '.join(last)} (see {log}).")


def _stop_all(running: list[tuple[Part, subprocess.Popen[bytes]]]) -> None:
    # All are asked first and waited for afterwards, so that the slowest alone decides the time.
    for part, process in running:
        if process.poll() is None:
            process.send_signal(part.gently)
    for part, process in running:
        stop(process, gently=part.gently, seconds=5)


@contextmanager
def _stop_on_signals() -> Iterator[None]:
    """SIGTERM and a closed terminal end the demonstration as Ctrl-C does.

    SIGINT is taken too: a shell starts its background jobs with that signal ignored.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    endings = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupt) for number in endings}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _announcement(home: Home) -> Path:
    return home.path / "demo.json"


def _loading(home: Home) -> Path:
    return home.path / "demo-loading"


def _print_sign_ins(home: Home) -> None:
    file = home.path / "sign-ins"
    if file.exists():
        print(file.read_text(encoding="utf-8").rstrip(), flush=True)
