"""Child processes that cannot outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from launcher.places import Account

PR_SET_PDEATHSIG = 1
# Loaded before any fork: loading a library between fork and exec can hang.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    death_signal: signal.Signals,
    output: IO[bytes] | int | None = None,
    account: Account | None = None,
    folder: Path | str = "/",
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own that gets `death_signal` when this process dies.

    A session of its own, so that Ctrl-C in the terminal reaches the launcher alone, which then
    stops its children in order. `account` is given where root hands the child to another account.
    """
    other = account is not None and account.is_another
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        preexec_fn=_tied_to(os.getpid(), death_signal),  # noqa: PLW1509  (no threads here)
        user=account.uid if other and account else None,
        group=account.gid if other and account else None,
        extra_groups=[] if other else None,
    )


def _tied_to(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    def tie() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # The parent died before the line above took effect.
                os._exit(1)

    return tie


def stop(
    process: subprocess.Popen[bytes], *, gently: signal.Signals, seconds: float = 5.0
) -> int | None:
    """Ask a child to end; after `seconds` end its whole session by force. Returns its status."""
    if process.poll() is None:
        process.send_signal(gently)
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return process.returncode


def is_alive(pid: int) -> bool:
    """True where a process with this id exists and is not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return state != "Z"


def wait_until(ready: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Ask `ready` until it is true or the time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
