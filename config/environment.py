"""Reading the environment once, and refusing loudly what cannot be right.

Every setting that an installation may change is read through one `Environment`. A value that is
missing or has the wrong shape ends the process with exit code 2 and one sentence that names the
variable, says what is wrong and what to do; no traceback, because the reader of that sentence is
an administrator and not a programmer.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qs, quote, unquote, urlsplit

import environ
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})
AES_KEY_BYTES = 32


class Environment:
    """A reader over `source` that remembers which names it was asked for.

    The names are compared with `docs/settings.md` by a test, so that the page cannot go stale.
    """

    def __init__(self, source: Mapping[str, str] | None = None) -> None:
        self.names: list[str] = []
        self._source = dict(os.environ if source is None else source)
        self._env = environ.Env()
        self._env.ENVIRON = self._source

    def refuse(self, name: str, wrong: str, remedy: str) -> NoReturn:
        """End the process with exit code 2 and one sentence about the variable `name`."""
        print(f"{name} {wrong}; {remedy}.", file=sys.stderr)
        raise SystemExit(2)

    def text(
        self, name: str, *, default: str | None = None, example: str = "", choices: str = ""
    ) -> str:
        """Text; without a `default` it must be given. `choices` are words parted by spaces."""
        self.names.append(name)
        value = self._source.get(name, "").strip()
        if not value:
            if default is None:
                remedy = f"set it, for example {name}={example}" if example else "set it"
                self.refuse(name, "is not set", f"{remedy}, or start through ./run")
            return default
        if choices and value not in choices.split():
            self.refuse(name, f"is {value!r}", f"use one of: {', '.join(choices.split())}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or no."""
        value = self.text(name, default=str(default)).lower()
        if value not in YES | NO:
            self.refuse(name, f"is {value!r}, which is neither yes nor no", "use true or false")
        return value in YES

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.text(name, default=str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            self.refuse(
                name, f"is {value!r}", f"use a whole number between {low} and {high} without units"
            )
        return int(value)

    def words(self, name: str, *, default: str) -> list[str]:
        """A list of words parted by commas."""
        return [
            word for word in self.text(name, default=default).replace(" ", "").split(",") if word
        ]

    def secret(self, name: str) -> str:
        """A secret text of at least 32 characters."""
        value = self.text(name, example="<50 random characters>")
        if len(value) < 32:
            self.refuse(name, f"has only {len(value)} characters", "use at least 32 random ones")
        return value

    def file(self, name: str, *, default: str | None = None, example: str = "") -> Path:
        """An absolute path, for a file or a folder."""
        value = Path(self.text(name, default=default, example=example))
        if not value.is_absolute():
            self.refuse(name, f"is {str(value)!r}, a relative path", "give it from the root /")
        return value

    def site(self, name: str, *, default: str) -> str:
        """The address of the site: scheme and host, without a path."""
        value = self.text(name, default=default).rstrip("/")
        try:
            parts = urlsplit(value)
            shaped = parts.scheme in {"http", "https"} and parts.hostname and not parts.path
            _ = parts.port  # Asking for the port is what refuses "http://host:many".
        except ValueError:
            shaped = False
        if not shaped:
            self.refuse(name, f"is {value!r}", "use http(s)://host or http(s)://host:port alone")
        return value

    def database(self, name: str) -> dict[str, Any]:
        """A PostgreSQL address, as Django's DATABASES wants it (HOST may be a socket folder)."""
        url = self.text(name, example="postgresql://user:password@host:5432/name")
        remedy = "use postgresql://user:password@host:port/name"
        if not re.match(r"postgres(ql)?://", url):
            self.refuse(name, "is not the address of a PostgreSQL database", remedy)
        try:
            parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
        except ProgrammingError as error:
            # libpq's message does not repeat the password, only the part that it cannot read.
            self.refuse(name, f"cannot be read ({str(error).strip()})", remedy)
        if not parts.get("dbname"):
            self.refuse(name, "names no database", remedy)
        if not parts.get("user"):
            self.refuse(name, "names no user", remedy)
        return {
            "ENGINE": "record.database",
            "NAME": parts.pop("dbname"),
            "USER": parts.pop("user"),
            "PASSWORD": parts.pop("password", ""),
            "HOST": parts.pop("host", ""),
            "PORT": parts.pop("port", ""),
            "OPTIONS": parts,
        }

    def redis(self, name: str) -> str:
        """A Redis or Valkey address: redis://, rediss:// or unix:///path?db=0."""
        url = self.text(name, example="redis://host:6379/0")
        remedy = "use redis://host:6379/0, rediss://… or unix:///path/to.sock?db=0"
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            self.refuse(name, "cannot be read", remedy)
        place = parts.path if parts.scheme == "unix" else parts.hostname
        if parts.scheme not in {"redis", "rediss", "unix"} or not place:
            self.refuse(name, "is not the address of a Redis or Valkey server", remedy)
        return url

    def id_number_keys(self, name: str) -> list[tuple[str, bytes]]:
        """The AES-256 keys of the ID numbers, `id:base64` parted by commas, newest first."""
        value = self.text(name, example="2026a:<32 random bytes in base64>")
        keys: list[tuple[str, bytes]] = []
        for item in value.replace(" ", "").split(","):
            key_id, colon, encoded = item.partition(":")
            if not colon or not re.fullmatch(r"[A-Za-z0-9_-]{1,16}", key_id):
                self.refuse(
                    name,
                    "has an entry without a short name before its key",
                    "write each key as id:base64 with letters and digits for the id",
                )
            if key_id in {known for known, _ in keys}:
                self.refuse(name, f"has two keys named {key_id!r}", "give each key its own id")
            keys.append((key_id, self._key_bytes(name, key_id, encoded)))
        return keys

    def key(self, name: str) -> bytes:
        """One key of 32 bytes in base64."""
        return self._key_bytes(name, "", self.text(name, example="<32 random bytes in base64>"))

    def _key_bytes(self, name: str, key_id: str, encoded: str) -> bytes:
        which = f"has a key {key_id!r} that is not" if key_id else "is not"
        try:
            raw = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raw = b""
        if len(raw) != AES_KEY_BYTES:
            self.refuse(
                name, f"{which} 32 bytes in base64", "make one with: openssl rand -base64 32"
            )
        return raw

    def mail(self, name: str, *, default: str) -> dict[str, Any]:
        """Where mail goes: smtp+tls://user:password@host:587, or consolemail:// for the log."""
        self.text(name, default=default)
        try:
            return dict(self._env.email_url(name, default=default))
        except (KeyError, ValueError, environ.ImproperlyConfigured):
            self.refuse(name, "cannot be read", "use smtp+tls://user:password@host:587")


def celery_broker(redis_url: str) -> str:
    """The same Redis address in the words of Celery, which spells a unix socket its own way."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{quote(unquote(parts.path))}?virtual_host={database}"
