"""One view, three readers: the rules of ops.visible, with real logins and real sessions."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import psycopg
import pytest

from warehouse.connect import connect, environment
from warehouse.server_programs import packaged_folder
from warehouse.settings import Settings

CANDIDATE, PUBLISHED, RETIRED, HELD, PURGED, GONE = 1, 2, 3, 4, 5, 99


@pytest.fixture(scope="module", autouse=True)
def publications(module_settings: Settings) -> Iterator[None]:
    with connect("owner", settings=module_settings) as owner:
        for state in ("candidate", "published", "retired", "held", "retired"):
            owner.execute(
                """insert into ops.publications (kind, state, as_of_date, known_until, reference_version, code_digest)
                   values ('nightly', %s, '2020-06-30', now(), 1, 'c')""",
                [state],
            )
        owner.execute("update ops.publications set purged_at = now() where publication_id = %s", [PURGED])
        owner.execute("update ops.pointer set publication_id = %s", [PUBLISHED])
    with connect("build", settings=module_settings) as build:
        build.execute("create view marts.seen as select publication_id, is_restricted from ops.visible")
        build.execute("grant select on marts.seen to bi_reader, longcang_auditor")
        build.execute("create view marts.counties as select county_code from ops.visible_counties")
        build.execute("grant select on marts.counties to bi_reader, longcang_auditor")
    yield


def seen(role: str, settings: Settings, publication: int | None = None) -> int | None:
    with connect(role, settings=settings, publication=publication) as connection:
        row = connection.execute("select publication_id from marts.seen").fetchone()
    return row[0] if row else None


@pytest.mark.parametrize("setting", [None, CANDIDATE, RETIRED, HELD, PURGED, GONE])
def test_bi_sees_what_is_published_whatever_it_sets(module_settings: Settings, setting: int | None) -> None:
    assert seen("bi", module_settings, setting) == PUBLISHED


@pytest.mark.parametrize(("setting", "expected"), [(None, PUBLISHED), (PUBLISHED, PUBLISHED), (RETIRED, RETIRED)])
def test_an_auditor_sees_an_earlier_one(module_settings: Settings, setting: int | None, expected: int) -> None:
    assert seen("auditor", module_settings, setting) == expected


@pytest.mark.parametrize("setting", [CANDIDATE, HELD, PURGED, GONE])
def test_an_auditor_sees_no_candidate_and_nothing_that_is_gone(module_settings: Settings, setting: int) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match=f"publication {setting} is not published or retired"):
        seen("auditor", module_settings, setting)


@pytest.mark.parametrize("setting", [CANDIDATE, PUBLISHED, RETIRED, HELD])
def test_the_build_sees_what_it_builds(module_settings: Settings, setting: int) -> None:
    assert seen("build", module_settings, setting) == setting


def test_a_build_without_the_setting_fails(module_settings: Settings) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match=r"longcang\.publication is not set in this session"):
        seen("build", module_settings)


@pytest.mark.parametrize("setting", [PURGED, GONE])
def test_a_build_of_what_is_gone_fails(module_settings: Settings, setting: int) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match=f"publication {setting} is gone or never existed"):
        seen("build", module_settings, setting)


def test_after_a_reset_the_setting_is_unset(module_settings: Settings) -> None:
    """PostgreSQL gives '' for a setting of this kind that was set and reset, no null."""
    with connect("build", settings=module_settings, autocommit=True) as build:
        build.execute(f"set longcang.publication = {CANDIDATE}")
        assert build.execute("select publication_id from marts.seen").fetchone() == (CANDIDATE,)
        build.execute("reset longcang.publication")
        assert build.execute("select current_setting('longcang.publication', true)").fetchone() == ("",)
        with pytest.raises(psycopg.errors.RaiseException, match="is not set in this session"):
            build.execute("select publication_id from marts.seen")
    with connect("auditor", settings=module_settings, autocommit=True) as auditor:
        auditor.execute(f"set longcang.publication = {RETIRED}")
        assert auditor.execute("select publication_id from marts.seen").fetchone() == (RETIRED,)
        auditor.execute("reset longcang.publication")
        assert auditor.execute("select publication_id from marts.seen").fetchone() == (PUBLISHED,)


def test_a_setting_that_is_no_number_fails(module_settings: Settings) -> None:
    for role in ("build", "auditor"):
        with connect(role, settings=module_settings, autocommit=True) as connection:
            connection.execute("set longcang.publication = 'yesterday'")
            with pytest.raises(psycopg.errors.InvalidTextRepresentation):
                connection.execute("select publication_id from marts.seen")


def test_a_person_s_login_by_membership(module_settings: Settings) -> None:
    """Analysts and auditors have logins of their own, members of the two roles, also through a further role."""
    with connect("admin", settings=module_settings, database=module_settings.database_name) as admin:
        admin.execute("create role zhang login in role bi_reader")
        admin.execute("create role auditors in role longcang_auditor")
        admin.execute("create role li login in role auditors")
        admin.execute("insert into ops.logins (login, scope) values ('zhang', 'province'), ('li', 'province')")
        admin.execute("grant select on marts.seen to longcang_auditor")
        for login, expected in (("zhang", PUBLISHED), ("li", RETIRED)):
            admin.execute(f"set session authorization {login}")
            admin.execute(f"set longcang.publication = {RETIRED}")
            assert admin.execute("select publication_id from marts.seen").fetchone() == (expected,), login
            admin.execute("reset session authorization")
        admin.rollback()


def test_the_owner_sees_what_is_published(module_settings: Settings) -> None:
    """It made the auditor's role and so is its member, by PostgreSQL 16's rules, without its rights."""
    assert seen("owner", module_settings, RETIRED) == PUBLISHED


def test_a_login_s_counties(module_settings: Settings) -> None:
    with connect("owner", settings=module_settings) as owner:
        owner.execute("update ops.logins set scope = 'counties' where login = 'bi_reader'")
        owner.execute("insert into ops.login_counties values ('bi_reader', '621121'), ('longcang_auditor', '620102')")
    try:
        with connect("bi", settings=module_settings) as bi:
            assert bi.execute("select is_restricted from marts.seen").fetchone() == (True,)
            assert bi.execute("select county_code from marts.counties").fetchall() == [("621121",)]
        with connect("auditor", settings=module_settings) as auditor:
            assert auditor.execute("select is_restricted from marts.seen").fetchone() == (False,)
    finally:
        with connect("owner", settings=module_settings) as owner:
            owner.execute("delete from ops.login_counties")
            owner.execute("update ops.logins set scope = 'province'")


def test_before_the_first_publication_bi_sees_nothing(fresh_database: object) -> None:
    settings = fresh_database()  # type: ignore[operator]
    with connect("build", settings=settings) as build:
        build.execute("create view marts.seen as select publication_id from ops.visible")
        build.execute("grant select on marts.seen to bi_reader")
    assert seen("bi", settings) is None


def test_a_child_process_gets_it_by_its_environment(module_settings: Settings) -> None:
    """What dbt and psql are started with: no password on the command line."""
    psql = packaged_folder() / "psql"
    done = subprocess.run(
        [str(psql), "-XAtc", "select publication_id, current_user from marts.seen"],
        env={"PATH": "/usr/bin:/bin", **environment("build", publication=CANDIDATE, settings=module_settings)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == f"{CANDIDATE}|longcang_build\n", done.stderr
