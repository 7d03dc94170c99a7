"""Input checks of a blank workbook's columns, as XlsxWriter takes them: what a cell lets in, and what it says else.

A check never turns away what the reader takes and a clerk is likely to write: lists that have further spellings warn
and let pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.columns import Column
from workbooks.blank.columns import in_written_unit
from workbooks.blank.lists import FLAGS, TOWNSHIPS, name_of
from workbooks.blank.notes import bounds, note

TITLE_LIMIT, TEXT_LIMIT = 32, 255
LAST_DAY = date(2099, 12, 31)
USCC_SIGNS = "代码字符"  # the name that holds the signs of a credit code, in the order of their values
_LARGEST = 10**13
_PLACES = 'ROW(INDIRECT("1:17"))'
_TOTAL = f"SUMPRODUCT(MID({{cell}},{_PLACES},1)*2^(18-{_PLACES}))"
_ID = (
    f'=IF(LEN({{cell}})=18,MID("10X98765432",MOD({_TOTAL},11)+1,1)=UPPER(RIGHT({{cell}})),'
    "OR(LEN({cell})=15,LEN({cell})=20,LEN({cell})=22))"
)
_CODE_TOTAL = f"SUMPRODUCT((FIND(MID(UPPER({{cell}}),{_PLACES},1),{USCC_SIGNS})-1)*MOD(3^({_PLACES}-1),31))"
_CODE = (
    f"=AND(LEN({{cell}})=18,MID({USCC_SIGNS},MOD(31-MOD({_CODE_TOTAL},31),31)+1,1)=UPPER(RIGHT({{cell}}))"
    ',LEFT({cell},{length})="{prefix}")'
)
STOP, WARNING = "stop", "warning"


@dataclass(frozen=True)
class Place:
    """Where a column's first cell stands, such as E5, and that of the township in the same row ('' without one)."""

    cell: str
    township: str = ""


def check_of(column: Column, place: Place, last_day: date = LAST_DAY) -> dict[str, Any]:
    """The options of a column's data validation; `last_day` is the latest that a date without a bound may be."""
    found = _check(column, place, last_day)
    found.setdefault("error_type", STOP)
    texts = {
        "input_title": column.header[:TITLE_LIMIT],
        "input_message": note(column, TEXT_LIMIT),
        "error_title": "请核对"[:TITLE_LIMIT],
        "error_message": f"{column.header}：{found.pop('says', '填写的内容不符')}。"[:TEXT_LIMIT],
    }
    return texts | found


def _check(column: Column, place: Place, last_day: date) -> dict[str, Any]:
    kind = column.type
    if kind in ("int", "decimal", "money", "percent", "year"):
        return _number(column, place.cell)
    if kind in ("date", "date_or_word"):
        return _day(column, last_day)
    if kind in ("enum", "enum_list", "status_year"):
        is_open = kind != "enum" or column.as_written or column.otherwise or column.match == "contains"
        says = "不在列表中，请核对写法" if is_open else "请从下拉列表中选择"
        return _list(f"={name_of(column)}", says, WARNING if is_open else STOP)
    if kind == "flag":
        return _list(f"={FLAGS}", "请选“是”或“否”")
    if kind == "township":
        return _list(f"={TOWNSHIPS}", "本县没有这个乡镇，请从下拉列表中选择")
    if kind == "village":
        villages = f'=INDIRECT("村_"&MATCH({place.township},{TOWNSHIPS},0))'
        return _list(villages, "该乡镇的名单中没有这个村，请核对乡镇和村名", WARNING)
    return _text(column, place.cell)


def _text(column: Column, cell: str) -> dict[str, Any]:
    if column.type == "id_number":
        return _formula(_ID.format(cell=cell), "证件号码位数不对，或最后一位校验不符，请对照证件核对")
    if column.type == "uscc":
        prefix = column.prefix or ""
        formula = _CODE.format(cell=cell, length=len(prefix), prefix=prefix)
        return _formula(
            formula, "应为 18 位统一社会信用代码" + (f"，以 {prefix} 开头" if prefix else "") + "，请对照证照核对"
        )
    if column.type == "exit_year":
        limits = column.range or {"min": 1900, "max": 2099}
        year = f'=OR({cell}="未退出",AND(ISNUMBER({cell}),{cell}>={limits["min"]},{cell}<={limits["max"]}))'
        return _formula(year, f"应为四位年度（{bounds(column)}），或填“未退出”")
    lengths = {
        "phone": (7, 14, "应为 11 位手机号，或带区号的固定电话"),
        "bank_account": (12, 21, "应为 12 至 21 位数字"),
    }
    if column.type in lengths:
        least, most, says = lengths[column.type]
        return {
            "validate": "length", "criteria": "between", "minimum": least, "maximum": most, "says": says,
            "error_type": WARNING,
        }  # fmt: skip
    return {"validate": "any"}


def _list(source: str, says: str, error_type: str = STOP) -> dict[str, Any]:
    return {"validate": "list", "source": source, "says": says, "error_type": error_type}


def _formula(formula: str, says: str) -> dict[str, Any]:
    return {"validate": "custom", "value": formula, "says": says}


def _number(column: Column, cell: str) -> dict[str, Any]:
    kind = "whole" if column.type in ("int", "year") else "decimal"
    limits = {key: in_written_unit(column, value) for key, value in (column.range or {}).items()}
    least, most = limits.get("min", -_LARGEST), limits.get("max", _LARGEST)
    noun = "整数" if kind == "whole" else "数字"
    says = f"应为{noun}" + (f"，{text}" if (text := bounds(column)) else "，不要带单位或文字")
    if column.fractions_up_to is not None:
        likely = f"=AND(ISNUMBER({cell}),{cell}<={most},OR({cell}=0,{cell}>{column.fractions_up_to}))"
        return _formula(likely, f"{says}；填 5 表示 5%，不要输入百分号或小数") | {"error_type": WARNING}
    if "above" not in limits:
        return {"validate": kind, "criteria": "between", "minimum": float(least), "maximum": float(most), "says": says}
    whole = f",{cell}=INT({cell})" if kind == "whole" else ""
    return _formula(f"=AND(ISNUMBER({cell}),{cell}>{limits['above']},{cell}<={most}{whole})", says)


def _day(column: Column, last_day: date) -> dict[str, Any]:
    if column.type == "date_or_word":
        return _list(f"={name_of(column)}", "") | {"show_error": False}
    limits = column.range or {}
    first, last = limits.get("min", "1949-10-01"), limits.get("max", last_day.isoformat())
    return {
        "validate": "date", "criteria": "between", "minimum": date.fromisoformat(str(first)),
        "maximum": date.fromisoformat(str(last)), "says": f"应为日期，{first} 至 {last}，年月日要齐全",
    }  # fmt: skip
