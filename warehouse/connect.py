"""Connections to the warehouse by role: owner, build, bi, auditor, operator, and admin on the embedded server.

=========  ====================  ===================================================================
role       login                 may
=========  ====================  ===================================================================
owner      `longcang`, or the    own ops, reference and raw; migrate, ingest, publish
           URL's user
build      `longcang_build`      own staging, core, metrics and marts; read raw, ops, reference
bi         `bi_reader`           read marts
auditor    `longcang_auditor`    read marts, of a retired publication too
operator   `longcang_operator`   read ops and marts
admin      `postgres`            everything; the embedded server only
=========  ====================  ===================================================================

Passwords come from 0600 files, or from the URL for the owner of an external database. For child processes they travel
in the environment (`environment`), never on a command line.
"""

from __future__ import annotations

import os
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from warehouse.errors import DatabaseError
from warehouse.secrets import secret
from warehouse.server import ADMIN, remembered_port
from warehouse.settings import Settings

OWNER = "longcang"
AIRFLOW = "longcang_airflow"
BUILD = "longcang_build"
BI = "bi_reader"
AUDITOR = "longcang_auditor"
OPERATOR = "longcang_operator"

LOGINS = {
    "owner": OWNER,
    "build": BUILD,
    "bi": BI,
    "auditor": AUDITOR,
    "operator": OPERATOR,
    "admin": ADMIN,
    "airflow": AIRFLOW,
}

# What a URL may say about TLS. A server may ask every client for a certificate, whoever logs in: so all roles show it.
TLS = ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcrl", "sslcrldir", "sslnegotiation", "sslsni",
       "ssl_min_protocol_version", "ssl_max_protocol_version")  # fmt: skip
# And about the way to the server (not about who connects): every role goes the same way.
_WAY = ("host", "hostaddr", "port", *TLS, "gssencmode",
        "channel_binding", "target_session_attrs", "connect_timeout", "keepalives", "keepalives_idle",
        "keepalives_interval", "keepalives_count", "tcp_user_timeout")  # fmt: skip
# Variables of libpq for what `environment` hands on. It has none for a key's password, keepalives and the like.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "options": "PGOPTIONS",
    "application_name": "PGAPPNAME",
    "hostaddr": "PGHOSTADDR",
    "passfile": "PGPASSFILE",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE",
    **{name: f"PG{name.replace('_', '').upper()}" for name in TLS if name != "sslpassword"},
}


def login_password(login: str, settings: Settings) -> str:
    """The password of a role that this project made: from LONGCANG_PASSWORD_<LOGIN>, else from its secrets file."""
    given = os.environ.get(f"LONGCANG_PASSWORD_{login.upper()}")
    return given or secret(settings.server_secrets_dir, login)


def parameters(
    role: str, settings: Settings | None = None, *, publication: int | None = None, database: str | None = None
) -> dict[str, str]:
    """The libpq parameters of a connection as `role`; `database` names another than the warehouse's own.

    Raises DatabaseError where the embedded server has never been started, or the URL cannot be read.
    """
    settings = settings or Settings.load()
    if role not in LOGINS:
        raise ValueError(f"unknown role {role!r}; known are {', '.join(LOGINS)}")
    found = _embedded(role, settings) if settings.is_embedded else _external(role, settings)
    if database is not None:
        found["dbname"] = database
    found["application_name"] = f"longcang {role}"
    if publication is not None:
        found["options"] = f"-c longcang.publication={int(publication)}"
    return found


def conninfo(role: str, settings: Settings | None = None, *, publication: int | None = None) -> str:
    """The libpq keyword string of a connection as `role`. It holds the password: not for a command line or a log."""
    return make_conninfo("", **parameters(role, settings, publication=publication))


def connect(
    role: str,
    *,
    autocommit: bool = False,
    publication: int | None = None,
    settings: Settings | None = None,
    database: str | None = None,
) -> psycopg.Connection:
    """Connect as `role`; with `publication`, the session's `longcang.publication` is set from its first statement.

    Raises DatabaseError with one sentence where the server cannot be reached or refuses the login.
    """
    given = parameters(role, settings, publication=publication, database=database)
    try:
        return psycopg.connect(make_conninfo("", **given), autocommit=autocommit)
    except psycopg.OperationalError as error:
        raise DatabaseError(_sentence(given, error)) from None


def sqlalchemy_url(
    role: str, settings: Settings | None = None, *, publication: int | None = None, driver: str = "psycopg2"
) -> str:
    """The SQLAlchemy URL of a connection as `role`, with `driver` psycopg2 or psycopg."""
    return url_of(parameters(role, settings, publication=publication), driver)


