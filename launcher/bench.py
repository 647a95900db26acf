"""`./run bench NAME`: a benchmark with services of its own, in full durability."""

from __future__ import annotations

import os
import subprocess
import sys

from launcher.environment import command_environment
from launcher.places import ROOT
from launcher.testing import forget_settings, scratch_home


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(
        file.stem for file in (ROOT / "bench").glob("*.py") if not file.stem.startswith("_")
    )


def run(arguments: list[str]) -> int:
    """Run `bench/NAME.py` on a fresh, migrated database; the other arguments are its own."""
    if not arguments or arguments[0] not in names():
        print(f"./run bench NAME …   with NAME one of: {', '.join(names()) or 'none yet'}")
        return 0 if not arguments else 2
    forget_settings()
    os.environ["MUTUALAID_HOME"] = str(scratch_home())
    with command_environment(as_owner=True, scratch=True):
        environment = dict(
            os.environ, PYTHONPATH=str(ROOT), DJANGO_SETTINGS_MODULE="config.settings"
        )
        migrated = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "migrate", "-v", "0"],
            env=environment,
            check=False,
        ).returncode
        return (
            migrated
            or subprocess.run(
                [sys.executable, str(ROOT / "bench" / f"{arguments[0]}.py"), *arguments[1:]],
                env=environment,
                check=False,
            ).returncode
        )
