"""TLS to a server of the user's own, as each driver that the project uses speaks it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg import sql
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.server.conftest import own_settings
from warehouse.airflow_setup import airflow_environment, metadata_urls
from warehouse.connect import connect, environment, sqlalchemy_url
from warehouse.server_account import account_for_new
from warehouse.server_programs import programs
from warehouse.settings import Settings
from warehouse.setup import ensure_database

# A session of Airflow's own, through the driver that a URL of the configuration names: is it over TLS?
AIRFLOW_SESSIONS = """
import asyncio
from sqlalchemy import text
from airflow import settings
from airflow.utils.session import create_session, create_session_async

ASKED = text("select ssl from pg_stat_ssl where pid = pg_backend_pid()")

async def asynchronous():
    async with create_session_async() as session:
        return (await session.execute(ASKED)).scalar()

with create_session() as session:
    print("TLS", session.execute(ASKED).scalar(), asyncio.run(asynchronous()))
"""
DBT = """
from dbt.cli.main import dbtRunner

print("dbt", dbtRunner().invoke(["debug", "--connection"]).success)
"""
GATE = """
import great_expectations as gx

from warehouse.connect import sqlalchemy_url

gx.get_context(mode="ephemeral").data_sources.add_postgres("there", connection_string=sqlalchemy_url("build"))
print("gate connects")
"""


def certificate(folder: Path, name: str, signer: tuple[Any, Any] | None = None) -> tuple[Any, Any]:
    """A certificate and its key in `name.crt` and `name.key`: of an authority of its own, or signed for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signing_key = (signer[0].subject, signer[1]) if signer else (subject, key)
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    builder = builder.add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
    if signer:
        place = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        builder = builder.add_extension(place, critical=False)
    made = builder.sign(signing_key, hashes.SHA256())
    (folder / f"{name}.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / f"{name}.key").chmod(0o600)
    return made, key


@dataclass(frozen=True)
class Tls:
    """A server whose certificate is of a private authority and which asks for one; its port, and the certificates' folder."""

    port: int
    folder: Path


@pytest.fixture
def over_tls(other_version: tuple[int, psycopg.Connection], tmp_path: Path) -> Tls:
    port, admin = other_version
    folder = tmp_path / "certificates"
    folder.mkdir()
    authority = certificate(folder, "authority")
    certificate(folder, "stranger")
    for name in ("server", "client"):
        certificate(folder, name, authority)
    account, data = account_for_new(tmp_path, programs())[0], tmp_path / "data"
    (folder / "pg_hba.conf").write_text(
        "host all postgres 127.0.0.1/32 trust\nhostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n"
    )
    for source in ("server.crt", "server.key", "authority.crt", "pg_hba.conf"):
        shutil.copy(folder / source, data / source)
        account.give(data / source)
    admin.execute("create role wang login createrole password 'of-the-user'")
    admin.execute("create database province owner wang")
    admin.execute("create database airflow owner wang")
    options = {"ssl_cert_file": "server.crt", "ssl_key_file": "server.key", "ssl_ca_file": "authority.crt", "ssl": "on"}
    for name, value in options.items():
        admin.execute(sql.SQL("alter system set {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    admin.execute("select pg_reload_conf()")
    return Tls(port, folder)


@pytest.mark.ci_only
def test_every_driver_verifies_the_server_s_certificate(
    over_tls: Tls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify-full` with a private authority and a client's certificate; the wrong authority or name is refused by each."""
    passwords = tmp_path / "passwords"
    passwords.write_text("*:*:*:wang:of-the-user\n")
    passwords.chmod(0o600)
    client = f"sslcert={over_tls.folder}/client.crt&sslkey={over_tls.folder}/client.key&passfile={passwords}"

    def of(host: str, authority: str) -> Settings:
        there = f"{host}:{over_tls.port}"
        way = f"sslmode=verify-full&sslrootcert={over_tls.folder}/{authority}.crt&{client}"
        urls = {
            "DATABASE_URL": f"postgresql://wang@{there}/province?{way}",
            "AIRFLOW_DATABASE_URL": f"postgresql://wang@{there}/airflow?{way}",
        }
        return own_settings(tmp_path / "home", **urls)

    def tries(settings: Settings) -> dict[str, Callable[[], Any]]:
        asked = "select ssl, client_dn from pg_stat_ssl where pid = pg_backend_pid()"
        synchronous, asynchronous = metadata_urls(settings)

        def through(url: str) -> Any:
            engine = create_engine(url, poolclass=NullPool)
            with engine.connect() as connection:
                return tuple(connection.execute(text(asked)).one())

        async def through_asyncpg() -> Any:
            engine = create_async_engine(asynchronous, poolclass=NullPool)
            async with engine.connect() as connection:
                return tuple((await connection.execute(text(asked))).one())

        def through_libpq() -> Any:
            with monkeypatch.context() as patch:
                for name, value in environment("build", settings=settings).items():
                    patch.setenv(name, value)
                with psycopg2.connect("") as connection, connection.cursor() as cursor:  # as dbt does
                    cursor.execute(asked)
                    return cursor.fetchone()

        return {
            "psycopg": lambda: connect("owner", settings=settings).execute(asked).fetchone(),
            "psycopg by SQLAlchemy": lambda: through(sqlalchemy_url("owner", settings, driver="psycopg")),
            "psycopg2 by SQLAlchemy": lambda: through(sqlalchemy_url("build", settings)),
            "libpq by its environment": through_libpq,
            "Airflow, psycopg2": lambda: through(synchronous),
            "Airflow, asyncpg": lambda: asyncio.run(through_asyncpg()),
        }

    settings = of("127.0.0.1", "authority")
    ensure_database(settings)
    for driver, attempt in tries(settings).items():
        assert attempt() == (True, "/CN=client"), driver
    for wrong in (of("127.0.0.1", "stranger"), of("localhost", "authority")):
        for driver, attempt in tries(wrong).items():
            with pytest.raises(Exception, match=r"(?i)certificate") as refused:
                attempt()
            assert "of-the-user" not in str(refused.value), driver

    project = str(settings.project_root / "dbt_project")
    folders = {"DBT_PROJECT_DIR": project, "DBT_PROFILES_DIR": project, "DBT_LOG_PATH": str(tmp_path)}
    for program, word, given in (
        (AIRFLOW_SESSIONS, "TLS True True", airflow_environment(settings)),
        (DBT, "dbt True", {**environment("build", settings=settings), **folders}),
        (GATE, "gate connects", settings.environment()),
    ):
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, check=False)
        assert word in done.stdout, done.stdout + done.stderr
