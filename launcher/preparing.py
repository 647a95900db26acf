"""Keep the embedded database in step with the code, without asking Django at each start."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence

from launcher.places import ROOT, Home
from launcher.refusals import LauncherError


def state_of_the_code() -> str:
    """A digest of everything that decides how the tables look and who may do what in them."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for file in (ROOT / "record" / "grants.py", *sorted(ROOT.glob("*/migrations/*.py"))):
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_prepared(home: Home) -> bool:
    """True where the embedded database has the tables of this code."""
    marker = home.path / "prepared"
    return marker.exists() and marker.read_text(encoding="ascii") == state_of_the_code()


def prepare(home: Home | None, options: Sequence[str] = ()) -> None:
    """Run `manage.py prepare` as the owner, once at a time; no `home`: an outer database."""
    environment = dict(os.environ)
    if environment.get("DATABASE_OWNER_URL"):
        environment["DATABASE_URL"] = environment["DATABASE_OWNER_URL"]
    with _one_at_a_time(home):
        state = state_of_the_code()
        status = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "prepare", "-v", "0", *options],
            env=environment,
            check=False,
        ).returncode
        if status:
            raise LauncherError("The database could not be prepared; the reason stands above.")
        if home is not None:
            (home.path / "prepared").write_text(state, encoding="ascii")


@contextlib.contextmanager
def _one_at_a_time(home: Home | None) -> Iterator[None]:
    if home is None:
        yield
        return
    with (home.path / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
