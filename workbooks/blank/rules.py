"""The rules of a form as a clerk reads them: one plain sentence per check of its contract, made from the check's kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from ingest import issues
from ingest.context import Context
from ingest.contracts import Contract
from ingest.places import County
from workbooks.blank.columns import unit_of
from workbooks.blank.notes import plain

_ENDLESS = 10_000  # a maximum of a ratio above this is none
_GAP = re.compile(r"(?<=[\u4e00-\u9fff”，])\s+(?=[\u4e00-\u9fff“])")
Check = dict[str, Any]
_EFFECTS = {issues.ROW_REFUSED: "不符的行退回", issues.CELL_EMPTIED: "不符的单元格不采用"}
_SEVERITIES = {issues.ERROR: "不符的会指出，须改正", issues.WARN: "不符的提醒核对", issues.INFO: "只作说明"}


def rules_of(contract: Contract, county: County, context: Context) -> list[tuple[str, str]]:
    """(sentence, what becomes of a row that breaks it) of each check, in the contract's order, each sentence once."""
    found: dict[str, str] = {}
    words = _Words(contract, county, context)
    for check in (*contract.row_checks, *contract.group_checks):
        if words.applies(check):
            effect = _EFFECTS.get(check["effect"]) or _SEVERITIES[check["severity"]]
            found.setdefault(words.sentence(check), effect)
    return list(found.items())


def _joined(parts: Iterable[str], mark: str = "、") -> str:
    return mark.join(parts)


class _Words:
    """Sentences on the columns of one form in one county."""

    def __init__(self, contract: Contract, county: County, context: Context) -> None:
        self.contract, self.county, self.context = contract, county, context
        self.raw = {raw.name: raw.comment for raw in contract.raw_columns()}

    def applies(self, check: Check) -> bool:
        """Whether the county's choices let the check be asked at all."""
        choices = [w for w in check.get("when", ()) if "parameter" in w]
        return all(self.context.choice(w, self.county.code) == w["is"] for w in choices)

    def sentence(self, check: Check) -> str:
        return _GAP.sub("", self._when(check) + _SENTENCES[check["kind"]](self, check) + "。")

    def name(self, raw: str) -> str:
        """A raw column as the clerk knows it: by its header, or by its comment where a header fills several."""
        column = self.contract.by_field[self.contract.field_of(raw)]
        is_whole = raw == column.field or column.holds_persons or column.as_written == raw
        return f"“{column.header if is_whole else self.raw[raw]}”"

    def names(self, raws: Iterable[str], mark: str = "、") -> str:
        return _joined(dict.fromkeys(map(self.name, raws)), mark)

    def limit(self, threshold: Any, raw: str) -> str:
        """A threshold with its unit."""
        number = self.context.limit(threshold, self.county.code)
        column = self.contract.by_field[self.contract.field_of(raw)]
        unit = (unit_of(column) if column.type == "percent" else column.unit) or ""
        return f"{plain(number)}{' ' + unit if unit and unit != '%' else unit}"

    def between(self, check: Check, raw: str) -> str:
        return f"{self.limit(check['minimum'], raw)} 至 {self.limit(check['maximum'], raw)}"

    def ratio(self, check: Check) -> str:
        """The bounds of a ratio, without those that bound nothing."""
        low, high = (self.context.limit(check[key], self.county.code) for key in ("minimum", "maximum"))
        if high > _ENDLESS:
            return f"不小于 {plain(low)}"
        return f"为 {plain(low)} 至 {plain(high)}" if low else f"不大于 {plain(high)}"

    def same(self, check: Check) -> str:
        """The columns of a group and that their values are the same."""
        names = list(dict.fromkeys(map(self.name, check["group"])))
        return _joined(names) + ("都相同" if len(names) > 1 else "相同")

    def span(self, check: Check, unit: str) -> str:
        """How far apart, or how old: with one limit or both."""
        low, high = (
            plain(self.context.limit(check[key], self.county.code)) if key in check else None
            for key in ("minimum", "maximum")
        )
        if low and low != "0" and high:
            return f"在 {low} 至 {high} {unit}之间"
        return f"不超过 {high} {unit}" if high else f"不少于 {low} {unit}"

    def cap(self, check: Check) -> str:
        """The cap of an amount: so much per unit of something, so much at most, or what the county published."""
        parts = []
        if "each" in check:
            each = self.limit(check["each"], check["field"])
            unit = self.contract.by_field[self.contract.field_of(check["per"])].unit or ""
            size = f" {check['per_size']:g} {unit}" if "per_size" in check else unit
            parts.append(f"{self.name(check['per'])}每{size} {each}")
        if "maximum" in check:
            parts.append(self.limit(check["maximum"], check["field"]))
        if "standard" in check:
            parts.append("县里公布的上限")
        return _joined(parts, "，也不超过 ") + (f"，再乘以{self.name(check['times'])}" if "times" in check else "")

    def _when(self, check: Check) -> str:
        parts = [
            self._condition(w) for w in check.get("when", ()) if "field" in w and not w["field"].endswith("_token")
        ]
        return f"{_joined(parts, '，且')}的，" if parts else ""

    def _condition(self, when: dict[str, Any]) -> str:
        name = self.name(when["field"])
        if "is_null" in when:
            return f"{name}{'没有填写' if when['is_null'] else '已填写'}"
        if "is" in when:
            return f"{name}为{_value(when['is'])}"
        if "in" in when:
            return f"{name}为{_joined(map(_value, when['in']))}"
        if "not_in" in when:
            return f"{name}不是{_joined(map(_value, when['not_in']))}"
        words = {"above": "大于", "below": "小于", "at_least": "不小于"}
        return _joined(f"{name}{w} {self.limit(when[k], when['field'])}" for k, w in words.items() if k in when)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    return f"“{value}”"


