"""`./run`, `./run demo` and `manage.py`: one sentence where they cannot, and one demo at a time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.places import ROOT, open_home, remove_home
from launcher.preparing import state_of_the_code
from launcher.processes import wait_until
from launcher.services import running_services
from launcher.testing import scratch_home, setting_names

RUN = ROOT / "run"


def _environment(home: Path, **settings: str) -> dict[str, str]:
    """This shell's environment without the suite's own services."""
    ours = {*setting_names(), "DATABASE_OWNER_URL", "MUTUALAID_HOME"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"MUTUALAID_HOME": str(home)} | settings


def _run(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(RUN), *arguments],
        env=_environment(home, **settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _counts_as_loaded(path: Path) -> None:
    """These tests are about starting, so a home's database counts as prepared and loaded."""
    open_home(path)
    (path / "prepared").write_text(state_of_the_code(), encoding="ascii")
    (path / "demo-loaded").touch()
    (path / "sign-ins").write_text("zhou  case officer\n", encoding="utf-8")


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of the test's own, whose services stop and start with it."""
    path = scratch_home()
    _counts_as_loaded(path)
    yield path
    if path.exists():
        remove_home(open_home(path))


@pytest.fixture(scope="module")
def served_home() -> Iterator[Path]:
    """A home whose services run all the time: nobody waits for them."""
    path = scratch_home()
    _counts_as_loaded(path)
    with running_services(path, careless=True, throw_away=True):
        yield path


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_run_alone_lists_its_verbs(tmp_path: Path) -> None:
    done = _run(tmp_path)
    assert done.returncode == 0
    for verb in ("demo", "test", "check", "manage", "shell", "scenarios", "bench", "messages"):
        assert f"\n  {verb} " in done.stdout


