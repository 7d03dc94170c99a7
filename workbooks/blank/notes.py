"""What a clerk is told of a column: what to fill in, in which unit, within which bounds, with an example."""

from __future__ import annotations

from typing import Any

from ingest.columns import Column
from workbooks.blank.columns import in_written_unit, is_required, other_units, unit_of

_WHAT = {
    "serial": "从 1 起顺序编号",
    "township": "从下拉列表中选本县的乡镇",
    "village": "先填乡镇，再从下拉列表中选该乡镇的村（社区）",
    "places": "写全乡镇名和村名，几个地方之间用顿号隔开",
    "text": "文字",
    "code": "照原编号填写，本列已设为文本，不会丢位",
    "int": "整数",
    "decimal": "数字",
    "money": "金额，只填数字",
    "percent": "百分数，填 5 表示 5%，不要输入百分号",
    "year": "四位年度",
    "exit_year": "四位年度；还没有的填“未退出”",
    "date": "日期，年月日要齐全",
    "date_or_word": "日期，或从下拉列表中选",
    "date_range": "起止日期，两头年月日都要齐全",
    "period": "所属期间：年度、半年、季度或月份",
    "flag": "从下拉列表中选“是”或“否”",
    "enum": "从下拉列表中选",
    "enum_list": "从下拉列表中选；有几项的，直接输入，用顿号隔开",
    "status_year": "从下拉列表中选；需要写明年度的，可在后面加括号注明年度",
    "id_number": "18 位公民身份号码，末位是字母的写大写 X；残疾人证号 20 或 22 位",
    "phone": "11 位手机号，或带区号的固定电话",
    "bank_account": "12 至 21 位数字，本列已设为文本，不会丢位",
    "person_name": "姓名，按身份证写",
    "person_or_body": "单位写营业执照上的全称；是个人的写姓名",
    "uscc": "18 位统一社会信用代码",
    "quantity": "数量后面写明单位，如 20亩、3头",
}
# Types whose cells need no more words than these
_PLAIN = frozenset({"township", "village", "id_number", "phone", "bank_account", "code", "uscc"})
# Where the contract gives no example
_EXAMPLES = {
    "date": "2020年5月27日",
    "date_range": "2020年6月1日-2020年6月7日",
    "year": "2019",
    "period": "2020年上半年",
}


def requirement(column: Column) -> str:
    """How much the column matters, in a word."""
    return "必填" if is_required(column) else {"complete": "应填"}.get(column.required, "选填")


def what(column: Column) -> str:
    """What a cell holds."""
    text = _WHAT[column.type]
    if column.prefix:
        text += f"，以 {column.prefix} 开头"
    if column.as_written:
        text += "，也可写县里的叫法"
    if column.otherwise:
        text += f"；列表以外的归为“{column.otherwise}”"
    return text


def plain(number: Any) -> str:
    """A number for a clerk: thousands apart, without a trailing zero or an exponent."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def bounds(column: Column) -> str:
    """The bounds of a number in the unit that is filled in, or of a day; '' where there are none."""
    limits = column.range or {}
    if column.type in ("date", "date_or_word", "date_range", "period"):
        words = {"min": "不早于 {}", "max": "不晚于 {}"}
        return "，".join(words[key].format(limits[key]) for key in words if key in limits)
    if column.type in ("year", "exit_year"):
        return f"{limits['min']} 至 {limits['max']}" if {"min", "max"} <= set(limits) else ""
    found = {key: plain(in_written_unit(column, value)) for key, value in limits.items()}
    if {"min", "max"} <= set(found):
        return f"{found['min']} 至 {found['max']}"
    words = {"above": "大于 {}", "min": "不小于 {}", "max": "不大于 {}"}
    return "，".join(words[key].format(found[key]) for key in words if key in found)


def unit_note(column: Column) -> str:
    """The unit, with others of the same size; '' where the column has none."""
    unit, others = unit_of(column), other_units(column)
    if not unit or column.type == "quantity":
        return ""
    return unit + (f"（也用于{'、'.join(others)}）" if others else "")


def example(column: Column) -> str:
    """A correct value; '' for free text and for numbers of persons, of which none is shown."""
    return column.example or _EXAMPLES.get(column.type, "")


def note(column: Column, limit: int = 255) -> str:
    """All of it in at most `limit` characters, as a message beside the cell shows it."""
    parts = [f"{requirement(column)}：{what(column)}。"]
    parts += [f"{name}：{text}。" for name, text in _named(column) if text]
    kept = ""
    for part in parts:
        if len(kept) + len(part) + 1 > limit:
            break
        kept += ("\n" if kept else "") + part
    return kept


def _named(column: Column) -> list[tuple[str, str]]:
    return [("单位", unit_note(column)), ("范围", bounds(column)), ("例", example(column)), ("含义", meaning(column))]


def meaning(column: Column) -> str:
    """The contract's own words on the column where they say more than its header, and in the unit that is filled in."""
    same_unit = column.unit == unit_of(column) or column.type == "percent"
    text = (column.comment or "").removesuffix(f"（{unit_of(column)}）")
    says_more = len(text) >= len(column.header) + 3 and not column.vocabulary and column.type not in _PLAIN
    return text if same_unit and says_more else ""
