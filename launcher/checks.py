"""`./run check`: everything that can be said about the code without running it.

Each check prints one line, all of them run, and the exit code is 1 where any failed.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher import messages
from launcher.environment import command_environment
from launcher.places import ROOT
from launcher.refusals import LauncherError

# Spelled in pieces, so that this file does not find itself.
REGISTRY_HOSTS = tuple(
    host.replace("|", ".")
    for host in (
        *("pypi|org", "pythonhosted|org", "npmjs|org", "npmjs|com", "yarnpkg|com"),
        *("deb|debian|org", "archive|ubuntu|com", "unpkg|com", "jsdelivr|net", "cdnjs|cloudflare"),
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home)/[a-z]")


@dataclass(frozen=True)
class Check:
    """A check's name and what does it; it returns what is wrong, or nothing."""

    name: str
    find_faults: Callable[[], str]


def run(arguments: list[str]) -> int:
    """Run the named checks, or all; returns 1 where one failed."""
    unknown = set(arguments) - {check.name for check in CHECKS}
    if unknown:
        names = ", ".join(check.name for check in CHECKS)
        raise LauncherError(
            f"./run check does not know {', '.join(sorted(unknown))}; try: {names}."
        )
    os.chdir(ROOT)
    failed = 0
    with command_environment(as_owner=True):
        for check in CHECKS:
            if arguments and check.name not in arguments:
                continue
            faults = check.find_faults().strip()
            print(f"{'failed' if faults else 'ok':<6} {check.name}", flush=True)
            if faults:
                failed += 1
                print("       " + faults.replace("\n", "\n       "), flush=True)
    return 1 if failed else 0


def _program(*command: str) -> Callable[[], str]:
    """A check that is a program: what it prints counts where it ends with another code than 0."""

    # A program of the environment, such as djade, or what python is to run.
    program, *options = command
    beside = Path(sys.executable).parent / program
    line = [str(beside), *options] if beside.is_file() else [sys.executable, *command]

    def find_faults() -> str:
        done = subprocess.run(
            line,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=dict(os.environ, PYTHONPATH=str(ROOT), NO_COLOR="1", COLUMNS="120"),
        )
        if done.returncode == 0:
            return ""
        return (done.stdout + done.stderr).strip() or f"ended with {done.returncode}"

    return find_faults


def _files_of_the_project() -> Iterator[Path]:
    """What git keeps or would keep; without git, every file but the generated ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    if listed.returncode == 0:
        for name in sorted(set(listed.stdout.decode().split("\0")) - {""}):
            if (ROOT / name).is_file():
                yield ROOT / name
        return
    hidden = {".venv", ".git", ".local", "__pycache__", "media", "staticfiles"}
    for path in sorted(ROOT.rglob("*")):
        if path.is_file() and not hidden & set(path.relative_to(ROOT).parts):
            yield path


def _templates() -> str:
    files = [
        str(file.relative_to(ROOT))
        for file in _files_of_the_project()
        if file.suffix == ".html" and "templates" in file.parts
    ]
    return _program("djade", "--target-version", "5.2", "--check", *files)() if files else ""


def _translations() -> str:
    return "\n".join(
        f"{locale}: {missing}"
        for locale in messages.LOCALES
        for missing in messages.untranslated(locale)
    )


def _linear_migrations() -> str:
    """Each room's migrations stand in one line, in the order of their numbers, and say what for.

    Two that follow the same one work in each developer's copy and fail where both arrive.
    """
    faults = []
    for folder in sorted(ROOT.glob("*/migrations")):
        room = folder.parent.name
        before: str | None = None
        for file in sorted(folder.glob("[0-9]*.py")):
            needed = {name for app, name in _dependencies(file) if app == room}
            if needed != ({before} if before else set()):
                faults.append(f"{room}/{file.name}: follows {sorted(needed)}, not {before}")
            if "_auto_" in file.name:
                faults.append(f"{room}/{file.name}: name it for what it does")
            before = file.stem
    return "\n".join(faults)


def _dependencies(file: Path) -> list[tuple[str, str]]:
    """The pairs of app and migration that a migration names as its predecessors."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "dependencies" for target in node.targets
        ):
            pairs = [
                ast.literal_eval(pair)
                for pair in ast.walk(node.value)
                if isinstance(pair, ast.Tuple)
            ]
            return [(str(app), str(name)) for app, name in pairs]
    return []


def _hosts_and_paths() -> str:
    """No registry's host and no path of somebody's machine in any file."""
    faults = []
    for file in _files_of_the_project():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            found = next((host for host in REGISTRY_HOSTS if host in line), None)
            path = MACHINE_PATHS.search(line)
            if found or path:
                what = found or (path.group() if path else "")
                faults.append(f"{file.relative_to(ROOT)}:{number}: {what}")
    return "\n".join(faults)


def _lines() -> str:
    """No source file over 400 lines: a longer one is split by noun."""
    faults = []
    for file in _files_of_the_project():
        if file.suffix == ".py" and "migrations" not in file.parts:
            lines = len(file.read_text(encoding="utf-8").splitlines())
            if lines > 400:
                faults.append(f"{file.relative_to(ROOT)}: {lines} lines")
    return "\n".join(faults)


CHECKS = (
    Check("style", _program("-m", "ruff", "check", "--quiet", ".")),
    Check("format", _program("-m", "ruff", "format", "--quiet", "--check", "--diff", ".")),
    Check("types", _program("-m", "mypy", "--no-error-summary", ".")),
    Check("layers", _program("-c", "from importlinter.cli import lint_imports_command as c; c()")),
    Check("templates", _templates),
    Check("django", _program("manage.py", "check", "--fail-level", "WARNING")),
    Check(
        "migrations",
        _program("manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
    ),
    Check("linear", _linear_migrations),
    Check("policy", _program("manage.py", "check_policy")),
    Check("translations", _translations),
    Check("hosts", _hosts_and_paths),
    Check("lines", _lines),
)
