"""Settings, secrets and migrations."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import stat
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from warehouse.connect import connect
from warehouse.errors import DatabaseError, SettingsError
from warehouse.locks import LockTimeout
from warehouse.migrate import FOLDER, database_version, head_version, migrate
from warehouse.secrets import new_fernet_key, secret
from warehouse.server_config import GB, MB, scaled
from warehouse.settings import Settings
from warehouse.setup import ensure_database


def test_defaults_lie_below_the_project() -> None:
    settings = Settings.load({})
    root = Path(__file__).resolve().parent.parent.parent
    assert settings.project_root == root and settings.home == root / ".longcang" == settings.server_home
    assert settings.landing == root / "landing" and settings.archive == root / ".longcang" / "archive"
    assert settings.is_embedded and settings.income_basis == "all" and settings.keep_publications == 30
    assert settings.reads_hidden_rows and not settings.reads_hidden_sheets
    assert settings.settle_seconds == 5 and settings.refused_share_limit == 0.5 and settings.workers >= 1


def test_a_child_loads_the_same_settings(tmp_path: Path) -> None:
    given = {
        "LONGCANG_PROJECT": str(tmp_path / "p"), "LONGCANG_HOME": str(tmp_path / "h"), "LONGCANG_PG_PORT": "5555",
        "LONGCANG_PG_BIN": str(tmp_path / "b"),
        "LONGCANG_SERVER_HOME": str(tmp_path / "s"), "LONGCANG_LANDING": str(tmp_path / "l"),
        "LONGCANG_FEEDBACK": str(tmp_path / "f"), "LONGCANG_DATABASE_URL": "postgresql://u@h/d",
        "LONGCANG_AIRFLOW_DATABASE_URL": "postgresql://u@h/a", "LONGCANG_DATABASE_NAME": "n",
        "LONGCANG_AIRFLOW_DATABASE_NAME": "an", "LONGCANG_AIRFLOW_PORT": "8888", "LONGCANG_KEEP_PUBLICATIONS": "3",
        "LONGCANG_KEEP_LOG_DAYS": "9", "LONGCANG_SETTLE_SECONDS": "0.5", "LONGCANG_NEW_FILES_PER_COUNTY": "9",
        "LONGCANG_MISSING_SHARE_LIMIT": "0.1", "LONGCANG_MISSING_FILES_ALLOWED": "4",
        "LONGCANG_REFUSED_SHARE_LIMIT": "0.25", "LONGCANG_WORKERS": "7",
        "LONGCANG_INCOME_BASIS": "operating_net", "LONGCANG_READ_HIDDEN_ROWS": "no", "LONGCANG_READ_HIDDEN_SHEETS": "yes",
    }  # fmt: skip
    settings = Settings.load(given)
    assert Settings.load(settings.environment()) == settings != Settings.load({})
    assert settings.environment() == given, "a variable is not passed on"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WORKERS", "many", "LONGCANG_WORKERS is 'many'; it must be a number."),
        ("REFUSED_SHARE_LIMIT", "50", "LONGCANG_REFUSED_SHARE_LIMIT is 50; it must lie between 0 and 1."),
        ("SETTLE_SECONDS", "nan", "LONGCANG_SETTLE_SECONDS is nan; it must lie between 0 and 86400."),
        ("READ_HIDDEN_ROWS", "maybe", "LONGCANG_READ_HIDDEN_ROWS is 'maybe'; it must be yes or no."),
        ("PG_PORT", "70000", "LONGCANG_PG_PORT is 70000; it must lie between 0 and 65535."),
        (
            "INCOME_BASIS",
            "net",
            "LONGCANG_INCOME_BASIS is 'net'; it must be one of all, without_subsidy, operating_net.",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load({f"LONGCANG_{name}": value})
    assert str(caught.value) == sentence


def _make_secret(folder: Path) -> str:
    return secret(folder, "token")


def test_a_secret_is_made_once_even_by_many(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    with multiprocessing.get_context("fork").Pool(8) as pool:
        found = set(pool.map(_make_secret, [folder] * 32, chunksize=1))
    assert len(found) == 1 and len(found.pop()) == 40
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["token"]
    assert stat.S_IMODE((folder / "token").stat().st_mode) == 0o600


def test_an_empty_secret_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")
    with pytest.raises(SettingsError, match="is empty; remove it to have a new one made"):
        secret(tmp_path, "token")


def test_a_fernet_key_is_one() -> None:
    from cryptography.fernet import Fernet

    assert Fernet(new_fernet_key().encode()).encrypt(b"x")


@pytest.mark.parametrize("memory", [512 * MB, 4 * GB, 24 * GB, 512 * GB])
def test_memory_settings_fit_the_machine(memory: int) -> None:
    found = {name: int(value.removesuffix("MB")) * MB for name, value in scaled(memory, 20 * GB).items()}
    # Two dozen sorts at once, the buffers, and one index build leave half of the memory to the rest.
    used = found["shared_buffers"] + 24 * found["work_mem"] + found["maintenance_work_mem"]
    assert used <= memory * 0.5, found
    assert found["max_wal_size"] <= GB


def test_migrations_form_one_line_that_ends_at_the_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [head_version()]
    for revision in scripts.walk_revisions():
        assert Path(revision.path).name.startswith(f"{revision.revision}_"), "a file is named by its revision"


def test_migrating_twice_does_nothing(settings: Settings) -> None:
    assert database_version(settings) == head_version()
    assert migrate(settings) is False


def test_a_database_newer_than_the_program_is_one_sentence(settings: Settings) -> None:
    """Going back over a migration is refused before a role, a grant or a row is touched."""
    with connect("owner", settings=settings) as owner:
        owner.execute("update ops.schema_version set version_num = '9999'")
        owner.execute("delete from ops.logins")
    for work in (migrate, ensure_database):
        with pytest.raises(DatabaseError, match=f"at schema version 9999, this program knows {head_version()}"):
            work(settings)
    with connect("owner", settings=settings) as owner:
        assert owner.execute("select count(*) from ops.logins").fetchone() == (0,), "a set-up has run before"


def test_a_migration_that_fails_leaves_nothing(server_settings: Settings, tmp_path: Path) -> None:
    """A schema that is in the way: the first migration stops half-way, and nothing of it stays."""
    settings = server_settings.with_changes(database_name=f"failing_{os.getpid()}", home=tmp_path)
    with connect("admin", settings=settings, autocommit=True) as admin:
        admin.execute(f"create database {settings.database_name} owner longcang")
    try:
        with connect("owner", settings=settings) as owner:
            owner.execute("create schema metrics")
        with pytest.raises(Exception, match='schema "metrics" already exists'):
            ensure_database(settings)
        with connect("owner", settings=settings) as owner:
            assert owner.execute("select to_regclass('ops.runs'), to_regnamespace('reference')").fetchone() == (
                None,
                None,
            )
            owner.execute("drop schema metrics")
        ensure_database(settings)
        assert database_version(settings) == head_version()
    finally:
        with connect("admin", settings=server_settings, autocommit=True) as admin:
            admin.execute(f"drop database {settings.database_name} with (force)")


MORE = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "9000", "{head}", None, None


def upgrade():
    op.get_bind().connection.driver_connection.execute("alter table ops.publications add column more text")
"""


