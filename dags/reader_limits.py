"""End the sessions of readers that take longer than they may: a session can lift its own time limits."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task

from warehouse.dag_steps import RETRY, run_id_and_settings

DOC = """
### 看数账号的时限 reader_limits

每一刻钟结束一次超过时限的看数会话（查询超过 30 分钟，事务超过 2 小时）。失败了：不用处理，下一次会接着做。
"""


@dag(
    dag_id="reader_limits",
    schedule="*/15 * * * *",
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=10),
    is_paused_upon_creation=False,
    tags=["longcang"],
    doc_md=DOC,
)
def reader_limits() -> None:
    @task(execution_timeout=timedelta(minutes=5), **RETRY)
    def end_overdue() -> int:
        from warehouse import nightly

        return nightly.end_overdue_readers(run_id_and_settings()[1])

    end_overdue()


reader_limits()
