"""Writes the pages that are made from data: docs/forms/<form>.md from the contracts, docs/rules.md from contracts, gate
suites, docs/codes.yml and reference/parameters.csv.

`python docs/generate.py` writes them; with --check it only says which are out of date (status 1). Their readers are
analysts and county staff, so the pages are Chinese.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from expectations import rules as gate_rules  # noqa: E402
from ingest.contracts import Column, Contract, load_all  # noqa: E402
from warehouse.reference_files import Row, read  # noqa: E402

MADE = "<!-- 由 docs/generate.py 生成，请勿手改：改表单约定、校验规则或参数后运行 make docs。 -->"
REQUIRED = {"recognise": "必有此列", "row": "必填", "complete": "应有", "no": "选填"}
TYPES = {
    "serial": "序号", "township": "乡镇", "village": "行政村", "places": "地名（可多个）", "text": "文字", "code": "编号",
    "int": "整数", "decimal": "小数", "money": "金额", "percent": "百分数", "year": "年度", "exit_year": "年度或未退出",
    "date": "日期", "date_range": "起止日期", "flag": "是／否", "enum": "选项", "status_year": "状态（可带年度）",
    "id_number": "证件号", "phone": "电话", "bank_account": "银行账号", "person_name": "姓名", "uscc": "统一社会信用代码",
    "quantity": "数量（带单位）", "pair": "两个数", "period": "期间（年度、半年、季度、月）", "date_or_word": "日期或说法",
    "enum_list": "选项（可多个）", "person_or_body": "单位或个人名称",
}  # fmt: skip
SEVERITIES = {"error": "错误", "warn": "提醒", "info": "说明", "critical": "关键", "warning": "提醒"}
EFFECTS = {"none": "只提示", "cell_emptied": "清空单元格", "row_refused": "退回该行", "file_refused": "退回文件"}
ORIGINS = {"F": "见于公开表格", "P": "见于方案", "I": "推定"}
SUITE_TITLES = {"landed": "落地校验", "candidate": "发布校验"}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars and line breaks inside cells are escaped."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for row in rows:
        cells = [str(cell).replace("|", "\\|").replace("\n", "<br>") for cell in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def origin_text(origin: str | None) -> str:
    return "／".join(ORIGINS.get(part, part) for part in (origin or "").split("/") if part)


def allowed(column: Column) -> str:
    """What a cell of the column may hold, in words."""
    if column.vocabulary:
        values = "、".join(value for value, _ in column.vocabulary)
        if column.type == "date_or_word":
            values = f"日期，或：{values}"
        if column.type == "enum_list":
            values += "；几个之间用顿号隔开"
        return values + (f"；其余归为“{column.otherwise}”" if column.otherwise else "")
    bounds = column.range or {}
    words = []
    if "min" in bounds:
        words.append(f"不小于 {bounds['min']}")
    if "above" in bounds:
        words.append(f"大于 {bounds['above']}")
    if "max" in bounds:
        words.append(f"不大于 {bounds['max']}")
    if column.fractions_up_to is not None:
        words.append(f"没有写明 % 且都不大于 {column.fractions_up_to:g} 时按小数读入（0.05 即 5%）")
    if column.cumulative:
        words.append("累计数，后一期不小于前一期")
    return "，".join(words)


def column_row(column: Column) -> list[str]:
    raw = "<br>".join(f"`{c.name}`" for c in column.raw_columns()) or "（不保留）"
    unit = column.unit or ""
    if column.written_unit and column.written_unit != column.unit:
        unit += f"（未注明时按 {column.written_unit}）"
    kind = TYPES[column.type] + ("，主键" if column.key else "")
    return [
        column.header,
        "、".join(column.variants),
        raw,
        kind,
        unit,
        REQUIRED[column.required],
        allowed(column),
        origin_text(column.origin),
    ]


def limits_of(check: dict[str, Any]) -> str:
    """The parameters that a check reads, with the values that hold where the reference data has none; its tolerances."""
    found = [check[key] for key in ("minimum", "maximum", "each") if isinstance(check.get(key), dict)]
    found += [value for when in check.get("when", ()) for value in when.values() if isinstance(value, dict)]
    words = [f"`{limit['parameter']}`（缺省 {limit['default']:g}）" for limit in found]
    words += [f"`{when['parameter']}` 为 {when['is']} 时" for when in check.get("when", ()) if "parameter" in when]
    if check.get("tolerance"):
        words.append(f"容差 {check['tolerance']:g}")
    if check.get("tolerance_pct"):
        words.append(f"容差 {check['tolerance_pct']:g}%")
    return "<br>".join(words)


def check_rows(contract: Contract) -> list[list[str]]:
    return [
        [
            check["rule"],
            SEVERITIES[check["severity"]],
            EFFECTS[check["effect"]],
            contract.by_field[check["at"]].header if check["at"] in contract.by_field else f"`{check['at']}`",
            f"{check['message']}",
            limits_of(check),
            check.get("origin", ""),
        ]
        for check in (*contract.row_checks, *contract.group_checks)
    ]


def form_page(contract: Contract) -> str:
    """The page of one form."""
    period = "每次报送重述全部情况" if contract.period == "stock" else "按期累加"
    scope = "每行属于它的村所在的乡镇" if contract.scope == "village" else "每行属于全县"
    personal = [column.header for column in contract.columns if column.holds_persons]
    parts = [
        f"# {contract.form_id} {contract.title}",
        MADE,
        f"{contract.grain}；{period}；{scope}。落地表 `raw.{contract.name}`。",
        "标题中出现下列任一说法即认作本表（“…”代表中间可有别的字）："
        + "、".join(title.replace("*", "…") for title in contract.titles)
        + "。",
    ]
    if personal:
        parts.append(f"涉及个人信息：{'、'.join(personal)}。只保存加密标记与掩码，原值不入库。")
    parts += [
        "## 列",
        "列的先后不限，多级表头、合并单元格均可。“其他写法”都认得；"
        "“必有此列”缺了整份退回，“应有”缺了只提醒。金额入库一律折成元。",
        table(
            ["表头", "其他写法", "入库字段", "类型", "单位", "要求", "允许的值", "来源"],
            map(column_row, contract.columns),
        ),
    ]
    if contract.ignored:
        parts.append("认得但不读入的列：" + "、".join(contract.ignored) + "。")
    checks = check_rows(contract)
    if checks:
        parts += [
            "## 核对",
            "`{…}` 处填入该行的值，`{expected}` 是应有的值，`{limit}` 是界限。各表共有的核对见[规则总表](../rules.md)。",
            table(["规则", "级别", "后果", "标在哪一列", "说法", "界限", "依据"], checks),
        ]
    return "\n\n".join(parts) + "\n"


def reference_rows(name: str) -> Iterator[Row]:
    return read(ROOT / "reference" / f"{name}.csv", f"reference/{name}.csv")


def cross_check_rows() -> list[list[str]]:
    return [
        [
            row["rule_id"],
            SEVERITIES[row["severity"]],
            row["forms"].replace(" ", "、"),
            row["title"],
            row["sentence"],
            row["origin"],
            row["since_date"],
            row["trips"],
        ]
        for row in reference_rows("cross_checks")
    ]


def parameter_rows() -> list[list[str]]:
    return [
        [
            f"`{row['parameter']}`",
            row["county_code"] or "全省",
            row["value"] or row["text_value"],
            row["unit"],
            row["meaning"],
            row["origin"],
            row["since_date"],
        ]
        for row in reference_rows("parameters")
    ]


def rules_page(contracts: dict[str, Contract]) -> str:
    """The page of all rules: cells and files, forms, gate, thresholds."""
    codes = yaml.safe_load((ROOT / "docs" / "codes.yml").read_text(encoding="utf-8"))
    code_header = ["代码", "名称", "级别", "后果", "说明"]
    parts = [
        "# 规则总表",
        MADE,
        "每条规则只在一处定义：单元格和行的核对在表单约定 `ingest/contracts/`，跨表的核对在 `reference/cross_checks.csv`，"
        "发布前的校验在 `expectations/suites/`，界限在 `reference/parameters.csv`，县里自己公布的标准在 `reference/award_standards.csv`。",
        "## 读表：单元格",
    ]
    for group, heading in (("cells", None), ("files", "## 读表：文件")):
        if heading:
            parts.append(heading)
        rows = [
            [c["code"], c["title"], SEVERITIES[c["severity"]], EFFECTS[c["effect"]], c["note"]] for c in codes[group]
        ]
        parts.append(table(code_header, rows))
    parts.append("## 表单核对")
    rows = [
        [f"[{contract.form_id}](forms/{contract.name}.md)", *row]
        for contract in contracts.values()
        for row in check_rows(contract)
    ]
    rows += [
        [
            f"[{contract.form_id}](forms/{contract.name}.md)",
            column.rule,
            SEVERITIES["error"],
            EFFECTS["row_refused" if column.refuses_row else "cell_emptied"],
            column.header,
            f"{TYPES[column.type]}的校验位不对",
            "",
            "国家标准",
        ]
        for contract in contracts.values()
        for column in contract.columns
        if column.rule
    ]
    rows.sort(key=lambda row: (row[1], row[0]))
    parts.append(table(["表单", "规则", "级别", "后果", "标在哪一列", "说法", "界限", "依据"], rows))
    parts += [
        "## 跨表核对",
        "对不上时写入 `marts.mart_cross_checks` 和退改工作簿，不影响发布。表单先写标出问题的那一张。",
        table(["规则", "级别", "表单", "应当", "说法", "依据", "起始", "触发说明"], cross_check_rows()),
    ]
    for name in gate_rules.SUITES:
        suite = gate_rules.load(name)
        parts += [
            f"## {SUITE_TITLES[name]}：{suite.title}",
            table(
                ["规则", "级别", "应当", "不合格时的说法", "依据", "起始", "触发说明"],
                [
                    [
                        rule.rule_id,
                        SEVERITIES[rule.severity],
                        rule.title,
                        rule.sentence,
                        rule.origin.source,
                        rule.origin.since,
                        rule.origin.trips,
                    ]
                    for rule in suite.rules
                ],
            ),
        ]
    parts += ["## 界限", table(["参数", "适用", "值", "单位", "含义", "出处", "起始"], parameter_rows())]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[str, str]:
    """Every generated page by its path below docs/."""
    contracts = load_all()
    found = {f"forms/{contract.name}.md": form_page(contract) for contract in contracts.values()}
    found["rules.md"] = rules_page(contracts)
    return found


def stale(made: dict[str, str], folder: Path = ROOT / "docs") -> list[str]:
    """Pages in `folder` that differ from what the data say, and pages of forms that are no more."""
    wrong = {
        name for name, text in made.items() if not (folder / name).is_file() or (folder / name).read_text() != text
    }
    kept = {path.relative_to(folder).as_posix() for path in (folder / "forms").glob("*.md")}
    return sorted(wrong | (kept - set(made)))


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check say which are out of date."""
    made = pages()
    wrong = stale(made)
    if "--check" in arguments:
        for name in wrong:
            print(f"docs/{name} is out of date; run: make docs", file=sys.stderr)
        return 1 if wrong else 0
    (ROOT / "docs" / "forms").mkdir(exist_ok=True)
    for name in wrong:
        if name in made:
            (ROOT / "docs" / name).write_text(made[name], encoding="utf-8")
        else:
            (ROOT / "docs" / name).unlink()
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
