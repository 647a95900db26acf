"""`./run test`: the suite with services of its own, beside whatever else runs."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher.environment import command_environment
from launcher.places import ROOT

READS_A_SETTING = re.compile(r'\benv\.[a-z_]+\(\s*"([A-Z][A-Z0-9_]*)"')


def setting_names() -> set[str]:
    """The names of every setting that `config/settings.py` reads."""
    source = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    return set(READS_A_SETTING.findall(source))


def forget_settings() -> None:
    """Take the installation's settings out of this process, so that a test cannot reach them."""
    for name in (*setting_names(), "DATABASE_OWNER_URL", "MUTUALAID_HOME"):
        os.environ.pop(name, None)


def scratch_home() -> Path:
    """A name for a home that is thrown away; `open_home` makes it."""
    return Path(tempfile.gettempdir()) / f"mutualaid-scratch-{secrets.token_hex(4)}"


def run(arguments: list[str]) -> int:
    """Run pytest; the arguments are its own, and `--long` for the longer shares."""
    forget_settings()
    os.environ["MUTUALAID_HOME"] = str(scratch_home())
    # The suite makes its own database, so it runs as the owner; tests of the application's role
    # connect as that role themselves.
    with command_environment(as_owner=True, careless=True, scratch=True):
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *_side_by_side(arguments),
                *map(_from_here, arguments),
            ],
            cwd=ROOT,
            check=False,
        ).returncode


def _side_by_side(arguments: list[str]) -> list[str]:
    """One process a core for the whole suite; tests that are named run in one, as written."""
    some = any(
        argument == "-n" or Path(argument.partition("::")[0]).exists() for argument in arguments
    )
    return [] if some else ["-n", str(os.cpu_count() or 1), "--dist", "loadfile"]


def _from_here(argument: str) -> str:
    """A file named from the folder where the command was given, seen from the project's."""
    path, colons, test = argument.partition("::")
    return f"{Path(path).resolve()}{colons}{test}" if Path(path).exists() else argument
