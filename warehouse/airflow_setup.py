"""Airflow's configuration and metadata: everything by environment variables, nothing in an `airflow.cfg` to drift.

The same variables serve the services (`longcang up`) and a DAG that `longcang run` runs in one process of its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from urllib.parse import quote, urlencode

import psycopg

from warehouse.connect import connect, parameters, url_of
from warehouse.errors import ServiceError
from warehouse.locks import AIRFLOW, held
from warehouse.secrets import new_fernet_key, new_password, secret
from warehouse.server_config import write_atomically
from warehouse.settings import Settings

FIRST_API_PORT = 8080
# Tasks run for two hours at most; a token that ends before its task gets the task killed.
TASK_TOKEN_SECONDS = 21_600
ADMIN_USER = "admin"


def airflow_environment(settings: Settings) -> dict[str, str]:
    """Variables for any process of Airflow: AIRFLOW_HOME, AIRFLOW__*, LONGCANG_* and the way to our packages.

    To be laid over the caller's environment. Passwords and keys are in it: not for a log or a command line.
    Raises DatabaseError where Airflow's database is not known (see `warehouse.connect`).
    """
    port = api_port(settings)
    secrets = settings.secrets_dir
    sync_url, async_url = metadata_urls(settings)
    options = {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__DAGS_FOLDER": str(settings.project_root / "dags"),
        "CORE__PLUGINS_FOLDER": str(settings.airflow_home / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "CORE__PARALLELISM": str(settings.workers + 2),
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": str(settings.workers + 2),
        "CORE__FERNET_KEY": secret(secrets, "airflow_fernet_key", new_fernet_key),
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN_USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(password_file(settings)),
        "DATABASE__SQL_ALCHEMY_CONN": sync_url,
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": async_url,
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__BASE_URL": f"http://127.0.0.1:{port}",
        "API__SECRET_KEY": secret(secrets, "airflow_api_key", _signing_key),
        "API__EXPOSE_CONFIG": "False",
        "API_AUTH__JWT_SECRET": secret(secrets, "airflow_jwt_key", _signing_key),
        "EXECUTION_API__JWT_EXPIRATION_TIME": str(TASK_TOKEN_SECONDS),
        "SCHEDULER__TASK_QUEUED_TIMEOUT": "7200",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "LOGGING__BASE_LOG_FOLDER": str(settings.airflow_home / "logs"),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(settings.airflow_home / "logs" / "dag_processor"),
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "LOGGING__COLORED_CONSOLE_LOG": "False",
    }
    search = [str(settings.project_root), *filter(None, [os.environ.get("PYTHONPATH")])]
    no_proxy = [*filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy")]), "127.0.0.1", "localhost"]
    return {
        **{f"AIRFLOW__{name}": value for name, value in options.items()},
        **settings.environment(),
        "AIRFLOW_HOME": str(settings.airflow_home),
        "PYTHONPATH": os.pathsep.join(search),
        "PYTHONUNBUFFERED": "1",
        # The parts of Airflow talk to each other on this machine, whatever proxy leads outside.
        "NO_PROXY": ",".join(no_proxy),
        "no_proxy": ",".join(no_proxy),
    }


def _signing_key() -> str:
    return new_password(64)  # HMAC-SHA512 asks for 64 bytes


# What asyncpg knows of libpq's parameters beside who and where, in its `dsn`; it takes others for settings of the server.
ASYNCPG = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcrl", "sslnegotiation", "passfile",
           "ssl_min_protocol_version", "ssl_max_protocol_version", "target_session_attrs")  # fmt: skip


def metadata_urls(settings: Settings) -> tuple[str, str]:
    """Airflow's database for psycopg2 and for asyncpg.

    As keywords, which is what SQLAlchemy makes of a URL, asyncpg knows no `sslrootcert` and no client certificate; in a
    `dsn` of its own it does.
    """
    given = parameters("airflow", settings)
    del given["application_name"]
    known = ("user", "password", "host", "port", "dbname")
    asynchronous = {name: given[name] for name in known if name in given}
    if way := {name: given[name] for name in ASYNCPG if name in given}:
        asynchronous["dsn"] = f"postgresql://?{urlencode(way, quote_via=quote)}"
    return url_of(given, "psycopg2"), url_of(asynchronous, "asyncpg")


def password_file(settings: Settings) -> os.PathLike[str]:
    """The JSON file (0600) with the generated password of Airflow's user `admin`; made here if it is missing."""
    path = settings.secrets_dir / "airflow_passwords.json"
    if not path.exists():
        text = json.dumps({ADMIN_USER: secret(settings.secrets_dir, "airflow_admin")})
        write_atomically(path, text + "\n")
    return path


def api_port(settings: Settings) -> int:
    """The port of Airflow's page: the asked one, the one remembered from the last start, or 8080."""
    if settings.airflow_port:
        return settings.airflow_port
    try:
        return int((settings.airflow_home / "port").read_text())
    except (OSError, ValueError):
        return FIRST_API_PORT


def migrate_airflow(settings: Settings) -> bool:
    """Bring Airflow's metadata to the installed version's schema. Returns whether anything was to do.

    What was done is recorded in that database itself, so that a new database is never taken for a migrated one;
    asking Airflow would cost seconds each time. Raises ServiceError with the end of Airflow's output where it fails.
    """
    wanted = version("apache-airflow")
    with connect("airflow", settings=settings, autocommit=True) as connection:
        found = _migrated_to(connection)
        if found == wanted:
            return False
        if found and _numbers(found) > _numbers(wanted):
            raise ServiceError(
                f"Airflow's metadata is of Airflow {found}, this program brings {wanted}: a newer program has migrated it."
                " Install that one again, or drop Airflow's database, which holds nothing that cannot be made anew."
            )
        # The lock is the warehouse's: who may enter Airflow's own database is not ours to say on every server.
        with held(AIRFLOW, "migrate airflow", settings):
            if _migrated_to(connection) == wanted:
                return False
            _run_migration(wanted, settings)
            with connection.transaction():
                connection.execute("create table if not exists longcang_airflow_version (version text not null)")
                connection.execute("delete from longcang_airflow_version")
                connection.execute("insert into longcang_airflow_version values (%s)", [wanted])
    return True


def _run_migration(wanted: str, settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"],
        env={**os.environ, **airflow_environment(settings)},
        cwd=settings.project_root,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        settings.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = settings.logs / "airflow-db-migrate.log"
        write_atomically(log, done.stdout)
        raise ServiceError(f"Airflow's metadata could not be migrated to {wanted}; its output is in {log}.")


def _numbers(of_version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", of_version)]


def _migrated_to(connection: psycopg.Connection) -> str | None:
    if connection.execute("select to_regclass('longcang_airflow_version')").fetchone() == (None,):
        return None
    row = connection.execute("select version from longcang_airflow_version").fetchone()
    return row[0] if row else None
