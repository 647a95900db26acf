"""Make `.venv` and install the locked packages. Runs on a bare Python, before anything is there.

Arguments: the project's folder and the stamp's text. The stamp is written last, so an interrupted
installation is taken up again at the next start.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

UV = "uv==0.13.9"
NEEDED_MB = 1500
EXIT_CODE = 2


def main() -> None:
    root, wanted = Path(sys.argv[1]), sys.argv[2]
    venv = root / ".venv"
    python = venv / "bin" / "python"
    try:
        (root / ".local").mkdir(mode=0o711 if os.getuid() == 0 else 0o700, exist_ok=True)
        # Two first starts at once: the second waits and then finds everything done.
        lock = (root / ".local" / "bootstrap.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _stamp(venv) == f"{wanted} {_version(python)}":
            return
        free_mb = shutil.disk_usage(root).free // 1_000_000
        if not venv.exists() and free_mb < NEEDED_MB:
            _end(
                f"The disk of {root} has {free_mb} MB free and the packages need {NEEDED_MB} MB;"
                " make room and start again."
            )
        print("Making the environment in .venv (once, about a minute) …", file=sys.stderr)
        if not _version(python) or _version(python) != _stamp(venv).removeprefix(f"{wanted} "):
            _make_venv(venv, python)
        _install(root, python)
        (venv / "stamp").write_text(f"{wanted} {_version(python)}")
    except PermissionError as error:
        _end(f"{error.filename} cannot be written by this user; start as its owner.")


def _make_venv(venv: Path, python: Path) -> None:
    # An environment that works is kept, even without a stamp: installing into it is quick.
    if _version(python) == f"Python {sys.version.split()[0]}":
        return
    shutil.rmtree(venv, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(venv, ignore_errors=True)
        _end(
            "python3 -m venv did not work (on Debian and Ubuntu, install the package"
            f" python3-venv): {_last_line(made.stdout + made.stderr)}"
        )


def _install(root: Path, python: Path) -> None:
    lock = str(root / "requirements.lock")
    environment = _environment(root, python)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    uv = [str(python), "-m", "uv", "pip", "install", "-q", "--python", str(python)]
    has_uv = not _run([*pip, UV], environment).returncode
    done = _run([*uv, "--require-hashes", "-r", lock], environment) if has_uv else None
    if done is None or done.returncode:
        # uv may be unknown to this machine's registry or mirror; pip takes longer, no more.
        done = _run([*pip, "--require-hashes", "-r", lock], environment)
    if done.returncode:
        message = done.stderr + done.stdout
        if "No space left" in message or "os error 28" in message:
            _end(f"The disk of {root} is full; make room and start again.")
        _end(
            "The packages could not be installed; is the package registry reachable?"
            f" {_last_line(message)}"
        )


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _environment(root: Path, python: Path) -> dict[str, str]:
    """The shell's environment, with a cache that can be written and pip's mirror told to uv."""
    environment = dict(os.environ)
    # The machine's own certificates: a mirror inside an organisation is often signed by its own.
    environment.setdefault("UV_SYSTEM_CERTS", "true")
    home = environment.get("HOME", "")
    if "UV_CACHE_DIR" not in environment and not (home and os.access(home, os.W_OK)):
        environment["UV_CACHE_DIR"] = str(root / ".local" / "uv-cache")
    if not any(name in environment for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        asked = _run([str(python), "-m", "pip", "config", "get", "global.index-url"], environment)
        mirror = environment.get("PIP_INDEX_URL") or asked.stdout.strip()
        if mirror:
            environment["UV_DEFAULT_INDEX"] = mirror
    return environment


def _version(python: Path) -> str:
    try:
        asked = subprocess.run([str(python), "-V"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout.strip()


def _stamp(venv: Path) -> str:
    try:
        return (venv / "stamp").read_text()
    except OSError:
        return ""


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else ""


def _end(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    raise SystemExit(EXIT_CODE)


if __name__ == "__main__":
    main()