def url_of(given: dict[str, str], driver: str | None = None) -> str:
    """A URL of libpq parameters: `postgresql+driver://…`, or plain `postgresql://…` without a driver."""
    rest = {name: value for name, value in given.items() if name not in ("user", "password", "host", "port", "dbname")}
    login = quote(given["user"], safe="")
    if given.get("password"):
        login += ":" + quote(given["password"], safe="")
    host = given.get("host", "")
    if host.startswith("/") or "," in host:  # a socket's folder, or several hosts: they do not fit before the slash
        rest["host"], host = host, ""
    where = f"[{host}]" if ":" in host else host
    if given.get("port") and where:
        where += f":{given['port']}"
    elif given.get("port"):
        rest["port"] = given["port"]
    scheme = f"postgresql+{driver}" if driver else "postgresql"
    tail = f"?{urlencode(rest, quote_via=quote)}" if rest else ""
    return f"{scheme}://{login}@{where}/{quote(given['dbname'], safe='')}{tail}"


def environment(role: str, publication: int | None = None, settings: Settings | None = None) -> dict[str, str]:
    """PG* variables under which libpq (dbt, psql, pgbench) connects as `role`. PGOPTIONS is always there, '' if unset,
    so that a value of the caller's own environment cannot leak into the child."""
    given = parameters(role, settings, publication=publication)
    found = {_VARIABLES[name]: value for name, value in given.items() if name in _VARIABLES}
    return {"PGOPTIONS": "", "PGPORT": "5432", **found}


def url_parameters(url: str, variable: str) -> dict[str, str]:
    """The libpq parameters in a URL. A SQLAlchemy driver (`postgresql+psycopg2:`) is ignored.

    Raises DatabaseError that names the `variable` it came from, without the URL: it holds a password.
    """
    scheme, separator, rest = url.partition("://")
    if scheme.split("+")[0] not in ("postgresql", "postgres") or not separator:
        raise DatabaseError(f"{variable} must look like postgresql://user:password@host:5432/database.")
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(f"postgresql://{rest}").items() if value}
    except psycopg.Error:
        raise DatabaseError(f"{variable} cannot be read as postgresql://user:password@host:5432/database.") from None
    missing = [name for name in ("user", "host", "dbname") if not found.get(name)]
    if missing:
        raise DatabaseError(f"{variable} does not name the {', '.join(missing)}.")
    return found


def _embedded(role: str, settings: Settings) -> dict[str, str]:
    port = remembered_port(settings)
    if port is None:
        raise DatabaseError(
            f"There is no database below {settings.server_home} yet; `longcang up` or `longcang run` makes it."
        )
    database = {"admin": "postgres", "airflow": settings.airflow_database_name}.get(role, settings.database_name)
    login = LOGINS[role]
    return {
        "host": "127.0.0.1",
        "port": str(port),
        "user": login,
        "password": login_password(login, settings),
        "dbname": database,
    }


def _external(role: str, settings: Settings) -> dict[str, str]:
    if role == "admin":
        raise DatabaseError("The role admin exists on the embedded server only.")
    if role == "airflow":
        if not settings.airflow_database_url:
            raise DatabaseError(
                "LONGCANG_DATABASE_URL is set, so Airflow's metadata needs LONGCANG_AIRFLOW_DATABASE_URL as well."
            )
        return url_parameters(settings.airflow_database_url, "LONGCANG_AIRFLOW_DATABASE_URL")
    given = url_parameters(settings.database_url or "", "LONGCANG_DATABASE_URL")
    if role == "owner":
        return given
    login = LOGINS[role]
    way = {name: value for name, value in given.items() if name in _WAY}
    return {**way, "user": login, "password": login_password(login, settings), "dbname": given["dbname"]}


def _sentence(given: dict[str, str], error: psycopg.Error) -> str:
    """One sentence for a connection that failed; libpq's text names host, user and database, never the password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or ["no reason given"]
    # psycopg names each address that was tried, then what was said there; a server's own word comes after FATAL.
    reason = next(
        (line.split("FATAL:")[1].strip() for line in lines if "FATAL:" in line), lines[0].split("failed: ")[-1]
    )
    where = f"{given.get('host', 'localhost')}:{given.get('port', '5432')}"
    if "Connection refused" in str(error):
        return f"No PostgreSQL answers at {where}; start it with `longcang up`, or see to the server."
    return f"The database {given['dbname']} at {where} cannot be reached as {given['user']}: {reason}"
