"""What the containers run, run here: weak secrets are refused, the databases come up, and Airflow's settings point at them.

The image itself needs a Docker daemon and is not built here; every script in it is.
"""

from __future__ import annotations

import os
import secrets
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.project.files import ROOT
from warehouse import limits
from warehouse.connect import login_password
from warehouse.server import EmbeddedServer
from warehouse.server_programs import packaged_folder
from warehouse.settings import Settings

DOCKER = ROOT / "docker"
GOOD = "q7Rk2mVx9ZbT4wLs8HdN"


def check(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LONGCANG_SECRETS_FOLDER": str(folder)}
    command = ["bash", str(DOCKER / "check-secrets"), *names]
    return subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "is empty"),
        ("admin", "is shorter than 16"),
        ("airflow", "is shorter than 16"),
        ("postgres", "is shorter than 16"),
        ("airflowairflowairflow", "well-known or easily guessed"),
        ("Postgres-Password-2020", "well-known or easily guessed"),
        ("changeme-changeme-changeme", "well-known or easily guessed"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "well-known or easily guessed"),
        ("12345678901234567890", "well-known or easily guessed"),
        ("two words and a blank", "other characters"),
        ("q7Rk2mVx9Z@T4wLs8HdN", "other characters"),
        ("$(touch /tmp/nothing)xyzxyzxyz", "other characters"),
    ],
)
def test_a_weak_secret_is_refused_with_a_reason_and_without_its_value(tmp_path: Path, value: str, reason: str) -> None:
    (tmp_path / "owner_password").write_text(value)
    done = check(tmp_path, "owner_password")
    assert done.returncode == 78
    assert f"The secret owner_password {reason}" in done.stderr or reason in done.stderr
    assert not value or value not in done.stdout + done.stderr


def test_a_secret_that_is_not_given_is_named(tmp_path: Path) -> None:
    (tmp_path / "one").write_text(GOOD)
    done = check(tmp_path, "one", "another")
    assert done.returncode == 78
    assert "The secret another is not given" in done.stderr
    assert "The secret one" not in done.stderr


def test_two_secrets_may_not_be_the_same(tmp_path: Path) -> None:
    (tmp_path / "one").write_text(GOOD)
    (tmp_path / "two").write_text(GOOD)
    assert "The secret two is the same as one" in check(tmp_path, "one", "two").stderr


