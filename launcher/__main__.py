"""The verbs of `./run`, after the environment is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

# `run` starts this folder as a program, which puts the folder itself on the path of imports.
sys.path[0] = str(Path(__file__).resolve().parent.parent)


def main(arguments: list[str]) -> int:
    """Do one verb; returns the exit code."""
    from launcher import bench, checks, demo, messages, refusals, testing  # noqa: PLC0415
    from launcher.places import ROOT  # noqa: PLC0415

    def manage(*command: str) -> int:
        os.execv(sys.executable, [sys.executable, str(ROOT / "manage.py"), *command])  # noqa: S606

    def scenarios(paths: list[str]) -> int:
        return manage("run_scenarios", *(paths or [str(ROOT / "tests" / "scenarios")]))

    verbs: dict[str, Callable[[list[str]], int]] = {
        "demo": demo.run,
        "test": testing.run,
        "check": checks.run,
        "manage": lambda rest: manage(*rest),
        "shell": lambda rest: manage("shell", *rest),
        "scenarios": scenarios,
        "bench": bench.run,
        "messages": messages.run,
    }
    try:
        messages.compile_translations()
        return verbs[arguments[0]](arguments[1:])
    except refusals.LauncherError as error:
        refusals.end_with(str(error))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
