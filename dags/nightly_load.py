"""The nightly load: from the counties' spreadsheets to the published metrics.

What each task did lies in the warehouse's ``ops`` tables; XCom carries only the numbers of submissions. So every task
can be cleared and run again at any time.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, Param, chain, dag

from warehouse import dag_steps

DOC = """
### 夜间入库 nightly_load

每晚 02:00（北京时间）把各县报来的表格读入、核对、建模、校验并发布。任何一步都可以随时清除（clear）重跑，结果不变。
报表目录缺失、读不了，或者少了太多文件时，discover 停下并写明原因，不造数据。report 的日志里有本次报告；演示库的报告第一行写明“演示数据”。

| 步骤 | 做什么 | 失败了怎么办 |
|---|---|---|
| discover | 查看报表目录，存档新文件 | 修好目录或磁盘后清除 |
| ingest | 分批读表，逐份落库（一份一个事务） | 直接清除；已落库的不会重复 |
| form | 按现有数据组成待发布版本 | 直接清除 |
| gate_landed | 校验落地数据；不合格的县沿用上一次合格的数据 | 运行 `longcang why`；改好后重新触发 |
| staging / core / metrics | dbt 建模 | 看 `ops.node_results`；改好后清除 |
| gate_candidate | 校验待发布指标 | 同 gate_landed |
| publish | 移动一个指针；有人钉住、或在运行期间指定了现行发布则待人发布，已有更新的发布则跳过 | 直接清除；或运行 longcang publish 编号 |
| feedback | 写出退改工作簿，供各县取回改正 | 直接清除；或运行 longcang feedback |
| report | 汇总本次运行 | 直接清除 |
"""


@dag(
    dag_id="nightly_load",
    # No start_date: the first night is the next one, not one that has passed.
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    is_paused_upon_creation=False,
    params={
        "as_of": Param(None, type=["null", "string"], description="数据日期（2020-06-30），默认运行当日（北京时间）"),
        "dry_run": Param(False, type="boolean", description="试运行：照常读入、建模、校验、出报告，但不发布"),
        "landing": Param(None, type=["null", "string"], description="报表目录，默认取设置"),
        "run_id": Param(None, type=["null", "string"], description="台账中的运行编号，默认取本次运行编号"),
    },
    tags=["longcang"],
    doc_md=DOC,
)
def nightly_load() -> None:
    batches = dag_steps.discover()
    chain(
        dag_steps.ingest.expand(submission_ids=batches),
        dag_steps.form(),
        dag_steps.gate_landed(),
        dag_steps.build.override(task_id="staging")("staging"),
        dag_steps.build.override(task_id="core")("core"),
        dag_steps.build.override(task_id="metrics")("metrics"),
        dag_steps.gate_candidate(),
        dag_steps.publish(),
        dag_steps.feedback(),
        dag_steps.report(),
    )


nightly_load()