def test_an_unknown_verb_is_refused(tmp_path: Path) -> None:
    done = _run(tmp_path, "dance")
    assert done.returncode == 2
    assert '"dance"' in done.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (["demo"], {"PORT": "many"}, "PORT is 'many'"),
        (["demo"], {"PORT": "70000"}, "between 1 and 65535"),
        (["demo", "--loud"], {}, "--fresh alone"),
        (["demo", "--fresh"], {"DATABASE_URL": "postgresql://u@h/d"}, "unset DATABASE_URL"),
        (["demo"], {"DATABASE_URL": "postgresql://u@127.0.0.1:9/d"}, "DATABASE_URL leads to no"),
        (["demo"], {"DATABASE_URL": "nonsense"}, "DATABASE_URL leads to no"),
        (["demo"], {"REDIS_URL": "redis://127.0.0.1:9/0"}, "REDIS_URL leads to no"),
        (["demo"], {"REDIS_URL": "nonsense"}, "REDIS_URL leads to no"),
        (["check", "beauty"], {}, "does not know beauty"),
        (["manage", "check"], {"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is 'LOUD'"),
    ],
)
def test_what_cannot_be_right_is_one_sentence(
    served_home: Path, arguments: list[str], settings: dict[str, str], says: str
) -> None:
    done = _run(served_home, *arguments, **settings)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_in_use_is_one_sentence(served_home: Path, port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = _run(served_home, "demo", PORT=str(port))
    assert done.returncode == 2
    assert done.stderr.startswith(f"PORT {port} is in use")
    assert done.stderr.count("\n") == 1


def test_a_missing_secret_beside_a_database_of_ones_own_is_one_sentence(served_home: Path) -> None:
    own = {"DATABASE_URL": "postgresql://u@h/d", "REDIS_URL": "redis://h/0"}
    done = _run(served_home, "manage", "check", **own)
    assert done.returncode == 2
    assert done.stderr.startswith("SECRET_KEY is not set;")
    assert done.stderr.count("\n") == 1


def test_a_folder_of_somebody_else_is_one_sentence(tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can make another user's folder")
    os.chown(tmp_path, 12345, 12345)
    done = _run(tmp_path, "manage", "check")
    assert done.returncode == 2
    assert "belongs to another user" in done.stderr


def test_a_command_passes_its_exit_code_on(served_home: Path) -> None:
    assert _run(served_home, "manage", "check").returncode == 0
    assert _run(served_home, "manage", "no_such_command").returncode == 1


def test_an_old_python_is_one_sentence(tmp_path: Path) -> None:
    # A copy of the script alone, in a folder with a space, and only an old python on the path.
    place = tmp_path / "a clone"
    place.mkdir()
    (place / "run").write_text(RUN.read_text(encoding="utf-8"), encoding="utf-8")
    (place / "requirements.lock").touch()
    tools = tmp_path / "bin"
    tools.mkdir()
    old = tools / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit\nexit 1\n')
    old.chmod(0o755)
    for tool in ("cksum", "cat", "dirname"):
        (tools / tool).symlink_to(_which(tool))
    done = subprocess.run(
        ["/bin/sh", str(place / "run"), "demo"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed and Python 3.9.2 was found" in done.stderr
    assert done.stderr.count("\n") == 1


def _which(tool: str) -> str:
    return next(
        f"{folder}/{tool}" for folder in ("/usr/bin", "/bin") if Path(folder, tool).exists()
    )


class _Demo:
    """A running `./run demo`."""

    def __init__(self, home: Path, port: int) -> None:
        self.port = port
        self._home = home
        self._log = (home / "terminal").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            ["/bin/sh", str(RUN), "demo"],
            env=_environment(home, PORT=str(port)),
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self.announcement = home / "demo.json"
        started = wait_until(
            lambda: self._is_announced() or self.process.poll() is not None, seconds=90
        )
        assert started, self.terminal()
        assert self.process.poll() is None, self.terminal()

    def _is_announced(self) -> bool:
        # A killed predecessor may have left its own announcement.
        try:
            announced = json.loads(self.announcement.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return False
        return bool(announced["pid"] == self.process.pid)

    def terminal(self) -> str:
        return (self._home / "terminal").read_text(encoding="utf-8")

    def descendants(self) -> list[int]:
        """Every process of this home, and of its web server by the port."""
        token = open_home(self._home).sockets.name
        words = (str(self._home).encode(), token.encode(), f"--port\0{self.port}".encode())
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                everything = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if state != "Z" and any(word in everything for word in words):
                found.append(int(folder.name))
        return [pid for pid in found if pid != os.getpid()]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc")
def test_one_demo_at_a_time_and_nothing_left_of_it(home: Path, port: int) -> None:
    demo = _Demo(home, port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert json.load(answer) == {"database": "ok", "redis": "ok"}

    second = _run(home, "demo", PORT=str(port))
    assert second.returncode == 0
    assert f"already runs at http://localhost:{port}" in second.stdout
    assert "zhou  case officer" in second.stdout
    fresh = _run(home, "demo", "--fresh")
    assert fresh.returncode == 2
    assert "stop it before" in fresh.stderr
    # A command beside it uses its services and leaves them running.
    assert _run(home, "manage", "check", "--database", "default").returncode == 0
    time.sleep(1)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        assert json.load(answer)["database"] == "ok"

    began = time.monotonic()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(timeout=30) == 0, demo.terminal()
    assert time.monotonic() - began < 15
    assert wait_until(lambda: not demo.descendants(), seconds=10)
    assert not demo.announcement.exists()

    # Killed without a word, it leaves nothing running, and the same port serves again.
    again = _Demo(home, port)
    again.process.kill()
    again.process.wait()
    assert wait_until(lambda: not again.descendants(), seconds=20), again.descendants()
    third = _Demo(home, port)
    third.process.send_signal(signal.SIGTERM)
    assert third.process.wait(timeout=30) == 0, third.terminal()
    assert wait_until(lambda: not third.descendants(), seconds=10)
