"""The portal on a real server, over the test's database, and a plain HTTP client for it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from launcher.places import ROOT

HOST = "127.0.0.1"


@contextmanager
def running_server(log: Path, *, workers: int = 2, threads: int = 4) -> Iterator[int]:
    """Start the server as an installation does, as the application's role; yield its port.

    The test's rows must be committed for it. What it prints goes to `log`.
    """
    database = connection.settings_dict
    host = quote(str(database["HOST"]), safe="")
    url = f"postgresql://{settings.DATABASE_APP_ROLE}@/{database['NAME']}?host={host}"
    if database["PORT"]:
        url += f"&port={database['PORT']}"
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
        *("--host", HOST, "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", str(threads), "--http", "1", "--no-ws"),
    ]
    environment = dict(
        os.environ,
        DATABASE_URL=url,
        DJANGO_SETTINGS_MODULE="config.settings",
        PROCESS_KIND="web",
        ALLOWED_HOSTS=HOST,
        STATIC_FROM_SOURCE="true",
        PAGES_A_MINUTE="100000",
        CALLS_A_MINUTE="100000",
    )
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_for(port, server, log)
            yield port
            # A worker that fell over would take the server with it.
            assert server.poll() is None, log.read_text(errors="replace")[-4000:]
        except BaseException:
            print(log.read_text(errors="replace")[-4000:])
            raise
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text(errors="replace")[-2000:]
        try:
            answer = Caller(port, "").ask("GET", "/healthz")
        except OSError:
            time.sleep(0.2)
            continue
        if answer.status == 200:
            return
    raise TimeoutError(log.read_text(errors="replace")[-2000:])


@dataclass(frozen=True)
class Answer:
    """An answer of the server."""

    status: int
    content: bytes
    headers: dict[str, str]

    @property
    def told(self) -> Any:
        """Return the JSON of the answer."""
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """Return the code of a problem, or an empty text."""
        is_problem = self.headers.get("content-type") == "application/problem+json"
        return str(self.told["code"]) if is_problem else ""


class Caller:
    """One connection that is kept, for one thread, signed in with a token."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._token = token
        self.cut = 0

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:
        """Send a request and return its answer; a broken connection is opened anew next time.

        A server may close a kept connection at any time (RFC 9112, 9.5). What has a key, or has no
        effect, is then sent once more, as every client must; `cut` counts it.
        """
        try:
            return self._ask(method, path, body, key=key)
        except (http.client.RemoteDisconnected, ConnectionResetError):
            if not key and method != "GET":
                raise
            self.cut += 1
            return self._ask(method, path, body, key=key)

    def _ask(self, method: str, path: str, body: Any, *, key: str) -> Answer:
        headers = {"Accept-Language": "en", "Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if key:
            headers["Idempotency-Key"] = key
        data = None if body is None else json.dumps(body).encode()
        try:
            self._connection.request(method, path, data, headers)
            got = self._connection.getresponse()
            content = got.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        return Answer(got.status, content, {k.lower(): v for k, v in got.getheaders()})

    def post(self, path: str, body: Any, *, key: str = "") -> Answer:
        """POST to an address of the interface."""
        return self.ask("POST", f"/api/v1/{path}", body, key=key)

    def get(self, path: str) -> Answer:
        """GET an address of the interface."""
        return self.ask("GET", f"/api/v1/{path}")

    @contextmanager
    def sent(self, path: str, body: Any, *, key: str) -> Iterator[None]:
        """POST, and cut the connection at the end of the block, the answer unread."""
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        data = json.dumps(body).encode()
        self._connection.request("POST", f"/api/v1/{path}", data, headers)
        try:
            yield
        finally:
            self._connection.close()
