"""The embedded services: found by a second user, gone with the last one, whatever kills whom.

These tests start real servers in homes of their own. They run as root (PostgreSQL then runs as
`nobody`) and as a normal user.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from launcher import demo
from launcher.environment import home_settings
from launcher.places import ROOT, open_home, remove_home
from launcher.processes import is_alive, wait_until
from launcher.refusals import LauncherError
from launcher.services import running_services
from launcher.testing import scratch_home

linux_only = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="reads the table of processes in /proc"
)


@pytest.fixture
def home() -> Iterator[Path]:
    path = scratch_home()
    yield path
    if path.exists():
        opened = open_home(path)
        wait_until(lambda: not _processes_of(path), seconds=10)
        remove_home(opened)


def _processes_of(home: Path) -> list[int]:
    """The keeper and the servers that belong to a home, by their command lines."""
    token = open_home(home).sockets.name.encode() if home.exists() else b"\0none"
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        pid = int(folder.name)
        if pid != os.getpid() and (str(home).encode() in line or token in line) and is_alive(pid):
            found.append(pid)
    return found


def _pid_of(home: Path, word: str) -> int:
    for pid in _processes_of(home):
        if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    raise AssertionError(f"no {word} runs for {home}")


def _user(home: Path) -> subprocess.Popen[str]:
    """Another process that uses the services until it is killed."""
    program = (
        "import pathlib, sys, time\n"
        "from launcher.services import running_services\n"
        "with running_services(pathlib.Path(sys.argv[1]), careless=True) as services:\n"
        "    print(services.database_url, flush=True)\n"
        "    time.sleep(600)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


@linux_only
def test_the_services_are_shared_and_end_with_their_last_user(home: Path) -> None:
    with ExitStack() as first, ExitStack() as second:
        one = first.enter_context(running_services(home, careless=True))
        keeper = _pid_of(home, "launcher.keeper")
        two = second.enter_context(running_services(home, careless=True))
        assert two.database_url == one.database_url
        assert _pid_of(home, "launcher.keeper") == keeper
        first.close()
        time.sleep(1)
        with psycopg.connect(two.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert wait_until(lambda: not one.home.sockets.exists(), seconds=10)
    assert wait_until(lambda: not _processes_of(home), seconds=10)


def test_the_roles_have_no_more_than_they_need(home: Path) -> None:
    with running_services(home, careless=True, throw_away=True) as services:
        with psycopg.connect(services.database_url, autocommit=True) as app:
            settings: dict[str, str] = dict(
                app.execute(
                    "SELECT name, setting FROM pg_settings WHERE name IN"
                    " ('listen_addresses', 'data_checksums', 'server_encoding')"
                ).fetchall()
            )
            assert settings == {
                "listen_addresses": "",
                "data_checksums": "on",
                "server_encoding": "UTF8",
            }
            for forbidden in ("CREATE TABLE mine (id int)", "CREATE DATABASE mine"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(forbidden)
        with psycopg.connect(services.database_owner_url, autocommit=True) as owner:
            owner.execute("CREATE EXTENSION pg_trgm")
            owner.execute("CREATE EXTENSION btree_gist")
            owner.execute("CREATE DATABASE scratch")
            (superuser,) = owner.execute("SELECT current_setting('is_superuser')").fetchone() or ()
            assert superuser == "off"
            # With the wrong locale a Chinese name has no trigrams, and nobody is ever found.
            assert owner.execute("SELECT similarity('欧阳建国', '欧阳建')").fetchone() != (0.0,)
        queue = redis.Redis.from_url(services.redis_url)
        assert queue.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert queue.config_get("port") == {"port": "0"}
    assert not services.home.path.exists()
    assert not services.home.sockets.exists()
    assert not services.home.cluster.exists()


@linux_only
def test_a_killed_user_leaves_nothing_running(home: Path) -> None:
    user = _user(home)
    assert user.stdout is not None
    assert user.stdout.readline().startswith("postgresql://")
    assert _processes_of(home)
    user.send_signal(signal.SIGKILL)
    user.wait()
    assert wait_until(lambda: not _processes_of(home), seconds=15)


@linux_only
@pytest.mark.parametrize("victim", ["launcher.keeper", "postgres"])
def test_after_a_killed_keeper_or_server_the_next_start_keeps_the_data(
    home: Path, victim: str
) -> None:
    with running_services(home, careless=True) as services:
        with psycopg.connect(services.database_owner_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(_pid_of(home, victim), signal.SIGKILL)
        assert wait_until(services.have_ended, seconds=10)
        # At once, while the old servers may still be going down.
        with (
            running_services(home, careless=True) as again,
            psycopg.connect(again.database_owner_url) as connection,
        ):
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    assert wait_until(lambda: not _processes_of(home), seconds=15)


def test_starting_over_keeps_the_keys_alone(home: Path) -> None:
    with running_services(home, careless=True) as services:
        keys = home_settings(services.home)
        with psycopg.connect(services.database_owner_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE old ()")
        with pytest.raises(LauncherError, match="command uses the embedded database"):
            demo._start_over(services.home)
    demo._start_over(services.home)
    with running_services(home, careless=True) as services:
        assert home_settings(services.home) == keys
        with psycopg.connect(services.database_owner_url) as connection:
            found = connection.execute("SELECT 1 FROM pg_tables WHERE tablename = 'old'")
            assert found.fetchone() is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@linux_only
def test_a_normal_user_has_services_of_their_own(tmp_path: Path) -> None:
    # The packages must be readable for the other user, which a home of mode 0700 prevents.
    if not os.access(sys.executable, os.X_OK) or not _others_may_read(Path(sys.prefix)):
        pytest.skip("the environment stands in a folder that other users cannot enter")
    program = (
        "import os, pathlib, sys\n"
        "from launcher.services import running_services\n"
        "with running_services(pathlib.Path(sys.argv[1]), careless=True, throw_away=True) as it:\n"
        "    print(os.getuid(), it.home.account.uid, it.home.account.is_another)\n"
    )
    home = scratch_home()
    done = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        cwd=ROOT,
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["65534", "65534", "False"], done.stderr
    assert not home.exists()


def _others_may_read(path: Path) -> bool:
    return all(
        folder.stat().st_mode & 0o001
        for one in (path.resolve(), Path(sys.executable).resolve())
        for folder in (one, *one.parents)
    )
