"""Retention and maintenance, after the night: nothing here makes a reader wait."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task

from warehouse.dag_steps import PUBLISHED, RETRY, run_date, run_id_and_settings

DOC = """
### 清理 housekeeping

每次发布之后删除过了保留期的发布的行，整理表。失败了：直接清除重跑。
"""


@dag(
    dag_id="housekeeping",
    schedule=[PUBLISHED],
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    is_paused_upon_creation=False,
    tags=["longcang"],
    doc_md=DOC,
)
def housekeeping() -> None:
    @task(execution_timeout=timedelta(hours=2), **RETRY)
    def retention() -> dict[str, int]:
        from warehouse import nightly

        run_id, settings = run_id_and_settings()
        nightly.begin(run_id, "housekeeping", run_date(), settings)
        return nightly.housekeeping(run_id, settings)

    retention()


housekeeping()
