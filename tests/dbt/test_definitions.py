"""Columns of tables and views over the versions of a project: a small one of three models, with the project's macros."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from expectations import datasets
from warehouse import dbt_runner, trials
from warehouse.connect import connect
from warehouse.dbt_runner import DbtFailed
from warehouse.settings import Settings

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
MART = "metrics/marts/metrics__mart_trial.sql"
VIEW = "metrics/published/mart_trial.sql"
ABOVE = "metrics/published/mart_above.sql"
BESIDE = "metrics/published/mart_beside.sql"
FACT = "core/facts/core__fct_trial.sql"
MODELS = {
    MART: "{{ config(unique_key=['k']) }}\n"
    "select v.publication_id, 1 as k, 33.33::numeric(12, 2) as share from {{ source('ops', 'visible') }} as v\n",
    VIEW: "select d.k, d.share from {{ ref('metrics__mart_trial') }} as d\n",
    ABOVE: "select d.k from {{ ref('mart_trial') }} as d\n",
    BESIDE: "select d.k, d.share from {{ ref('metrics__mart_trial') }} as d\n",
    FACT: "{{ config(unique_key=['row_no'], meta={'form': 'trial'}) }}\n"
    "select 1::bigint as reading_id, 1 as row_no, 0.5::numeric(12, 2) as share from {{ source('ops', 'visible') }} as v\n",
}
SHAPE = """
    select n.nspname::text, c.relname::text, array_agg(a.attname::text order by a.attnum),
           case when has_table_privilege('bi_reader', c.oid, 'select') then 'for BI' end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where n.nspname in ('core', 'metrics', 'marts') and c.relkind in ('r', 'v') group by n.nspname, c.oid order by 1, 2
