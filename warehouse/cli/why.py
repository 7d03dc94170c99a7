"""``longcang why``, ``longcang holds`` and ``longcang history``: what the gate holds back, and what became of what was sent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from warehouse.cli.aliases import ready_settings
from warehouse.cli.names import county_of, form_of
from warehouse.cli.text import plain, say_if_demonstration
from warehouse.connect import connect
from warehouse.report_text import OUTCOMES

if TYPE_CHECKING:
    from warehouse.holds import Row

PUBLICATION_STATES = {
    "candidate": "待校验",
    "published": "现行",
    "held": "被拦下，没有发布",
    "held_by_person": "待人发布",
    "retired": "已退役",
}
SEVERITIES = {"critical": "严重", "warning": "提醒"}
DECISIONS = {"reread": "要求重新读取", "lost": "确认原件已丢失", "withdraw": "撤回", "reinstate": "恢复计入"}
SHOWN = 10


@click.command()
@click.argument("publication_id", metavar="[PUBLICATION]", type=int, required=False)
@click.option("--all", "with_all", is_flag=True, help="Every failure and every warning, however many.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def why(publication_id: int | None, with_all: bool, as_json: bool) -> None:
    """Why a publication was held, or who is held in it (default: the newest): rule, file, figures, what to do."""
    from expectations import gate
    from warehouse import decided, holds, publications, runs, withdrawals
    from warehouse.cli.run import console

    settings = ready_settings()
    with connect("owner", settings=settings) as conn:
        found = publications.newest(conn) if publication_id is None else _publication(conn, publication_id)
        if found is None:
            answer: dict[str, Any] = {
                "publication": None,
                "held": [],
                "failures": [],
                "open_holds": [],
                "withdrawn": [],
            }
        else:
            number, digest = found.publication_id, gate.digest()
            failures = holds.failures(conn, number, settings.data_docs)
            answer = {
                "publication": {
                    "publication_id": number,
                    "run_id": found.run_id,
                    "kind": found.kind,
                    "state": found.state,
                    "as_of_date": str(found.as_of_date),
                    "note": found.note,
                    "reasons": holds.reasons(conn, number),
                },
                "held": holds.of_publication(conn, number, digest, settings.data_docs),
                "failures": [row for row in failures if row["severity"] == "critical"],
                "warnings": [row for row in failures if row["severity"] == "warning"],
                "open_holds": holds.still_open(conn, digest, settings.data_docs),
                "withdrawn": withdrawals.in_force(conn, number),
            }
        current = publications.current(conn)
        answer["current"] = current.publication_id if current else None
        answer["newest_run"] = runs.newest(conn) if publication_id is None else None
        pinned = decided.pin_now(conn)
        answer["pin"] = pinned.text if pinned else None
        say_if_demonstration(conn, aside=as_json)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1, default=str))
    else:
        _show_why(answer, with_all, console())


@click.command("holds")
@click.option("--county", help="Only those of one county (name or code).")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_holds(county: str | None, as_json: bool) -> None:
    """List all submissions that the gate keeps out now, since which night, and by which rule."""
    from expectations import gate
    from warehouse import holds, publications
    from warehouse.cli.run import console

    code = county_of(county, "--county").code if county else None
    settings = ready_settings()
    with connect("owner", settings=settings) as conn:
        found = holds.still_open(conn, gate.digest(), settings.data_docs, code)
        newest = publications.newest(conn)
        say_if_demonstration(conn, aside=as_json)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
        return
    out = console()
    if newest is not None and newest.state == "held":
        number = newest.publication_id
        out.print(f"[red]最近一次发布 {number} 整次被拦下，不是哪一个县的报表：longcang why {number}[/]")
    if not found:
        out.print("没有被拦下的报表。")
        return
    out.print(holds_table(found))
    out.print(f"{_counts(found)}。一份报表从被拦下的那晚起一直留在这里，直到县里报来新的，或者规则改了。")
    out.print("每一条的数字、怎么办：longcang why 发布编号")


@click.command()
@click.argument("county")
@click.option("--form", help="Only one form: its name (household_awards), number (F01) or Chinese title.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def history(county: str, form: str | None, as_json: bool) -> None:
    """What a county (name or code) has sent, what was read of it, what was held, corrected, given back, and what counts."""
    from expectations import gate
    from ingest.contracts import load_all
    from warehouse import history as store
    from warehouse.cli.run import console

    place = county_of(county, "COUNTY")
    wanted = form_of(form, load_all().values()) if form else None
    settings = ready_settings()
    with connect("owner", settings=settings) as conn:
        found = store.of_county(conn, place.code, gate.digest(), wanted.name if wanted else None)
        say_if_demonstration(conn, aside=as_json)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
        return
    out = console()
    name = f"{place.name}（{place.code}）" + (f"《{wanted.title}》" if wanted else "")
    if not found:
        out.print(f"{name}还没有报送过。")
        return
    out.print(f"[bold]{name}[/]", highlight=False)
    out.print(_history_table(found))
    counted = sum(any(r["parts_published"] for r in row["readings"]) for row in found)
    out.print(f"共报送 {len(found)} 次，其中 {counted} 次计入现行发布。")


def _publication(conn: Any, publication_id: int) -> Any:
    from warehouse import publications

    try:
        return publications.get(conn, publication_id)
    except publications.PublicationError as error:
        raise click.UsageError(str(error)) from None


def holds_table(rows: Iterable[Row]) -> Table:
    """Holds, one a line, to be read in 100 columns."""
    table = Table()
    for name in ("起于", "县", "表单", "文件", "规则"):
        table.add_column(name, overflow="fold")
    for row in rows:
        file = plain(row["path"]) + ("（已不在报送目录）" if row["is_gone"] else "")
        table.add_row(
            f"{row['since_date']}\n发布 {row['publication_id']}",
            f"{row['county_name'] or ''}\n{row['county_code']}",
            f"{row['form_name']}\n{row['form_code'] or ''} {row['period']}",
            f"{file}\n提交 {row['submission_id']}",
            f"{row['rule_id']} {plain(row['sentence'])}",
        )
    return table


def _counts(rows: list[Row]) -> str:
    files = len({row["submission_id"] for row in rows})
    return f"{len({row['county_code'] for row in rows})} 个县的 {files} 份报表被拦下"


def _show_why(answer: dict[str, Any], with_all: bool, out: Console) -> None:
    _show_run(answer["newest_run"], out)
    if answer["pin"]:
        out.print(f"[red]{plain(answer['pin'])}。[/]")
    publication = answer["publication"]
    if publication is None:
        out.print("还没有任何发布。")
        return
    number, state = publication["publication_id"], publication["state"]
    out.print(f"[bold]发布 {number}[/]（数据日期 {publication['as_of_date']}）：{PUBLICATION_STATES[state]}。")
    if publication["note"]:
        out.print(f"  {plain(publication['note'])}")
    for reason in publication["reasons"] if state == "held_by_person" else ():
        out.print(f"  [red]{plain(reason)}[/]")
    if state == "held":
        seen = f"大家看到的仍是发布 {answer['current']}。" if answer["current"] else "还没有可看的发布。"
        out.print(f"校验没有找到可以单独拦下的县，所以整次发布都没有放行。{seen}")
        for reason in () if answer["failures"] else publication["reasons"]:
            out.print(f"  [red]{plain(reason)}[/]")
        _show_blocks(answer["failures"], with_all, number, out)
        out.print("怎么办：按上面的说明改好规则、模型或数据，再运行 longcang run；已经读过的不会重读。")
    if answer["held"]:
        out.print(f"这次校验：{_counts(answer['held'])}，沿用上一次合格的数据；其余各县照常发布。")
        _show_blocks(answer["held"], with_all, number, out)
    elif state != "held":
        out.print("这次校验没有拦下任何县的报表。" if state != "candidate" else "到现在为止没有拦下任何县的报表。")
    _show_warnings(answer["warnings"], with_all, number, out)
    _show_withdrawn(answer["withdrawn"], with_all, number, out)
    earlier = [row for row in answer["open_holds"] if row["publication_id"] != number]
    if earlier:
        out.print(f"此前的发布中还有 {_counts(earlier)}，至今没有改正：longcang holds")


def _show_run(run: dict[str, Any] | None, out: Console) -> None:
    """Where the newest night did not get to a verdict, that is the answer to begin with."""
    if run is None or run["state"] not in ("failed", "interrupted", "running"):
        return
    if run["state"] == "running":
        out.print(f"运行 {plain(run['run_id'])} 还没有结束，做到：{run['step'] or '开始'}。")
        return
    how = "被中断" if run["state"] == "interrupted" else "出错中断"
    out.print(f"[red]最近一次运行 {plain(run['run_id'])} {how}，停在：{run['step'] or '开始'}[/]。")
    if run["message"]:
        out.print(f"  {plain(run['message'])}")
    out.print("  怎么办：按步骤看 dags/README.md，改好后再运行 longcang run。")


def _show_blocks(rows: list[Row], with_all: bool, publication_id: int, out: Console) -> None:
    shown = rows if with_all else rows[:SHOWN]
    for number, row in enumerate(shown, 1):
        out.print(_block(number, row), "")
    _show_more(rows, shown, "个", publication_id, out)


def _block(number: int, row: Row) -> Table:
    """One failure upright: who, which rule, which figures, what to do, where more lies."""
    place = f"{row['county_name'] or row['county_code'] or '全省'}" + (
        f"（{row['county_code']}）" if row["county_code"] else ""
    )
    form = f"{row['form_name']}" + (f"（{row['form_code']}）" if row["form_code"] else "")
    level = SEVERITIES.get(row["severity"] or "critical", "严重")
    lines = [("规则", f"{row['rule_id']} {row['title'] or ''}（{level}）"), ("说明", row["sentence"])]
    if "path" in row:
        lines += [("文件", f"{row['path']}（提交 {row['submission_id']}，{row['received_at']} 收到）")]
    else:
        lines += [("文件", "\n".join(row["paths"]))] if row["paths"] else []
    lines += [("数字", figures)] if (figures := _figures(row)) else []
    lines += [("怎么办", _advice(row))]
    lines += [("退改簿", row["workbook"])] if row.get("workbook") else []
    lines += [("校验页", row["verdict_page"] or "这次校验的页面已经清理")]
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, width=8, justify="right")
    table.add_column(overflow="fold")
    table.add_row(f"{number}.", f"[bold]{plain(place)}　{plain(form)}[/]　{row.get('period') or ''}".rstrip())
    for label, text in lines:
        table.add_row(label, plain(text or ""))
    return table


def _figures(row: Row) -> str:
    from warehouse.holds import limits_text

    parts = [f"违反 {row['violations']:,} 处"] if row["violations"] is not None else []
    if limits := limits_text(row["limits"]):
        parts.append(f"界限：{limits}")
    if "path" in row:
        parts.append(f"这份采用 {row['rows_accepted']:,} 行")
        if row["in_place"]:
            kept = "、".join(
                f"提交 {o['submission_id']} {o['path']} {o['rows_accepted']:,} 行" for o in row["in_place"]
            )
            parts.append(f"现在计入的是 {kept}")
        else:
            parts.append("本期没有合格的数据可以沿用")
    return "；".join(parts)


def _advice(row: Row) -> str:
    if "path" not in row:
        return row["advice"] or ""
    number = row["submission_id"]
    return f"{row['advice'] or ''}改正后放回报送目录，下一晚自动重新校验；这一份不该报的，用 longcang withdraw {number} 撤回。"


def _show_warnings(rows: list[Row], with_all: bool, publication_id: int, out: Console) -> None:
    if not rows:
        return
    out.print(f"另有 {len(rows)} 条提醒，不影响发布：")
    shown = rows if with_all else rows[:SHOWN]
    for row in shown:
        out.print(f"  [dim]{row['rule_id']}[/] {plain(row['sentence'])}", highlight=False)
    _show_more(rows, shown, "条", publication_id, out)


def _show_withdrawn(rows: list[Row], with_all: bool, publication_id: int, out: Console) -> None:
    if not rows:
        return
    out.print(f"撤回的 {len(rows)} 份报送没有计入：")
    shown = rows if with_all else rows[:SHOWN]
    for row in shown:
        place = f"{row['county_name'] or row['county_code'] or '未认出县'}《{row['form_name']}》"
        out.print(
            f"  {plain(place)}提交 {row['submission_id']} {plain(row['path'])}：{_decision_text('withdraw', row, row['since'])}",
            highlight=False,
        )
    _show_more(rows, shown, "份", publication_id, out)


def _show_more(rows: list[Row], shown: list[Row], what: str, publication_id: int, out: Console) -> None:
    """How many more there are than were shown, and where they are."""
    if len(rows) > len(shown):
        out.print(f"  还有 {len(rows) - len(shown)} {what}，见 longcang why {publication_id} --all")


def _decision_text(kind: str, row: Row, at: str) -> str:
    return plain(f"{row['decided_by']} 于 {at} {DECISIONS[kind]}，原因：{row['reason']}")


def _history_table(rows: list[Row]) -> Table:
    table = Table()
    for column in ("提交", "收到", "表单、期间、文件", "读取", "去向"):
        table.add_column(column, overflow="fold", justify="right" if column == "提交" else "left")
    for row in rows:
        last = row["readings"][-1] if row["readings"] else {}
        what = f"{last.get('form_name') or '未认出'}　{last.get('period') or ''}\n{plain(row['path'])}"
        readings = (
            "\n".join(_reading_text(reading, len(row["readings"]) == 1) for reading in reversed(row["readings"]))
            or "还没有读"
        )
        table.add_row(
            str(row["submission_id"]), row["received_at"].replace(" ", "\n"), what, readings, "\n".join(_fate(row))
        )
    return table


def _reading_text(reading: Row, is_only: bool) -> str:
    text = OUTCOMES[reading["outcome"]] + ("" if is_only else f"（{reading['known_at'][:10]}）")
    if reading["outcome"] == "refused":
        return f"{text}：{plain(reading['refusal_code'] or '')} {plain(reading['refusal'] or '')}"
    if reading["outcome"] == "unchanged":
        return text
    refused = f"，退回 {reading['rows_refused']:,} 行" if reading["rows_refused"] else ""
    return f"{text}\n采用 {reading['rows_accepted']:,}/{reading['rows_read']:,} 行{refused}"


def _fate(row: Row) -> list[str]:
    """What became of a submission, a line each."""
    lines = []
    counting = [r for r in row["readings"] if r["parts_published"]]
    for reading in counting:
        whole = reading["parts_published"] == reading["parts"]
        part = "" if whole else f" {reading['parts_published']}/{reading['parts']} 个乡镇"
        lines.append(f"[green]计入现行发布{part}[/]")
    if row["readings"] and not counting:
        lines.append("不计入现行发布")
    for hold in row["readings"][-1]["holds"] if row["readings"] else []:
        if hold["is_in_force"]:
            lines.append(f"[yellow]被拦下 {hold['rule_id']}（发布 {hold['publication_id']}）[/]")
        else:
            lines.append(f"曾被拦下 {hold['rule_id']}（此后重新校验）")
    lines += [_decision_text(d["kind"], d, d["decided_at"]) for d in row["decisions"]]
    lines += [f"更正提交 {row['corrects']}"] if row["corrects"] else []
    lines += [f"由提交 {'、'.join(map(str, row['corrected_by']))} 更正"] if row["corrected_by"] else []
    lines += [f"退改簿 {plain(row['workbook'])}"] if row["workbook"] else []
    lines += ["已不在报送目录"] if row["is_gone"] else []
    return lines
