"""The environment that a command of the portal runs in.

Where `DATABASE_URL` is set, the installation has said what it wants and nothing is added to it.
Where it is not, the embedded services and keys made once for this home take its place.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
from collections.abc import Iterator

from launcher.places import Home
from launcher.services import Services, running_services

# Commands that make, change or drop tables and databases, which the application's role may not.
OWNER_COMMANDS = frozenset(
    {
        "createcachetable",
        "flush",
        "grant_roles",
        "makemigrations",
        "migrate",
        "prepare",
        "pgtrigger",
        "run_scenarios",
        "sqlflush",
        "sqlmigrate",
        "sqlsequencereset",
        "squashmigrations",
        "test",
    }
)

# Commands that look at the code alone and need no tables.
PLAIN_COMMANDS = frozenset(
    {
        "--help",
        "--version",
        "check",
        "check_policy",
        "collectstatic",
        "diffsettings",
        "findstatic",
        "help",
        "spectacular",
        "version",
    }
)


@contextlib.contextmanager
def command_environment(
    *, as_owner: bool, careless: bool = False, scratch: bool = False
) -> Iterator[Services | None]:
    """Set `os.environ` for one command, with embedded services for its time where needed.

    Yields the services, or None where the installation has all of its own. With `as_owner` the
    command's `DATABASE_URL` is the owner's.
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        _set(owner=as_owner)
        yield None
        return
    with running_services(careless=careless, throw_away=scratch) as services:
        if not os.environ.get("REDIS_URL"):
            os.environ["REDIS_URL"] = services.redis_url
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = services.database_url
            os.environ["DATABASE_OWNER_URL"] = services.database_owner_url
            # The keys belong to the embedded database: a real one never meets them.
            for name, value in home_settings(services.home).items():
                os.environ.setdefault(name, value)
        _set(owner=as_owner)
        yield services


def _set(*, owner: bool) -> None:
    if owner and os.environ.get("DATABASE_OWNER_URL"):
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]


def home_settings(home: Home) -> dict[str, str]:
    """The secrets of this home, made at its first use, and where its files lie."""
    if not home.keys.exists():
        draft = home.keys.with_name(f"keys.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(_new_keys(), file, indent=1)
        try:
            os.link(draft, home.keys)  # The first of two that start at once wins.
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    keys: dict[str, str] = json.loads(home.keys.read_text(encoding="ascii"))
    return keys | {
        "AUDIT_ANCHOR_FILE": str(home.path / "audit-anchor"),
        "FILES_DIR": str(home.path / "files"),
        "STATIC_FROM_SOURCE": "true",
    }


def _new_keys() -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ID_NUMBER_KEYS": f"home:{key()}",
        "ID_NUMBER_INDEX_KEY": key(),
    }