def test_a_migration_does_not_wait_for_ever_for_one_who_reads(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A view shows a table of ops, and a login's open transaction has read it: others go on reading, and he is named."""
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder)
    (folder / "versions" / "9000_more.py").write_text(MORE.format(head=head_version()))
    monkeypatch.setattr("warehouse.migrate.FOLDER", folder)
    monkeypatch.setattr("warehouse.migrate.PATIENCE_SECONDS", 2)
    with connect("build", settings=settings) as build:
        build.execute("create view marts.made as select publication_id from ops.publications")
        build.execute("grant select on marts.made to bi_reader")
    head_version.cache_clear()
    try:
        with connect("bi", settings=settings) as bi, pytest.raises(LockTimeout) as held_up:
            bi.execute("select from marts.made")
            migrate(settings)
        assert "Gave up after 2 s. What the migration changes is held by “longcang bi” (login bi_reader" in str(
            held_up.value
        )
        assert ", since 20" in str(held_up.value)
        assert migrate(settings) is True
        assert database_version(settings) == "9000"
    finally:
        head_version.cache_clear()


def test_no_value_reaches_the_server_s_log(settings: Settings) -> None:
    """Errors of every kind that quote a value: the client is told, the log is not."""
    canary = "622421198001014321"
    failing = [
        f"select '{canary}x'::bigint",
        f"insert into canary values ('{canary}'), ('{canary}')",
        f"insert into canary values ('{canary}', -1)",
        f"do $$ begin raise warning 'seen {canary}'; raise exception 'seen {canary}'; end $$",
        f"select {canary}/0, '{canary}' from nowhere",
    ]
    with connect("owner", settings=settings, autocommit=True) as owner:
        owner.execute("create table canary (id text primary key, n int check (n > 0))")
        for statement in failing:
            with pytest.raises(psycopg.Error):
                owner.execute(statement)
        with pytest.raises(psycopg.Error), owner.cursor().copy("copy canary (n) from stdin") as copy:
            copy.write(f"{canary}元\n")
        with pytest.raises(psycopg.Error):
            owner.execute("select %s::int", [canary + "元"])
    from warehouse.server import EmbeddedServer

    log = EmbeddedServer(settings).log_text()
    assert "database system is ready" in log
    assert canary not in log
