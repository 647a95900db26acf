"""A hospital's side of the interface, with nothing but Python's own library: an example to follow.

What makes it safe to repeat: a message and its key are written down before they are sent, and are
sent again as they are until an answer comes.
"""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

#: A message that got no answer, or one of these, is sent again as it is.
_AGAIN = frozenset({502, 503, 504})
_TRIES = 6
#: A token is renewed so many seconds before it ends.
_EARLY = 30


class Refused(Exception):
    """The portal said no: `problem` is its problem details (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('code', '')}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str:
        """Return the stable code of the problem."""
        return str(self.problem.get("code", ""))


class NoAnswer(Exception):
    """No answer came, however often it was asked: find out later under the same key."""


@dataclass
class Client:
    """A signed-in machine of an institution."""

    url: str
    client_id: str
    secret: str
    language: str = "zh"
    seconds: float = 10.0
    #: Told of each repetition, for who watches.
    say: Callable[[str], None] = field(default=lambda _text: None)
    _token: str = ""
    _token_ends: float = 0.0

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """Read something. Raises Refused, NoAnswer."""
        more = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._send("GET", f"{path}{more}", None, {})

    def post(self, path: str, body: dict[str, Any], *, key: str = "") -> dict[str, Any]:
        """Send a message; with a key it is repeated until it is answered. Raises as `get`."""
        headers = {"Idempotency-Key": key} if key else {}
        return self._send("POST", path, json.dumps(body).encode(), headers)

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        may_repeat = method == "GET" or "Idempotency-Key" in headers
        for attempt in range(1, _TRIES + 1):
            wait = 2.0 ** (attempt - 1) / 2
            try:
                return self._once(method, path, body, headers)
            except urllib.error.HTTPError as error:
                problem = _problem(error)
                refused = Refused(error.code, problem)
                if error.code == 401 and attempt == 1:
                    self._token_ends = 0.0
                    continue
                busy = error.code in _AGAIN or refused.code == "request_in_progress"
                if not (busy and may_repeat):
                    raise refused from None
                wait = float(error.headers.get("Retry-After") or wait)
                self.say(f"{error.code}, sent again in {wait:.0f} s")
            except (OSError, HTTPException) as error:
                # A time-out, or a connection that broke: it may have been done or not.
                if not may_repeat:
                    raise NoAnswer(str(error)) from None
                self.say(f"no answer ({type(error).__name__}), sent again in {wait:.1f} s")
            time.sleep(wait)
        raise NoAnswer(f"{method} {path}: no answer after {_TRIES} tries")

    def _once(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310  (the address is the administrator's)
            f"{self.url}/api/v1/{path}",
            data=body,
            method=method,
            headers={
                "Authorization": f"Bearer {self._bearer()}",
                "Content-Type": "application/json",
                "Accept-Language": self.language,
                **headers,
            },
        )
        with urllib.request.urlopen(request, timeout=self.seconds) as answer:  # noqa: S310
            read: dict[str, Any] = json.load(answer)
            return read

    def _bearer(self) -> str:
        """Return a token that is good, and sign in for a new one where it is not."""
        if time.monotonic() >= self._token_ends:
            given = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            request = urllib.request.Request(  # noqa: S310
                f"{self.url}/api/v1/token",
                data=b"grant_type=client_credentials",
                headers={"Authorization": f"Basic {given}"},
            )
            with urllib.request.urlopen(request, timeout=self.seconds) as answer:  # noqa: S310
                told = json.load(answer)
            self._token = str(told["access_token"])
            self._token_ends = time.monotonic() + told["expires_in"] - _EARLY
        return self._token


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(error.read())
    except (ValueError, OSError):
        return {}
    return read
