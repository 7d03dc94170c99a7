"""Marked personal values in every column of every form, failures of every kind: nothing that is written holds one."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from ingest.contracts import load_all
from simulator import province
from tests.e2e.leaks import leaks
from tests.e2e.nights import DAY, dag_night
from tests.e2e.planted import Planter
from warehouse.connect import connect
from warehouse.settings import Settings


def query(settings: Settings, text: str) -> list[Any]:
    with connect("owner", settings=settings) as conn:
        return conn.execute(text).fetchall()  # type: ignore[arg-type]


def change(settings: Settings, statement: str) -> None:
    with connect("owner", settings=settings) as conn:
        conn.execute(statement)  # type: ignore[arg-type]


@pytest.mark.ci_only
def test_no_marked_value_is_written_anywhere(airflow_settings: Settings) -> None:
    """One county with persons in the personal columns, one with strays in all others too, one with files that fail."""
    settings, landing, planter = airflow_settings, airflow_settings.landing, Planter()
    province.write(landing, households=240, counties=["通渭县", "卓尼县", "东乡县"], seed=11, defects=0.02)
    folders = sorted(folder for folder in landing.iterdir() if folder.is_dir())
    forms: Counter[str] = Counter()
    for folder, is_stray in zip(folders, (False, True, False), strict=True):
        forms.update(planter.plant(folder, is_stray=is_stray))
    assert set(forms) == set(load_all())
    planter.failures(folders[2])
    change(settings, "alter table raw.cold_stores add constraint taken_by_no_one check (county_code is null)")
    dag_night(settings, landing)

    outcomes = dict(query(settings, "select outcome, count(*) from ops.readings group by 1"))
    assert {"loaded", "partly", "refused"} <= set(outcomes), outcomes
    sentences = " ".join(sentence or "" for (sentence,) in query(settings, "select refusal from ops.readings"))
    for word in ("损坏", "引号", "缺少", "认不出是哪种表", "读取程序无法打开", "入库时出错"):
        assert word in sentences, word
    assert query(settings, "select count(*) from ops.issues where value_shown is not null")[0][0] > 50
    assert query(settings, "select count(*) from ops.gate_violations")[0][0] > 0
    assert leaks(settings, planter.marks) == []

    for (table,) in query(
        settings, "select tablename from pg_tables where schemaname = 'core' and tablename ~ '^fct_'"
    ):
        change(settings, f"alter table core.{table} add constraint no_more check (false) not valid")
    assert list(planter.plant(folders[0], is_stray=True))
    second = dag_night(settings.with_changes(missing_share_limit=1.0), landing, DAY + timedelta(days=1))
    assert second.status == 3 and "build core" in second.output
    assert leaks(settings, planter.marks) == []
