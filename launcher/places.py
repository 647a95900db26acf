"""Where the embedded services keep their things.

The home is `.local/` in the project (or `MUTUALAID_HOME`). It holds the keys, the locks and, where
the file rights allow it, the database cluster.

PostgreSQL refuses to run as root, so root starts it as `nobody`, who must be able to reach the
programs and the data: inside the home where every folder above may be passed through, else under
/var/lib. No right of a folder that existed before is ever changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from launcher.refusals import LauncherError

ROOT = Path(__file__).resolve().parent.parent
LEAST_FREE_MB = 300
# A unix socket's path has at most 107 bytes, which a long temporary folder would use up.
SOCKETS_BASE = Path("/tmp")  # noqa: S108  (each folder in it is private and checked for its owner)
SYSTEM_BASE = Path("/var/lib/mutual-aid-portal")


@dataclass(frozen=True)
class Account:
    """The system account that the servers run as."""

    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        """True where root hands the servers to an account without rights."""
        return self.uid != os.getuid()


@dataclass(frozen=True)
class Home:
    """The folders of one set of embedded services."""

    path: Path
    cluster: Path
    sockets: Path
    account: Account

    @property
    def data(self) -> Path:
        """The database cluster itself, private to the servers' account."""
        return self.cluster / "data"

    @property
    def server_sockets(self) -> Path:
        """The private folder with the sockets of PostgreSQL and Valkey."""
        return self.sockets / "s"

    @property
    def keeper_socket(self) -> Path:
        return self.sockets / "keeper"

    @property
    def keeper_lock(self) -> Path:
        return self.path / "keeper.lock"

    @property
    def keeper_log(self) -> Path:
        return self.path / "keeper.log"

    @property
    def keys(self) -> Path:
        return self.path / "keys.json"


def configured_home() -> Path:
    """`MUTUALAID_HOME`, or `.local/` of this checkout."""
    given = os.environ.get("MUTUALAID_HOME", "").strip()
    return Path(given).resolve() if given else ROOT / ".local"


def open_home(path: Path) -> Home:
    """Make the home and its folders where they lack, and say where everything is."""
    account = _servers_account()
    try:
        # Passed through by nobody where root runs; what is private in it says so itself.
        path.mkdir(mode=0o711 if account.is_another else 0o700, parents=True, exist_ok=True)
        _refuse_foreign(path, owner=os.getuid())
        token = _token(path)
        cluster = _cluster_place(path, token=token, account=account)
        cluster.mkdir(mode=0o755, parents=True, exist_ok=True)
        sockets = SOCKETS_BASE / f"mutualaid-{token}"
        _sockets_folders(sockets, account)
    except PermissionError as error:
        raise LauncherError(
            f"{error.filename} cannot be written by this user; run as its owner, or set"
            " MUTUALAID_HOME to a folder of your own."
        ) from error
    return Home(path=path, cluster=cluster, sockets=sockets, account=account)


def refuse_full_disk(folder: Path, *, least_mb: int = LEAST_FREE_MB) -> None:
    """Raise where the disk of `folder` has less than `least_mb` free."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < least_mb:
        raise LauncherError(
            f"The disk of {folder} has {free_mb} MB free and {least_mb} MB are needed;"
            " make room and start again."
        )


def remove_home(home: Home) -> None:
    """Remove everything of a home: its cluster, its sockets and its keys."""
    for folder in (home.cluster, home.sockets, home.path):
        shutil.rmtree(folder, ignore_errors=True)


def _servers_account() -> Account:
    if os.getuid() != 0:
        return Account(uid=os.getuid(), gid=os.getgid())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise LauncherError(
            "PostgreSQL does not run as root and this machine has no account 'nobody';"
            " start as a normal user."
        ) from error
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


def _token(path: Path) -> str:
    """A name of its own for this home, the same at each start and in no other checkout."""
    file = path / "token"
    if not file.exists():
        draft = file.with_name(f"token.{os.getpid()}")
        draft.write_text(secrets.token_hex(4))
        try:
            os.link(draft, file)  # The first of two that start at once wins.
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return hashlib.sha256(f"{file.read_text()}{os.getuid()}".encode()).hexdigest()[:10]


def _cluster_place(path: Path, *, token: str, account: Account) -> Path:
    outside = SYSTEM_BASE / token
    if outside.exists() or (account.is_another and not _may_pass_through(path)):
        return outside
    return path / "cluster"


def _may_pass_through(path: Path) -> bool:
    """True where every folder down to `path` lets an unrelated account through."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def _sockets_folders(sockets: Path, account: Account) -> None:
    """Make the sockets' folders, also while a keeper that ends takes its own away."""
    for _ in range(10):
        with contextlib.suppress(FileNotFoundError):
            _private_folder(sockets, mode=0o711 if account.is_another else 0o700, owner=os.getuid())
            _private_folder(sockets / "s", mode=0o700, owner=account.uid)
            return
    raise LauncherError(f"{sockets} is taken away each time that it is made; start again.")


def _private_folder(path: Path, *, mode: int, owner: int) -> None:
    try:
        path.mkdir(mode=mode)
        path.chmod(mode)
        if owner != os.getuid():
            os.chown(path, owner, -1)
    except FileExistsError:
        pass
    _refuse_foreign(path, owner=owner)


def _refuse_foreign(path: Path, *, owner: int) -> None:
    # lstat: in a folder where all may write, a stranger could have put a link to another place.
    seen = os.lstat(path)
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != owner:
        raise LauncherError(
            f"{path} belongs to another user; run as its owner, remove it, or set MUTUALAID_HOME"
            " to a folder of your own."
        )