"""


@dataclass
class Project:
    """The small project, its database and the publication that it builds."""

    settings: Settings
    publication: int

    def write(self, path: str, old: str = "", new: str = "") -> None:
        """Write a model as it is at first, or with one text in place of another."""
        file = self.settings.project_root / "dbt_project/models" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        assert old in MODELS[path]
        file.write_text(MODELS[path].replace(old, new) if old else MODELS[path], encoding="utf-8")

    def build(self, *layers: str) -> None:
        for layer in layers:
            dbt_runner.build(layer, self.publication, "trial", self.settings)

    def rows(self, query: str) -> list[Any]:
        with connect("build", settings=self.settings, publication=self.publication) as conn:
            return conn.execute(query).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Iterator[Project]:
    folder = tmp_path / "project" / "dbt_project"
    shutil.copytree(PROJECT / "macros", folder / "macros")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, folder / name)
    with connect("owner", settings=settings) as conn:
        row = conn.execute(
            "insert into ops.publications (kind, as_of_date, known_until, reference_version, code_digest) "
            "values ('nightly', '2020-06-30', clock_timestamp(), 1, 'd') returning publication_id"
        ).fetchone()
        assert row
    found = Project(settings.with_changes(project_root=folder.parent), row[0])
    for path in MODELS:
        found.write(path)
    shutil.copy(PROJECT / "models/core/_sources.yml", folder / "models/core/_sources.yml")
    found.build("core", "metrics")
    yield found


@pytest.mark.ci_only
def test_a_column_never_changes_its_type(project: Project) -> None:
    """What does not fit would be rounded into the column that stands. Said of view or table, column and both types."""
    shown = "select share::text from marts.mart_trial"
    for layer, path, old, new, name, kind in (
        ("metrics", MART, "33.33::numeric(12, 2)", "33::integer", "mart_trial", "integer"),
        ("metrics", MART, "33.33::numeric(12, 2)", "33.3::numeric(12, 1)", "mart_trial", "numeric(12,1)"),
        ("metrics", VIEW, "d.share", "d.share::integer as share", "mart_trial", "integer"),
        ("core", FACT, "0.5::numeric(12, 2)", "1::integer", "fct_trial", "integer"),
    ):
        project.write(path, old, new)
        with pytest.raises(DbtFailed) as failure:
            project.build(layer)
        for word in (name, '"share"', "numeric(12,2)", kind):
            assert word in str(failure.value)
        assert project.rows(shown) == [("33.33",)]
        project.write(path)


@pytest.mark.ci_only
def test_an_earlier_version_leaves_what_a_later_one_added(project: Project) -> None:
    """Going back after an upgrade: the column stays in tables and view, null in what the earlier version builds."""
    shown = "select share::text, later from marts.mart_trial"
    for later, layers in ((True, ("core", "metrics")), (False, ("core", "metrics")), (True, ("metrics",))):
        project.write(MART, " from", ", 'new' as later from" if later else " from")
        project.write(VIEW, "d.share", "d.share, d.later" if later else "d.share")
        project.write(FACT, " from", ", 'new' as later from" if later else " from")
        project.build(*layers)
        assert ("core", "fct_trial", ["reading_id", "row_no", "share", "later"], None) in project.rows(SHAPE)
        assert project.rows(shown) == [("33.33", "new" if later else None)]


@pytest.mark.ci_only
def test_a_trial_leaves_no_definition_behind(project: Project) -> None:
    """A type that was tried binds nobody, what BI reads is what it was, and what an analyst built on a view stays."""
    settings, shape = project.settings, project.rows(SHAPE)
    with connect("owner", settings=settings) as conn:
        row = conn.execute(
            "insert into ops.publications (kind, as_of_date, known_until, reference_version, code_digest) "
            "values ('trial', '2020-06-30', clock_timestamp(), 1, 'd') returning publication_id"
        ).fetchone()
        assert row
        trials.remember(conn, row[0])
    with connect("build", settings=settings) as conn:
        conn.execute("create view marts.of_an_analyst as select k from marts.mart_beside")
    trial = Project(settings, row[0])
    for path, old, new in (
        (MART, " from", ", 1::integer as later from"),
        (VIEW, "d.share", "d.share, d.later"),
        (BESIDE, "d.share", "d.share, d.later"),
        (FACT, " from", ", 1::integer as later from"),
    ):
        trial.write(path, old, new)
    added = {MART.replace("trial", "other"): MODELS[MART], VIEW.replace("trial", "other"): MODELS[VIEW]}
    for path, text in added.items():
        (settings.project_root / "dbt_project/models" / path).write_text(text.replace("mart_trial", "mart_other"))
    trial.build("core", "metrics")
    assert trial.rows("select k from marts.mart_other") == [(1,)]

    assert trials.remove(row[0], settings) is None
    assert trials.remove_left(settings) == []
    # Only what the analyst's view holds on to has kept the column, and that is null.
    assert [found for found in project.rows(SHAPE) if found not in shape] == [
        ("marts", "mart_beside", ["k", "share", "later"], "for BI"),
        ("marts", "of_an_analyst", ["k"], None),
    ]
    assert [found for found in shape if found not in project.rows(SHAPE)] == [
        ("marts", "mart_beside", ["k", "share"], "for BI")
    ]
    assert project.rows("select k, share::text, later from marts.mart_beside") == [(1, "33.33", None)]
    assert project.rows("select k from marts.mart_above") == [(1,)]
    assert project.rows("select count(*) from metrics.mart_trial") == [(1,)]
    for path in added:
        (settings.project_root / "dbt_project/models" / path).unlink()
    project.write(BESIDE)
    project.write(VIEW, "d.share", "d.share, d.later")
    project.write(MART, " from", ", 'text' as later from")
    project.write(FACT, " from", ", 'text' as later from")
    project.build("core", "metrics")
    assert project.rows("select later from marts.mart_trial") == [("text",)]


def test_a_demonstration_is_said_in_the_comment_that_bi_tools_read(project: Project) -> None:
    """Of a view that nothing else has changed, too: the mark belongs to its definition."""
    comment = "select obj_description('marts.mart_trial'::regclass), obj_description('metrics.mart_trial'::regclass)"
    assert project.rows(comment) == [(None, None)]
    with connect("owner", settings=project.settings) as conn:
        conn.execute("insert into ops.demonstration (landing) values ('x')")
    project.build("metrics")
    ((published, own),) = project.rows(comment)
    assert published.startswith("【演示数据，不是真实情况 / demonstration】") and own is None
    assert datasets._first_clause(f"{published}每县一行。其他") == "每县一行"