def test_generated_secrets_pass_and_are_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "env"
    subprocess.run([str(DOCKER / "make-secrets"), str(file)], check=True, capture_output=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    lines = dict(line.split("=", 1) for line in file.read_text().splitlines())
    for name, value in lines.items():
        (tmp_path / name).write_text(value)
    done = check(tmp_path, *lines)
    assert done.returncode == 0, done.stderr
    asked = (ROOT / "docker-compose.yml").read_text()
    assert {name for name in lines if f"${{{name}:?" not in asked} == set()
    again = subprocess.run([str(DOCKER / "make-secrets"), str(file)], capture_output=True, text=True)
    assert again.returncode == 1 and "left as it is" in again.stderr


def test_the_entrypoint_starts_nothing_with_a_weak_secret(tmp_path: Path) -> None:
    for name in ("owner_password", "airflow_password", "bi_password"):
        (tmp_path / name).write_text("postgres")
    environment = {"PATH": os.environ["PATH"], "LONGCANG_SECRETS_FOLDER": str(tmp_path)}
    done = subprocess.run(["bash", str(DOCKER / "entrypoint"), "init"], env=environment, capture_output=True, text=True)
    assert done.returncode == 78
    assert "Nothing was started." in done.stderr


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a container beside a new PostgreSQL that docker/init-databases.sh has set up."""
    folder = tmp_path_factory.mktemp("container")
    server = Settings.load({"LONGCANG_HOME": str(folder / "server")})
    server.make_folders()
    embedded = EmbeddedServer(server, {"shared_buffers": "128MB"})
    embedded.start()
    given = folder / "secrets"
    given.mkdir()
    for name in ("owner_password", "airflow_password", "bi_password"):
        (given / name).write_text(secrets.token_hex(20))
    try:
        yield {
            "PATH": f"{packaged_folder()}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LONGCANG_HOME": str(folder / "state"),
            "LONGCANG_SECRETS_FOLDER": str(given),
            "LONGCANG_ADMINISTRATOR_SQL": str(ROOT / "warehouse" / "administrator.sql"),
            "LONGCANG_DATABASE_HOST": "127.0.0.1",
            "LONGCANG_DATABASE_PORT": str(embedded.port),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(embedded.port),
            "PGPASSWORD": login_password("postgres", server),
        }
    finally:
        embedded.stop()


@pytest.fixture(scope="module")
def initialised(container: dict[str, str]) -> dict[str, str]:
    """The same after both set-up scripts have run."""
    script = ["bash", str(DOCKER / "init-databases.sh")]
    done = subprocess.run(script, env=container, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    without = {name: value for name, value in container.items() if not name.startswith("PG")}
    done = subprocess.run(["bash", str(DOCKER / "entrypoint"), "init"], env=without, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Both databases are at their newest schema." in done.stdout
    return without


def password(container: dict[str, str], name: str) -> str:
    return (Path(container["LONGCANG_SECRETS_FOLDER"]) / name).read_text()


def connection(container: dict[str, str], user: str, secret: str, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1",
        port=container["LONGCANG_DATABASE_PORT"],
        user=user,
        password=password(container, secret),
        dbname=database,
    )


def test_both_databases_are_migrated_and_bi_may_enter_one_of_them(initialised: dict[str, str]) -> None:
    with connection(initialised, "longcang", "owner_password", "longcang") as owner:
        assert owner.execute("select count(*) from ops.pointer").fetchone() == (1,)
        row = owner.execute("select rolsuper, rolcreaterole from pg_roles where rolname = current_user").fetchone()
        assert row == (False, True)
        assert limits.left_open(owner) == []
    with connection(initialised, "longcang_airflow", "airflow_password", "airflow") as airflow:
        assert airflow.execute("select to_regclass('dag_run') is not null").fetchone() == (True,)
    with connection(initialised, "bi_reader", "bi_password", "longcang") as bi:
        assert bi.execute("select has_schema_privilege('marts', 'usage')").fetchone() == (True,)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connection(initialised, "bi_reader", "bi_password", "airflow")


def test_init_can_be_repeated(initialised: dict[str, str]) -> None:
    done = subprocess.run(["bash", str(DOCKER / "entrypoint"), "init"], env=initialised, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_command_of_the_project_sees_the_containers_database(initialised: dict[str, str]) -> None:
    command = ["bash", str(DOCKER / "entrypoint"), "longcang", "publications", "--json"]
    done = subprocess.run(command, env=initialised, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_airflow_is_told_the_addresses_of_containers(initialised: dict[str, str]) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import service; from warehouse.settings import Settings; "
        "env = service.environment(Settings.load()); "
        "print(env['AIRFLOW__API__HOST'], env['AIRFLOW__CORE__EXECUTION_API_SERVER_URL'], "
        "'@127.0.0.1:' in env['AIRFLOW__DATABASE__SQL_ALCHEMY_CONN'])"
    )
    environment = {
        **initialised,
        "LONGCANG_DATABASE_URL": "postgresql://u:p@127.0.0.1:5432/longcang",
        "LONGCANG_AIRFLOW_DATABASE_URL": "postgresql://u:p@127.0.0.1:5432/airflow",
    }
    command = ["python", "-c", code, str(DOCKER)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.split() == ["0.0.0.0", "http://api-server:8080/execution/", "True"], done.stderr


def test_an_unknown_program_is_not_run(initialised: dict[str, str]) -> None:
    done = subprocess.run(["bash", str(DOCKER / "entrypoint"), "sh"], env=initialised, capture_output=True, text=True)
    assert done.returncode == 2 and "usage" in done.stderr
