"""Where things are and how the warehouse is set: one frozen object, read from the environment.

Every variable has a default that works in a fresh checkout. A child process (dbt, an Airflow task, a reader) that is
started with `Settings.environment()` in its environment loads the same settings.

==============================  ========================================================================
variable                        meaning
==============================  ========================================================================
LONGCANG_PROJECT                the project's root folder (default: the folder that holds `warehouse/`)
LONGCANG_HOME                   state: archive, secrets, logs, embedded server (default `<project>/.longcang`)
LONGCANG_SERVER_HOME            state of the embedded server and its passwords (default LONGCANG_HOME)
LONGCANG_LANDING                what the counties sent (default `<project>/landing`)
LONGCANG_FEEDBACK               workbooks for the counties (default `<home>/feedback`)
LONGCANG_DATABASE_URL           any PostgreSQL 15 or newer in place of the embedded server
LONGCANG_DATABASE_NAME          name of the warehouse's database on the embedded server (default `longcang`)
LONGCANG_AIRFLOW_DATABASE_URL   Airflow's metadata; needed where LONGCANG_DATABASE_URL is set and Airflow is used
LONGCANG_AIRFLOW_DATABASE_NAME  name of Airflow's database on the embedded server (default `airflow`)
LONGCANG_PG_PORT                a fixed port for the embedded server (default: a free one, remembered)
LONGCANG_PG_BIN                 folder of PostgreSQL programs (initdb, pg_ctl, postgres) in place of the wheel's
LONGCANG_AIRFLOW_PORT           a fixed port for Airflow's page (default: a free one from 8080 on, remembered)
LONGCANG_KEEP_PUBLICATIONS      publications whose rows are kept (default 30)
LONGCANG_KEEP_LOG_DAYS          days that logs, dbt's targets and pages of verdicts are kept (default 14)
LONGCANG_SETTLE_SECONDS         seconds between two looks at a file's size before it is read (default 5)
LONGCANG_NEW_FILES_PER_COUNTY   new files of one county that a night takes in (default 2000); the rest waits
LONGCANG_MISSING_SHARE_LIMIT    share of the known landed files, 0 to 1, that may vanish in a night (default 0.2)
LONGCANG_MISSING_FILES_ALLOWED  so many may vanish whatever share that is (default 1)
LONGCANG_REFUSED_SHARE_LIMIT    share of refused rows, 0 to 1, past which a file is refused (default 0.5)
LONGCANG_READ_HIDDEN_ROWS       yes | no: whether hidden rows of a workbook count (default yes)
LONGCANG_READ_HIDDEN_SHEETS     yes | no: whether hidden sheets count (default no)
LONGCANG_WORKERS                processes that read workbooks at once (default: the cores this process may use)
LONGCANG_INCOME_BASIS           all | without_subsidy | operating_net (default all)
LONGCANG_PASSWORD_<LOGIN>       password of a login (LONGCANG_BUILD, BI_READER and so on; see `connect`)
LONGCANG_SHARED_STATE           where root keeps a cluster that `nobody` runs (`server_account`)
LONGCANG_NO_NAMESPACE           anything: root does not try a user namespace (`server_account`)
==============================  ========================================================================
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from warehouse.errors import SettingsError

_YES_NO = {True: "yes", False: "no"}
INCOME_BASES = ("all", "without_subsidy", "operating_net")


@dataclass(frozen=True)
class Settings:
    """The settings of one warehouse. Paths are absolute; no folder is created by loading."""

    project_root: Path
    home: Path
    server_home: Path
    landing: Path
    feedback: Path
    database_url: str | None = field(default=None, repr=False)
    airflow_database_url: str | None = field(default=None, repr=False)
    database_name: str = "longcang"
    airflow_database_name: str = "airflow"
    pg_port: int | None = None
    pg_bin: Path | None = None
    airflow_port: int | None = None
    keep_publications: int = 30
    keep_log_days: int = 14
    settle_seconds: float = 5.0
    new_files_per_county: int = 2000
    missing_share_limit: float = 0.2
    missing_files_allowed: int = 1
    refused_share_limit: float = 0.5
    reads_hidden_rows: bool = True
    reads_hidden_sheets: bool = False
    workers: int = 1
    income_basis: str = "all"

    @property
    def is_embedded(self) -> bool:
        """Whether the warehouse lives on the embedded server."""
        return self.database_url is None

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def local_reference(self) -> Path:
        return self.home / "reference"

    @property
    def airflow_home(self) -> Path:
        return self.home / "airflow"

    @property
    def dbt_dir(self) -> Path:
        return self.home / "dbt"

    @property
    def data_docs(self) -> Path:
        return self.home / "data_docs"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def secrets_dir(self) -> Path:
        """Secrets of this warehouse (token key, Airflow's keys); the passwords of roles are the server's."""
        return self.home / "secrets"

    @property
    def server_secrets_dir(self) -> Path:
        """Passwords of the roles: roles belong to a server, so several homes on one server share them."""
        return self.server_home / "secrets"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from `environ` (default `os.environ`).

        Raises SettingsError with one sentence that names the variable that cannot be used.
        """
        env = os.environ if environ is None else environ

        def path(name: str, default: Path) -> Path:
            return Path(env.get(name) or default).expanduser().absolute()

        root = path("LONGCANG_PROJECT", Path(__file__).resolve().parent.parent)
        home = path("LONGCANG_HOME", root / ".longcang")
        income_basis = env.get("LONGCANG_INCOME_BASIS") or "all"
        if income_basis not in INCOME_BASES:
            raise SettingsError(
                f"LONGCANG_INCOME_BASIS is {income_basis!r}; it must be one of {', '.join(INCOME_BASES)}."
            )
        return cls(
            project_root=root,
            home=home,
            server_home=path("LONGCANG_SERVER_HOME", home),
            landing=path("LONGCANG_LANDING", root / "landing"),
            feedback=path("LONGCANG_FEEDBACK", home / "feedback"),
            database_url=env.get("LONGCANG_DATABASE_URL") or None,
            airflow_database_url=env.get("LONGCANG_AIRFLOW_DATABASE_URL") or None,
            database_name=env.get("LONGCANG_DATABASE_NAME") or "longcang",
            airflow_database_name=env.get("LONGCANG_AIRFLOW_DATABASE_NAME") or "airflow",
            pg_port=_optional_port(env, "LONGCANG_PG_PORT"),
            pg_bin=path("LONGCANG_PG_BIN", root) if env.get("LONGCANG_PG_BIN") else None,
            airflow_port=_optional_port(env, "LONGCANG_AIRFLOW_PORT"),
            keep_publications=int(_number(env, "LONGCANG_KEEP_PUBLICATIONS", 30, 1, 100_000)),
            keep_log_days=int(_number(env, "LONGCANG_KEEP_LOG_DAYS", 14, 1, 36_500)),
            settle_seconds=_number(env, "LONGCANG_SETTLE_SECONDS", 5.0, 0, 86_400),
            new_files_per_county=int(_number(env, "LONGCANG_NEW_FILES_PER_COUNTY", 2000, 1, 1_000_000)),
            missing_share_limit=_number(env, "LONGCANG_MISSING_SHARE_LIMIT", 0.2, 0, 1),
            missing_files_allowed=int(_number(env, "LONGCANG_MISSING_FILES_ALLOWED", 1, 0, 1_000_000)),
            refused_share_limit=_number(env, "LONGCANG_REFUSED_SHARE_LIMIT", 0.5, 0, 1),
            reads_hidden_rows=_yes(env, "LONGCANG_READ_HIDDEN_ROWS", True),
            reads_hidden_sheets=_yes(env, "LONGCANG_READ_HIDDEN_SHEETS", False),
            workers=int(_number(env, "LONGCANG_WORKERS", _usable_cores(), 1, 1024)),
            income_basis=income_basis,
        )

    def environment(self) -> dict[str, str]:
        """The LONGCANG_* variables under which a child process loads these same settings.

        An unset optional is given as '' so that a variable of the parent's environment cannot leak through.
        """
        return {
            "LONGCANG_PROJECT": str(self.project_root),
            "LONGCANG_HOME": str(self.home),
            "LONGCANG_SERVER_HOME": str(self.server_home),
            "LONGCANG_LANDING": str(self.landing),
            "LONGCANG_FEEDBACK": str(self.feedback),
            "LONGCANG_DATABASE_URL": self.database_url or "",
            "LONGCANG_AIRFLOW_DATABASE_URL": self.airflow_database_url or "",
            "LONGCANG_DATABASE_NAME": self.database_name,
            "LONGCANG_AIRFLOW_DATABASE_NAME": self.airflow_database_name,
            "LONGCANG_PG_PORT": str(self.pg_port or ""),
            "LONGCANG_PG_BIN": str(self.pg_bin or ""),
            "LONGCANG_AIRFLOW_PORT": str(self.airflow_port or ""),
            "LONGCANG_KEEP_PUBLICATIONS": str(self.keep_publications),
            "LONGCANG_KEEP_LOG_DAYS": str(self.keep_log_days),
            "LONGCANG_SETTLE_SECONDS": str(self.settle_seconds),
            "LONGCANG_NEW_FILES_PER_COUNTY": str(self.new_files_per_county),
            "LONGCANG_MISSING_SHARE_LIMIT": str(self.missing_share_limit),
            "LONGCANG_MISSING_FILES_ALLOWED": str(self.missing_files_allowed),
            "LONGCANG_REFUSED_SHARE_LIMIT": str(self.refused_share_limit),
            "LONGCANG_READ_HIDDEN_ROWS": _YES_NO[self.reads_hidden_rows],
            "LONGCANG_READ_HIDDEN_SHEETS": _YES_NO[self.reads_hidden_sheets],
            "LONGCANG_WORKERS": str(self.workers),
            "LONGCANG_INCOME_BASIS": self.income_basis,
        }

    def with_changes(self, **changes: Any) -> Settings:
        """A copy with some fields changed (`home` given alone moves the archive, logs and so on, not the server)."""
        return replace(self, **changes)

    def make_folders(self) -> None:
        """Create the state folders, those that may hold personal data or passwords closed to others (0700).

        Raises SettingsError with one sentence where a folder cannot be created or written.
        """
        closed = [self.home, self.server_home, self.archive, self.secrets_dir, self.server_secrets_dir, self.logs]
        closed += [self.dbt_dir, self.data_docs, self.airflow_home, self.feedback]
        for folder in closed:
            make_private_folder(folder)


def make_private_folder(folder: Path) -> None:
    """Create `folder` (0700) where it is missing and see that this process can write into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise SettingsError(f"{folder} is needed as a folder, but a file of that name is there.") from None
    except OSError as error:
        raise SettingsError(f"The folder {folder} cannot be created: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"The folder {folder} cannot be written by this user; set LONGCANG_HOME to one that can.")


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def _number(env: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = (env.get(name) or "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}; it must be a number.") from None
    if not low <= value <= high:
        raise SettingsError(f"{name} is {text}; it must lie between {low:g} and {high:g}.")
    return value


def _yes(env: Mapping[str, str], name: str, default: bool) -> bool:
    text = (env.get(name) or _YES_NO[default]).strip().lower()
    if text not in _YES_NO.values():
        raise SettingsError(f"{name} is {text!r}; it must be yes or no.")
    return text == "yes"


def _optional_port(env: Mapping[str, str], name: str) -> int | None:
    value = _number(env, name, 0, 0, 65535)
    return int(value) or None
