"""The report of a run: collected from ``ops`` and the published marts, shown to people in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row
from rich.console import Console
from rich.markup import escape
from rich.table import Table

OUTCOMES = {"loaded": "全部读入", "partly": "部分读入", "unchanged": "内容未变", "refused": "整份退回"}
STATES = {
    "done": "完成",
    "held": "被校验拦下，未发布",
    "held_by_person": "运行期间有人指定了现行发布，未发布",
    "failed": "出错中断",
    "interrupted": "被中断",
    "running": "运行中",
}
# What the steps of a run do; a name may go on ("ingest 17").
STEPS = {
    "discover": "查看报表目录",
    "ingest": "读入报表",
    "form": "组成待发布版本",
    "build": "建模",
    "gate": "校验",
    "publish": "发布",
    "feedback": "写退改工作簿",
    "retention": "清理",
    "vacuum": "整理表",
}
SHOWN_FILES = 15

Report = dict[str, Any]


def collect(conn: psycopg.Connection[Any], run_id: str) -> Report:
    """Everything the report shows, as JSON-ready values (dates and decimals as text)."""
    report: Report = {"run_id": run_id}
    report["run"] = _one(
        conn,
        "select kind, state, as_of_date::text, started_at::text, finished_at::text, "
        "round(extract(epoch from coalesce(finished_at, clock_timestamp()) - started_at))::int as seconds "
        "from ops.runs where run_id = %s",
        run_id,
    )
    report["unfinished"] = _all(
        conn,
        "select step, state, message from ops.steps where run_id = %s and state <> 'done' order by started_at",
        run_id,
    )
    report["looked"] = _one(
        conn, "select total as found from ops.steps where run_id = %s and step = 'discover' and state = 'done'", run_id
    )
    report["feedback_trouble"] = _one(
        conn,
        "select message from ops.steps where run_id = %s and step = 'feedback' and message like '退改工作簿没有写完%%'",
        run_id,
    )
    report["returned"] = _one(
        conn, "select count(*) as files from ops.readings_in_force where run_id = %s and is_return", run_id
    )
    report["files"] = _all(
        conn,
        "select outcome, count(*) as files, sum(rows_read) as rows_read, sum(rows_accepted) as rows_accepted, "
        "sum(rows_refused) as rows_refused from ops.readings where run_id = %s group by 1 order by 1",
        run_id,
    )
    report["forms"] = _all(
        conn,
        "select form, count(*) as files, sum(rows_read) as rows_read, sum(rows_accepted) as rows_accepted, "
        "sum(rows_refused) as rows_refused from ops.readings where run_id = %s and form is not null "
        "and outcome <> 'unchanged' group by 1 order by 1",
        run_id,
    )
    report["refused"] = _all(
        conn,
        "select s.path, r.refusal_code as code, r.refusal as reason from ops.readings r "
        "join ops.submissions s using (submission_id) where r.run_id = %s and r.outcome = 'refused' order by 1",
        run_id,
    )
    report["waiting"] = _all(
        conn,
        "select w.county_code, g.region_name as county_name, count(*) as files from ops.waiting_files w "
        "left join reference.regions g on g.region_code = w.county_code and g.version_to is null "
        "where w.run_id = %s group by 1, 2 order by 3 desc, 1",
        run_id,
    )
    report["partly"] = _all(
        conn,
        "select s.path, r.rows_refused, r.rows_read from ops.readings r join ops.submissions s using (submission_id) "
        "where r.run_id = %s and r.outcome = 'partly' order by r.rows_refused desc, 1 limit 15",
        run_id,
    )
    report["issues"] = _all(
        conn,
        "select i.rule_id, i.severity, count(*) as issues, count(distinct i.county_code) as counties, "
        "min(i.message) as example from ops.issues i join ops.readings r using (reading_id) "
        "where r.run_id = %s group by 1, 2 order by 3 desc, 1 limit 12",
        run_id,
    )
    report["publication"] = _one(
        conn,
        "select p.publication_id, p.state, p.kind, p.as_of_date::text, p.verdict, p.note, p.formed_times, "
        "p.reference_version from ops.publications p where p.run_id = %s",
        run_id,
    )
    report["current"] = _one(
        conn,
        "select p.publication_id, p.as_of_date::text, p.published_at::text from ops.pointer c "
        "join ops.publications p using (publication_id) where %s::text is not null",
        run_id,
    )
    number = report["publication"]["publication_id"] if report["publication"] else None
    report["gate"] = _all(
        conn,
        "select suite, count(*) as rules, count(*) filter (where not success and severity = 'critical') as critical, "
        "count(*) filter (where not success and severity = 'warning') as warnings, max(pass_no) as passes "
        "from ops.gate_results g where publication_id = %s and pass_no = (select max(pass_no) from ops.gate_results h "
        "where h.publication_id = g.publication_id and h.suite = g.suite) group by 1 order by 1 desc",
        number,
    )
    report["held"] = _all(
        conn,
        "select distinct r.county_code, g.region_name as county_name, r.form, h.rule_id, h.sentence "
        "from ops.gate_holds h join ops.readings r using (reading_id) "
        "left join reference.regions g on g.region_code = r.county_code and g.version_to is null "
        "where h.publication_id = %s order by 1, 3, 4",
        number,
    )
    report["feedback"] = _one(
        conn,
        "select min(folder) as folder, count(*) filter (where sha256 is not null) as workbooks, "
        "count(*) filter (where sha256 is not null and run_id = %s) as written, "
        "count(*) filter (where sha256 is null) as failed from ops.feedback",
        run_id,
    )
    report["targets_of"] = _shown(conn, run_id)
    report["targets"] = _targets(conn, report["targets_of"]["publication_id"]) if report["targets_of"] else []
    return report


def _shown(conn: psycopg.Connection[Any], run_id: str) -> dict[str, Any] | None:
    """The publication whose figures the report shows: the run's own where it was formed to its end (a restatement moves
    no pointer), else the current one."""
    return _one(
        conn,
        "select publication_id, kind, as_of_date::text from ops.publications "
        "where purged_at is null and (publication_id = (select publication_id from ops.pointer) or (run_id = %s "
        "and (published_at is not null or (kind = 'restatement' and state = 'retired')))) "
        "order by publication_id = (select publication_id from ops.pointer) limit 1",
        run_id,
    )


def _targets(conn: psycopg.Connection[Any], publication_id: int) -> list[dict[str, Any]]:
    known = conn.execute("select to_regclass('metrics.mart_target_progress') is not null").fetchone()
    if not known or not known[0]:
        return []
    return _all(
        conn,
        "select target_code, target_name, unit, target_value::text, actual_value::text, gap_value::text, "
        "reached_pct::text, has_reported, status_text from metrics.mart_target_progress "
        "where region_level = 'province' and publication_id = %s order by target_code",
        publication_id,
    )


def _all(conn: psycopg.Connection[Any], query: str, parameter: Any) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cur:
        rows = cur.execute(query, (parameter,)).fetchall()
    return [{key: int(value) if _is_count(value) else value for key, value in row.items()} for row in rows]


def _one(conn: psycopg.Connection[Any], query: str, parameter: Any) -> dict[str, Any] | None:
    rows = _all(conn, query, parameter)
    return rows[0] if rows else None


def _is_count(value: Any) -> bool:
    return value is not None and type(value).__name__ == "Decimal"


def render(report: Report, console: Console) -> None:
    """Print the report for a person."""
    run = report["run"] or {}
    console.rule(f"[bold]陇仓 运行报告 · 数据日期 {run.get('as_of_date', '')}")
    console.print(f"运行 {escape(report['run_id'])}　用时 {run.get('seconds', 0)} 秒　结果：{STATES[run['state']]}")
    if run["state"] in ("failed", "interrupted"):
        steps = [f"{STEPS.get(row['step'].split()[0], '')}（{row['step']}）" for row in report["unfinished"]]
        console.print(f"[red]没有做完：{escape('、'.join(steps)) or '第一步之前就停了'}[/]")
    if run.get("kind") != "restate":
        _render_files(report, console)
        _render_waiting(report["waiting"], console)
        _render_issues(report, console)
    _render_gate(report, console)
    if run.get("kind") != "restate":
        _render_feedback(report, console)
    _render_targets(report["targets"], report["targets_of"], console)


def _table(title: str, columns: Sequence[tuple[str, str]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for name, justify in columns:
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    return table


def _render_files(report: Report, console: Console) -> None:
    if report["returned"]["files"]:
        console.print(f"设置、约定或别名改回原样：{report['returned']['files']:,} 份报表恢复从前的读取结果，没有重读。")
    if not report["files"]:
        if report["run"]["state"] != "failed" or (report["looked"] or {}).get("found") == 0:
            console.print("本次没有新的报表。")
        elif report["run"]["kind"] == "nightly":
            looked = (
                "报表目录已看过，新的报表还没有读入" if report["looked"] else "报表目录没有看完，不知道有没有新的报表"
            )
            console.print(f"{looked}；已收到的都在，改好后再运行即可。")
        return
    table = _table("报表", [("结果", "left"), *((n, "right") for n in ("份数", "读到行", "采用行", "退回行"))])
    for row in report["files"]:
        table.add_row(OUTCOMES[row["outcome"]], *_numbers(row, "files", "rows_read", "rows_accepted", "rows_refused"))
    console.print(table)
    table = _table("表单", [("表单", "left"), *((n, "right") for n in ("份数", "读到行", "采用行", "退回行"))])
    titles = form_titles()
    for row in report["forms"]:
        name = titles.get(row["form"], row["form"])
        table.add_row(name, *_numbers(row, "files", "rows_read", "rows_accepted", "rows_refused"))
    console.print(table)
    if report["refused"]:
        table = _table("整份退回的报表", [("文件", "left"), ("原因", "left")])
        for row in report["refused"][:SHOWN_FILES]:
            table.add_row(escape(row["path"]), escape(f"{row['code']} {row['reason']}"))
        console.print(table)
        _more(len(report["refused"]), "ops.readings", console)


def _render_waiting(waiting: list[dict[str, Any]], console: Console) -> None:
    for row in waiting:
        name = row["county_name"] or "不在县目录下的文件"
        console.print(f"[yellow]{name}[/]：新文件超过一夜的上限，{row['files']:,} 份留待下一夜读取，先到的先读")


def _render_issues(report: Report, console: Console) -> None:
    if not report["issues"]:
        return
    words = {"error": "错误", "warn": "提醒", "info": "说明"}
    table = _table(
        "问题（按规则）", [("规则", "left"), ("级别", "left"), ("处", "right"), ("县", "right"), ("例", "left")]
    )
    for row in report["issues"]:
        table.add_row(
            row["rule_id"], words[row["severity"]], f"{row['issues']:,}", str(row["counties"]), escape(row["example"])
        )
    console.print(table)


def _render_gate(report: Report, console: Console) -> None:
    publication, now = report["publication"], report["current"]
    if publication is None and report["run"]["state"] == "failed":
        console.print("本次没有组成新的发布，" + ("沿用现行发布。" if now else "还没有任何发布。"))
    elif publication is None:
        console.print("没有新内容，沿用现行发布。" if now else "还没有任何发布。")
    names = {"landed": "落地数据", "candidate": "待发布指标"}
    for row in report["gate"]:
        console.print(
            f"校验（{names.get(row['suite'], row['suite'])}）：{row['rules']} 条规则，"
            f"严重未过 {row['critical']} 条，提醒 {row['warnings']} 条，共 {row['passes']} 轮"
        )
    for row in report["held"]:
        name = row["county_name"] or row["county_code"]
        form = form_titles().get(row["form"], row["form"])
        console.print(
            f"  [yellow]{name} · {form}[/]：沿用上一次合格的数据。{escape(row['sentence'])}（{row['rule_id']}）"
        )
    if publication and publication["state"] in ("held", "held_by_person"):
        for reason in (publication["verdict"] or {}).get("reasons", []):
            console.print(f"  [red]未发布：{escape(reason)}[/]")
    if publication and publication["note"]:
        console.print(f"  {escape(publication['note'])}")
    if publication and publication["kind"] == "restatement" and publication["state"] == "retired":
        console.print(f"重述：发布 {publication['publication_id']}（数据日期 {publication['as_of_date']}），未移动指针")
    if now:
        console.print(f"[bold]现行发布：{now['publication_id']}[/]（数据日期 {now['as_of_date']}）")


def _render_feedback(report: Report, console: Console) -> None:
    feedback = report["feedback"]
    if report["feedback_trouble"]:
        console.print(f"[yellow]{escape(report['feedback_trouble']['message'])}[/]")
    if feedback["workbooks"]:
        console.print(
            f"退改工作簿：{feedback['workbooks']:,} 份待各县取回，本次新写 {feedback['written']:,} 份，"
            f"在 {escape(feedback['folder'])}"
        )
    if feedback["failed"]:
        console.print(f"  [yellow]{feedback['failed']:,} 份没有写成，见 ops.feedback[/]")


def _render_targets(targets: list[dict[str, Any]], of: dict[str, Any] | None, console: Console) -> None:
    if not targets or of is None:
        return
    columns = [("代码", "left"), ("目标", "left"), ("单位", "left")]
    columns += [(name, "right") for name in ("目标值", "实际", "差距", "完成 %")] + [("说明", "left")]
    kind = "重述" if of["kind"] == "restatement" else "发布"
    title = f"2020 年产业扶贫目标（全省，{kind} {of['publication_id']}，数据日期 {of['as_of_date']}）"
    table = _table(title, columns)
    for row in targets:
        values = [_plain(row[key]) for key in ("target_value", "actual_value", "gap_value", "reached_pct")]
        table.add_row(row["target_code"], row["target_name"], row["unit"], *values, row["status_text"] or "")
    console.print(table)


def _numbers(row: dict[str, Any], *keys: str) -> list[str]:
    return [f"{row[key] or 0:,}" for key in keys]


def _plain(value: str | None) -> str:
    if value is None:
        return "—"
    text = f"{float(value):,.2f}"
    return text.rstrip("0").rstrip(".")


def _more(count: int, where: str, console: Console) -> None:
    if count > SHOWN_FILES:
        console.print(f"  另有 {count - SHOWN_FILES} 份，见 {where}")


def form_titles() -> dict[str, str]:
    """Contract name -> the form's Chinese title."""
    from ingest.contracts import load_all

    return {contract.name: contract.title for contract in load_all().values()}
