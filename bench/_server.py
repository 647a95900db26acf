"""The portal's web server as `./run demo` starts it, for benchmarks over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def portal(application: str = "config.wsgi:application", *, limited: bool = False) -> Iterator[int]:
    """Run two workers with four threads each; yields their port, and stops them after.

    `application`: another one than the portal, of a module in bench/. `limited`: with the limits
    that browsers and machines meet; a benchmark's clients are quicker than any.
    """
    port = free_port()
    pace = {} if limited else {"PAGES_A_MINUTE": "100000", "CALLS_A_MINUTE": "100000"}
    log = Path(os.environ["MUTUALAID_HOME"]) / "bench-web.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                *(application, "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "2", "--blocking-threads", "4", "--http", "1", "--no-ws"),
            ],
            cwd=ROOT,
            env=dict(
                os.environ,
                **pace,
                PORT=str(port),
                LOG_LEVEL="WARNING",
                STATIC_FROM_SOURCE="true",
                PYTHONPATH=os.pathsep.join([str(ROOT), str(ROOT / "bench")]),
            ),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, server, log)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"The web server did not start; its log ends with:\n{log.read_text()[-2000:]}")