def _times(check: Check) -> str:
    factor = Decimal(str(check.get("times", 1)))
    return f" × {plain(factor)}" if factor != 1 else ""


def _divided(check: Check) -> str:
    return f" ÷ {check['divisor']:g}" if "divisor" in check else ""


def _paired(words: _Words, check: Check) -> str:
    known = words.county.attributes.get(check["attribute"])
    return f"{words.name(check['field'])}应写明本县的结对城市" + (f"（{known}）" if known else "")


_SENTENCES: dict[str, Callable[[_Words, Check], str]] = {
    "product_equals": lambda w, c: f"{w.name(c['field'])} = {w.names(c['fields'], ' × ')}{_divided(c)}",
    "sum_equals": lambda w, c: f"{w.name(c['field'])} = {w.names(c['fields'], ' + ')}",
    "difference_equals": lambda w, c: f"{w.name(c['field'])} = {w.name(c['fields'][0])} - {w.name(c['other'][0])}",
    "ratio_equals": lambda w, c: (
        f"{w.name(c['field'])} = {w.name(c['fields'][0])} ÷ {w.name(c['other'][0])}{_times(c)}"
    ),
    "not_greater": lambda w, c: f"{w.name(c['field'])}不大于{w.names(c['other'], ' + ')}",
    "at_least": lambda w, c: f"{w.name(c['field'])}不小于 {w.limit(c['minimum'], c['field'])}",
    "suspicious_range": lambda w, c: f"{w.name(c['field'])}一般为 {w.between(c, c['field'])}，超出的请核对单位和数字",
    "ratio_between": lambda w, c: f"{w.name(c['field'])} ÷ {w.name(c['other'][0])} 应{w.ratio(c)}",
    "whole_number": lambda w, c: f"{w.name(c['field'])}应为整数",
    "needs_positive": lambda w, c: f"{w.name(c['field'])}应大于 0",
    "matches_standard": lambda w, c: f"{w.name(c['field'])}应与本县公布的标准一致（县里没有公布的品种不核对）",
    "not_above_cap": lambda w, c: f"{w.name(c['field'])}不超过 {w.cap(c)}",
    "in_list": lambda w, c: f"{w.name(c['field'])}应为{_joined(v for v in c['values'] if not set('、/') & set(v))}",
    "flag_matches": lambda w, c: (
        f"{w.names(c['other'], ' + ')}{''.join(' - ' + w.name(n) for n in c.get('minus', ()))} 达到 "
        f"{w.limit(c['minimum'], c['other'][0])}的，{w.name(c['field'])}填“是”，否则填“否”"
    ),
    "needed": lambda w, c: f"{w.name(c['field'])}应填写",
    "must_be": lambda w, c: f"{w.name(c['field'])}应为{_value(c['value'])}",
    "not_before": lambda w, c: f"{w.name(c['field'])}不早于{w.names(c['other'])}",
    "within_days": lambda w, c: f"{w.name(c['other'][0])}到{w.name(c['field'])}{w.span(c, '天')}",
    "sex_matches_id": lambda w, c: f"{w.name(c['field'])}应与{w.names(c['other'])}第 17 位一致（单数为男，双数为女）",
    "age_between": lambda w, c: f"按{w.names(c['other'])}，年龄应{w.span(c, '周岁')}",
    "matches_region": _paired,
    "cap_per_group": lambda w, c: (
        f"{w.same(c)}的各行，{w.name(c['field'])}合计"
        f"{'（加一次' + w.name(c['plus_max']) + '）' if 'plus_max' in c else ''}不超过 {w.cap(c)}"
    ),
    "unique_per_group": lambda w, c: f"{w.same(c)}的，只填一行",
    "rows_per_group": lambda w, c: f"{w.same(c)}的行数，应等于{w.name(c['field'])}",
    "one_per_group": lambda w, c: f"{w.same(c)}的各行中有且只有一行",
    "sum_per_group_equals": lambda w, c: f"{w.same(c)}的各行，{w.name(c['field'])}合计应等于{w.name(c['total_field'])}",
    "same_in_group": lambda w, c: f"{w.same(c)}的各行，{w.name(c['field'])}应相同",
}


def kinds() -> frozenset[str]:
    """The kinds of checks that there are sentences for."""
    return frozenset(_SENTENCES)
