"""Form the past again: a publication from the readings and the reference data known on a date, beside the old ones."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, chain, dag

from warehouse import dag_steps

DOC = """
### 重述 restate

按某一天当时已知的数据和参照数据重新组成一次发布，过校验后与其他发布并存，不移动指针。审计账号设置
`longcang.publication` 后即可查看。失败了：改好后清除该任务，或重新触发。
"""


@dag(
    dag_id="restate",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    is_paused_upon_creation=False,
    params={
        "as_of": Param("2020-06-30", type="string", description="日期，或带时刻（2020-06-30T12:00+08:00）"),
        "run_id": Param(None, type=["null", "string"], description="台账中的运行编号，默认取本次运行编号"),
    },
    tags=["longcang"],
    doc_md=DOC,
)
def restate() -> None:
    chain(
        dag_steps.form_past(),
        dag_steps.gate_landed(),
        dag_steps.build.override(task_id="staging")("staging"),
        dag_steps.build.override(task_id="core")("core"),
        dag_steps.build.override(task_id="metrics")("metrics"),
        dag_steps.gate_candidate(),
        dag_steps.publish(),
        dag_steps.report(),
    )


restate()
