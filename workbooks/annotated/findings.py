"""What is said to a county of one submission, in the words and places in which the workbook says it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest import issues
from ingest.columns import NUMBER_TYPES, Column
from ingest.contracts import Contract
from ingest.issues import Issue
from ingest.text import cell_place

SEVERITIES = {issues.ERROR: "错误", issues.WARN: "提醒", issues.INFO: "说明"}
EFFECTS = {issues.ROW_REFUSED: "该行未采用", issues.CELL_EMPTIED: "该格未采用", issues.FILE_REFUSED: "整份退回"}
_WITHOUT_EFFECT = {issues.ERROR: "请改正", issues.WARN: "请核对", issues.INFO: "不必改"}
SHOWN_WORDS = 12
HELPFUL_LIMIT = 1_000_000
# Rules of one cell's spelling, for which an example helps; the other rules compare cells.
_SPELLING = frozenset(
    (issues.BLANK, issues.NOT_A_NUMBER, issues.NOT_A_DATE, issues.NOT_IN_LIST, issues.OUT_OF_RANGE, issues.BAD_PHONE,
     issues.BAD_ACCOUNT, issues.PRECISION_LOST, issues.PLACE_UNKNOWN, "R67")
)  # fmt: skip
_EXPECTED = {
    "date": "填年月日，例：2020年6月30日",
    "date_range": "填起止日期，例：2020年6月1日至6月7日",
    "date_or_word": "填年月日，例：2020年6月30日",
    "period": "填期间，例：2020年上半年",
    "year": "填四位年份，例：2020",
    "exit_year": "填四位年份，例：2020；未退出的填“未退出”",
    "flag": "填“是”或“否”",
    "int": "填整数，例：12",
    "decimal": "填数字，例：12.5",
    "money": "填数字，例：1200.50",
    "percent": "填百分数，例：6.5%",
    "quantity": "填数字和单位，例：3头",
    "pair": "填两个数，中间用斜线隔开",
    "phone": "填 11 位手机号，或带区号的固定电话",
    "id_number": "填 18 位证件号；先把单元格设为“文本”格式再填，以免末几位变成 0",
    "bank_account": "填 12 至 21 位账号；先把单元格设为“文本”格式再填，以免末几位变成 0",
    "uscc": "填 18 位统一社会信用代码",
    "township": "填本县区划中的乡镇全称，例：某某镇",
    "village": "填本县区划中的行政村名称，例：某某村",
    "person_name": "填姓名",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, where it is and what to do.

    `row` and `column` count from 0; a finding may have a row alone, or no place. `advice` is '' where the message says
    all. `shown` is the cell's value, a mask where it is personal.
    """

    message: str
    severity: str
    effect: str
    rule: str
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    header: str = ""
    shown: str = ""
    advice: str = ""

    @property
    def outcome(self) -> str:
        """What became of the row or cell, or what is to be done where nothing did."""
        return EFFECTS.get(self.effect) or _WITHOUT_EFFECT[self.severity]

    @property
    def note(self) -> str:
        """The text of a comment."""
        lines = [f"{SEVERITIES[self.severity]}：{self.message}", self.advice]
        if self.effect in (issues.ROW_REFUSED, issues.CELL_EMPTIED):
            lines.append(f"（{EFFECTS[self.effect]}）")
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Total:
    """A stated total that disagrees with its rows: both figures as the county would write them."""

    sheet: str
    row: int
    column: int
    label: str
    header: str
    stated: str
    computed: str


@dataclass(frozen=True)
class Order:
    """All that one workbook is made from beside the county's bytes. Texts come from hostile files: data, nothing else.

    `facts` are (name, value) lines; `tone` is 'refused', 'partly' or 'accepted'; `is_bare` leaves the county's own sheets
    out, where the file cannot be opened.
    """

    number: str
    title: str
    facts: Sequence[tuple[str, str]]
    verdict: str
    tone: str
    findings: Sequence[Finding] = ()
    totals: Sequence[Total] = ()
    is_bare: bool = False
    version: int = field(default=1)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Order:
        values: dict[str, Any] = json.loads(text)
        values["facts"] = [(name, value) for name, value in values["facts"]]
        values["findings"] = [Finding(**finding) for finding in values["findings"]]
        values["totals"] = [Total(**total) for total in values["totals"]]
        return cls(**values)


def finding_of(issue: Issue, contract: Contract | None, first_column: int = 0) -> Finding:
    """An issue as it is said in the workbook; one that names a row alone stands in the row's `first_column`."""
    row, column = issue.row_no - 1 if issue.row_no else None, first_column if issue.row_no else None
    if issue.cell:
        row, column = cell_place(issue.cell)
    return Finding(
        message=issue.message,
        severity=issue.severity,
        effect=issue.effect,
        rule=issue.rule_id,
        sheet=issue.sheet,
        row=row,
        column=column,
        header=issue.header or "",
        shown=issue.value_shown or "",
        advice=advice(issue, contract),
    )


def advice(issue: Issue, contract: Contract | None) -> str:
    """What is expected in the cell, with an example, as far as the issue's own sentence does not say it."""
    if contract is None or issue.field is None or issue.rule_id not in _SPELLING:
        return ""
    column = contract.by_field.get(contract.field_of(issue.field))
    if column is None or "如：" in issue.message:
        return ""
    parts = [_words(column, issue.message), _range(column, issue.message)]
    if column.example and column.type != "flag":
        parts.append(f"例：{column.example}")
    elif not column.vocabulary:
        parts.append(_EXPECTED.get(column.type, ""))
    return "；".join(part for part in parts if part)


def _words(column: Column, message: str) -> str:
    words = [word for word, _ in column.vocabulary]
    if not words or all(word in message for word in words):
        return ""
    more = "等" if len(words) > SHOWN_WORDS else ""
    return f"可填：{'、'.join(words[:SHOWN_WORDS])}{more}"


def _range(column: Column, message: str) -> str:
    """The limits of a number, where they are narrow enough to help."""
    limits = column.range or {}
    low, high = limits.get("min", limits.get("above")), limits.get("max")
    if column.type not in NUMBER_TYPES or "允许范围" in message or low is None or high is None or high > HELPFUL_LIMIT:
        return ""
    unit = f" {column.unit}" if column.unit else ""
    return f"{'大于' if 'above' in limits else '不小于'} {low:,}，不大于 {high:,}{unit}"
