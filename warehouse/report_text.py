"""The report of a run as people read it, in Chinese; long lists are cut, and say where the rest is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingest.demonstration import NOTE
from warehouse.disk import in_words
from warehouse.forms import form_titles

OUTCOMES = {"loaded": "全部读入", "partly": "部分读入", "unchanged": "内容未变", "refused": "整份退回"}
STATES = {
    "done": "完成",
    "held": "被校验拦下，未发布",
    "held_by_person": "有人指定或钉住了现行发布，未发布",
    "failed": "出错中断",
    "interrupted": "被中断",
    "running": "没有做完",
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
KINDS = {"nightly": "发布", "trial": "试运行", "restatement": "重述"}
SUITES = {"landed": "落地数据", "candidate": "待发布指标"}
SEVERITIES = {"error": "错误", "warn": "提醒", "info": "说明"}
SHOWN, SHOWN_REASONS = 10, 2

Report = dict[str, Any]
Row = dict[str, Any]


def render(report: Report, console: Console, *, with_all: bool = False) -> None:
    """Print the report; `with_all` cuts no list."""
    _Page(report, console, with_all).show()


class _Page:
    """One report on one console."""

    def __init__(self, report: Report, console: Console, with_all: bool) -> None:
        self.report, self.out, self.with_all = report, console, with_all

    def show(self) -> None:
        run = self.report["run"] or {}
        if self.report.get("is_demonstration"):
            self.out.print(f"[bold yellow]{NOTE}。[/]")
        self.out.rule(f"[bold]陇仓 运行报告 · 数据日期 {run.get('as_of_date', '')}")
        self.out.print(
            f"运行 {escape(self.report['run_id'])}　用时 {run.get('seconds', 0)} 秒　结果：{STATES[run['state']]}"
        )
        is_night = run.get("kind") != "restate"  # a restatement reads nothing and gives nothing back
        self._unfinished()
        if is_night:
            self._files()
            self._refused_and_partly()
            self._landing()
            self._issues()
        self._gate()
        self._holds()
        self._withdrawn()
        self._publication()
        if self.report["run"]["kind"] == "nightly":
            self._feedback()
        self._targets()
        self._home()

    @property
    def _is_cut_off(self) -> bool:
        return self.report["run"]["state"] in ("failed", "interrupted")

    def _unfinished(self) -> None:
        if self._is_cut_off:
            steps = [f"{STEPS.get(row['step'].split()[0], '')}（{row['step']}）" for row in self._of("unfinished")]
            self.out.print(f"[red]没有做完：{escape('、'.join(steps)) or '第一步之前就停了'}[/]")
            for row in self._of("unfinished"):
                if row["state"] == "failed" and row["message"]:
                    self.out.print(f"  {escape(row['step'])}：{escape(row['message'])}", highlight=False)

    def _of(self, key: str) -> list[Row]:
        """A list of the report; reports of earlier versions have fewer."""
        return self.report.get(key) or []

    def _cut(self, rows: Sequence[Any]) -> Sequence[Any]:
        return rows if self.with_all else rows[:SHOWN]

    def _more(self, rows: Sequence[Any], what: str = "个", command: str = "") -> None:
        """How many more there are than were shown, and where they are."""
        if not self.with_all and len(rows) > SHOWN:
            command = command or f"longcang report {self.report['run_id']} --all"
            self.out.print(f"  还有 {len(rows) - SHOWN} {what}，见 {escape(command)}")

    def _list(self, heading: str, lines: Sequence[str], what: str = "个") -> None:
        """Lines under their heading; nothing where there are none."""
        if lines:
            self.out.print(heading)
        for line in self._cut(lines):
            self.out.print(f"  {line}", highlight=False)
        self._more(lines, what)

    def _table(self, title: str, columns: Sequence[tuple[str, str]]) -> Table:
        """A table under its title, which is a line of its own: a table's own title is folded to the table's width."""
        self.out.print(f"[bold]{title}[/]", highlight=False)
        table = Table(header_style="bold")
        for name, justify in columns:
            table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
        return table

    def _files(self) -> None:
        for run in self._of("earlier_runs"):
            self.out.print(
                f"此前的运行 {escape(run['run_id'])}（{STATES[run['state']]}）已读入 {run['files']:,} 份、"
                f"采用 {run['rows_accepted']:,} 行，没有发布；本次不再重读，一并计入。"
            )
        if returned := (self.report.get("returned") or {}).get("files"):
            self.out.print(f"设置、约定或别名改回原样：{returned:,} 份报表恢复从前的读取结果，没有重读。")
        if not self.report["files"]:
            self._no_files()
            return
        numbers = [(name, "right") for name in ("份数", "读到行", "采用行", "退回行")]
        keys = ("files", "rows_read", "rows_accepted", "rows_refused")
        table = self._table("报表", [("结果", "left"), *numbers])
        for row in self.report["files"]:
            table.add_row(OUTCOMES[row["outcome"]], *_numbers(row, *keys))
        self.out.print(table)
        table = self._table("表单", [("表单", "left"), *numbers])
        for row in self.report["forms"]:
            table.add_row(_form(row["form"]), *_numbers(row, *keys))
        self.out.print(table)

    def _no_files(self) -> None:
        looked = self.report.get("looked")
        if not self._is_cut_off or (looked or {}).get("found") == 0:
            self.out.print("本次没有新的报表。")
        elif self.report["run"]["kind"] != "restate":
            how = "报表目录已看过，新的报表还没有读入" if looked else "报表目录没有看完，不知道有没有新的报表"
            self.out.print(f"{how}；已收到的都在，改好后再运行即可。")

    def _refused_and_partly(self) -> None:
        refused, partly = self._of("refused"), self._of("partly")
        if refused:
            table = self._table(
                f"整份退回的报表（{len(refused)} 份）", [(name, "left") for name in ("文件", "代码", "原因")]
            )
            for row in self._cut(refused):
                table.add_row(escape(row["path"]), row["code"] or "", escape(row["reason"]))
            self.out.print(table)
            self._more(refused, "份")
        if partly:
            columns = [("文件", "left"), ("退回行", "right"), ("读到行", "right"), ("原因", "left")]
            table = self._table(f"部分读入的报表（{len(partly)} 份）", columns)
            for row in self._cut(partly):
                reasons = row.get("reasons") or []
                lines = [f"{r['rule_id']} {r['issues']:,} 处，如：{r['example']}" for r in reasons[:SHOWN_REASONS]]
                lines += [f"另有 {len(reasons) - SHOWN_REASONS} 种"] if len(reasons) > SHOWN_REASONS else []
                counts = _numbers(row, "rows_refused", "rows_read")
                table.add_row(escape(row["path"]), *counts, escape("\n".join(lines)))
            self.out.print(table)
            self._more(partly, "份")

    def _landing(self) -> None:
        for row in self._of("waiting"):
            name = row["county_name"] or "不在县目录下的文件"
            self.out.print(f"[yellow]{name}[/]：新文件超过一夜的上限，{row['files']:,} 份留待下一夜读取，先到的先读")
        for row in self._of("troubles"):
            self.out.print(f"[yellow]{escape(row['path'])}[/]：{_trouble(row)}", highlight=False)
        moved = [row for row in self._of("gone") if row.get("now_at")]
        heading = f"有 {len(moved)} 个文件改了名或换了文件夹，内容没有变，不重复计入："
        self._list(heading, [f"{escape(row['path'])} → {escape(row['now_at'])}" for row in moved])
        gone = [row for row in self._of("gone") if not row.get("now_at")]
        if gone:
            decision = self.report.get("accepted")
            by = f"，按 {escape(decision['decided_by'])} 的决定（{escape(decision['reason'])}）" if decision else ""
            heading = f"报送目录里少了 {len(gone)} 个文件（已经读入的仍然计入）{by}："
            self._list(heading, [escape(row["path"]) for row in gone])
        for key, words in (("newly_reporting", "新报送"), ("newly_missing", "上次有、这次没有")):
            rows = self._of(key)
            if rows:
                self.out.print(f"与发布 {self.report['before']} 相比，{words}的县表 {len(rows)} 个：")
                for county, forms in self._by_county(self._cut(rows)).items():
                    self.out.print(f"  {county}：{'、'.join(forms)}", highlight=False)
                self._more(rows)
            if key == "newly_missing":
                missing = {(row["county_code"], row["form"]) for row in rows}
                for row in self._of("withdrawn"):
                    if (row["county_code"], row["form"]) in missing:
                        self.out.print(f"  其中{_withdrawn_line(row)}", highlight=False)

    @staticmethod
    def _by_county(rows: Sequence[Row]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row["county_name"] or row["county_code"], []).append(_form(row["form"]))
        return found

    def _issues(self) -> None:
        issues = self._of("issues")
        if not issues:
            return
        columns = [("规则", "left"), ("级别", "left"), ("处", "right"), ("县", "right"), ("例", "left")]
        total = sum(row["issues"] for row in issues)
        table = self._table(f"问题（{len(issues)} 种，共 {total:,} 处）", columns)
        for row in self._cut(issues):
            counts = (f"{row['issues']:,}", str(row["counties"]))
            table.add_row(row["rule_id"], SEVERITIES[row["severity"]], *counts, escape(row["example"]))
        self.out.print(table)
        self._more(issues, "种")

    def _gate(self) -> None:
        passes = {row["suite"]: row["passes"] for row in self.report["gate"]}
        for row in self.report["gate"]:
            self.out.print(
                f"校验（{SUITES.get(row['suite'], row['suite'])}）：{row['rules']} 条规则，"
                f"严重未过 {row['critical']} 条，提醒 {row['warnings']} 条规则，共 {row['passes']} 轮"
            )
        failed = self._of("failed_rules")
        for row in self._cut(failed):
            ended = "" if row["last_pass"] == passes.get(row["suite"]) else "；拦下有关的县以后已通过"
            self.out.print(
                f"  [red]未过 {row['rule_id']}[/] {escape(row['title'])}：{escape(row['message'] or '')} "
                f"{row['violations']:,} 处{ended}",
                highlight=False,
            )
        self._more(failed, "条")
        warnings = self._of("warnings")
        lines = [f"[dim]{row['rule_id']}[/] {escape(row['sentence'])}" for row in warnings]
        self._list(f"校验提醒，共 {len(warnings)} 条，不影响发布：", lines, "条提醒")

    def _holds(self) -> None:
        held, still = self._of("held"), self._of("open_holds")
        if held:
            self.out.print(f"被拦下的 {len(held)} 个：")
        for row in self._cut(held):
            name = row["county_name"] or row["county_code"]
            self.out.print(
                f"  [yellow]{name} · {_form(row['form'])}[/]：沿用上一次合格的数据。{escape(row['sentence'])}"
                f"（{row['rule_id']}）{escape(row.get('path') or '')}"
            )
        number = self.report["publication"]["publication_id"] if self.report["publication"] else ""
        self._more(held, command=f"longcang why {number} --all")
        if still:
            self.out.print(f"此前被拦下、至今没有改正的 {len(still)} 个：")
            for row in self._cut(still):
                name = row["county_name"] or row["county_code"]
                self.out.print(
                    f"  [yellow]{name} · {_form(row['form'])}[/]（{row['since_date']} 起，{row['rule_id']}）"
                    f"{escape(row['path'])}"
                )
            self._more(still, command="longcang holds")

    def _withdrawn(self) -> None:
        rows = self._of("withdrawn")
        heading = f"已撤回、不再计入的报送 {len(rows)} 份（longcang reinstate 可恢复）："
        self._list(heading, [_withdrawn_line(row) for row in rows], "份")

    def _publication(self) -> None:
        publication, now = self.report["publication"], self.report["current"]
        if publication is None:
            why = "本次没有组成新的发布" if self._is_cut_off else "没有新内容"
            self.out.print(f"{why}，沿用现行发布。" if now else f"{why}，还没有任何发布。")
        if publication and publication["state"] in ("held", "held_by_person"):
            for reason in (publication["verdict"] or {}).get("reasons", []):
                self.out.print(f"  [red]未发布：{escape(reason)}[/]")
        if publication and publication["state"] == "held":
            self.out.print(f"原因和怎么办：longcang why {publication['publication_id']}")
        if trial := self.report.get("trial"):
            self.out.print(
                "[bold]试运行，没有发布[/]：组成的数据和对表、视图的改动已经撤回，BI 看到的不变。"
                "读入的报表已存档，仍然有效，从下一次运行起计入。"
            )
            if trial["left"]:
                self.out.print(f"  [yellow]{escape(trial['left'])}[/]")
        if publication and publication["note"]:
            self.out.print(f"  {escape(publication['note'])}")
        if publication and publication["kind"] == "restatement" and publication["state"] == "retired":
            number, day = publication["publication_id"], publication["as_of_date"]
            self.out.print(f"重述：发布 {number}（数据日期 {day}），未移动指针")
        if now:
            self.out.print(f"[bold]现行发布：{now['publication_id']}[/]（数据日期 {now['as_of_date']}）")
        if pin := self.report.get("pin"):
            self.out.print(f"[red]{escape(pin['text'])}[/]")

    def _feedback(self) -> None:
        feedback = self.report["feedback"]
        if trouble := self.report.get("feedback_trouble"):
            self.out.print(f"[yellow]{escape(trouble['message'])}[/]")
        if feedback["workbooks"]:
            self.out.print(
                f"退改工作簿：{feedback['workbooks']:,} 份待各县取回，本次新写 {feedback['written']:,} 份，"
                f"在 {escape(feedback['folder'])}"
            )
        if feedback["failed"]:
            self.out.print(f"  [yellow]{feedback['failed']:,} 份没有写成，见 ops.feedback[/]")

    def _targets(self) -> None:
        targets = self.report["targets"]
        if not targets:
            return
        compared = any(row.get("has_before") for row in targets)
        names = ["目标值", *(["上次"] if compared else []), "实际", "差距", "完成 %"]
        columns = [("代码", "left"), ("目标", "left"), ("单位", "left"), *((name, "right") for name in names)]
        of = self.report.get("targets_of")
        shown = f"，{KINDS[of['kind']]} {of['publication_id']}，数据日期 {of['as_of_date']}" if of else ""
        table = self._table(f"2020 年产业扶贫目标（全省{shown}）", [*columns, ("说明", "left")])
        changed = 0
        for row in targets:
            is_changed = compared and row["value_before"] != row["actual_value"]
            changed += is_changed
            actual = f"[bold]{_plain(row['actual_value'])}[/]" if is_changed else _plain(row["actual_value"])
            before = [_plain(row["value_before"]) if is_changed else "同"] if compared else []
            values = [
                _plain(row["target_value"]),
                *before,
                actual,
                _plain(row["gap_value"]),
                _plain(row["reached_pct"]),
            ]
            table.add_row(row["target_code"], row["target_name"], row["unit"], *values, row["status_text"] or "")
        self.out.print(table)
        if compared:
            self.out.print(f"与发布 {self.report['before']} 相比，{changed} 个目标的实际值有变化。")

    def _home(self) -> None:
        home = self.report.get("home")
        if not home:
            return
        sizes = "、".join(f"{name} {in_words(size)}" for name, size in home["sizes"].items())
        freed = f"；清理了 {in_words(home['freed'])} 过期的日志和中间文件" if home["freed"] else ""
        self.out.print(f"占用空间（{escape(home['path'])}）：{sizes}{freed}", highlight=False)


def _trouble(row: Row) -> str:
    """What a night could not look at, and what that means."""
    if row["kind"] == "emptied":
        return f"目录里原有 {row['n_files']:,} 个文件，现在一个也没有；可能没有挂载，没有按撤走处理"
    known = f"，其中原有的 {row['n_files']:,} 个文件没有按撤走处理" if row["n_files"] else ""
    return f"{row['problem']}，没有看成{known}"


def _form(name: str) -> str:
    return form_titles().get(name, name)


def _withdrawn_line(row: Row) -> str:
    place = f"{row['county_name'] or row['county_code'] or '未认出县'} · {row['form_name']}"
    return escape(
        f"{place}：提交 {row['submission_id']} {row['path']}，{row['decided_by']} 于 {row['since']} 撤回，原因：{row['reason']}"
    )


def _numbers(row: Row, *keys: str) -> list[str]:
    return [f"{row[key] or 0:,}" for key in keys]


def _plain(value: str | None) -> str:
    if value is None:
        return "—"
    text = f"{float(value):,.2f}"
    return text.rstrip("0").rstrip(".")
