#!/usr/bin/env python3
"""Django's commands, with the embedded services for their time where no database is set."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415
    except ImportError:
        # A python without the packages: ./run makes the environment and comes back here.
        run = Path(__file__).resolve().parent / "run"
        os.execv("/bin/sh", ["/bin/sh", str(run), "manage", *sys.argv[1:]])  # noqa: S606

    from launcher.environment import (  # noqa: PLC0415
        OWNER_COMMANDS,
        PLAIN_COMMANDS,
        command_environment,
    )
    from launcher.preparing import is_prepared, prepare  # noqa: PLC0415
    from launcher.refusals import LauncherError, end_with  # noqa: PLC0415

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        with command_environment(as_owner=command in OWNER_COMMANDS) as services:
            # In a fresh clone one line does its job, without a migration before it.
            if (
                services is not None
                and os.environ["DATABASE_URL"] == services.database_url
                and command not in PLAIN_COMMANDS
                and not is_prepared(services.home)
            ):
                prepare(services.home)
            execute_from_command_line(sys.argv)
    except LauncherError as error:
        end_with(str(error))


if __name__ == "__main__":
    main()
