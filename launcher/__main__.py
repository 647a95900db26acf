"""The verbs of `./run`, after the environment is made."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

# `run` starts this folder as a program, which puts the folder itself on the path of imports.
sys.path[0] = str(Path(__file__).resolve().parent.parent)


# The verbs with a module of their own; the rest are commands of Django.
MODULES = {
    "bench": "launcher.bench",
    "check": "launcher.checks",
    "demo": "launcher.demo",
    "messages": "launcher.messages",
    "pictures": "launcher.pictures",
    "test": "launcher.testing",
}


def main(verb: str, arguments: list[str]) -> int:
    """Do one verb; returns the exit code."""
    from launcher import refusals, translations  # noqa: PLC0415
    from launcher.places import ROOT  # noqa: PLC0415

    try:
        translations.compile_all()
        if verb in MODULES:
            # Loaded by need: a verb that only hands over should not wait for the others' packages.
            return int(import_module(MODULES[verb]).run(arguments))
        if verb == "scenarios":
            arguments = ["run_scenarios", *(arguments or [str(ROOT / "tests" / "scenarios")])]
        elif verb == "shell":
            arguments = ["shell", *arguments]
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        os.execv(sys.executable, command)  # noqa: S606
    except refusals.LauncherError as error:
        refusals.end_with(str(error))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
