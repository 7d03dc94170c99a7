"""Units that counties write, and what one is in another: exact decimals."""

from __future__ import annotations

import re
from decimal import Decimal

# dimension -> unit -> size in the dimension's base unit
_SIZES: dict[str, dict[str, Decimal]] = {
    "money": {
        "分": Decimal("0.01"), "角": Decimal("0.1"), "元": Decimal(1), "块": Decimal(1), "圆": Decimal(1),
        "百元": Decimal(100), "千元": Decimal(1000), "万": Decimal(10_000), "万元": Decimal(10_000),
        "万圆": Decimal(10_000), "百万元": Decimal(1_000_000), "亿": Decimal(100_000_000),
        "亿元": Decimal(100_000_000),
    },
    "area": {
        "亩": Decimal(1), "分地": Decimal("0.1"), "公顷": Decimal(15), "千亩": Decimal(1000), "万亩": Decimal(10_000),
        "市亩": Decimal(1),
    },
    "mass": {
        "克": Decimal("0.000001"), "斤": Decimal("0.0005"), "公斤": Decimal("0.001"), "千克": Decimal("0.001"),
        "kg": Decimal("0.001"), "吨": Decimal(1), "t": Decimal(1), "万吨": Decimal(10_000), "万斤": Decimal(5),
    },
    "percent": {"%": Decimal(1), "％": Decimal(1), "百分比": Decimal(1), "‰": Decimal("0.1"), "成": Decimal(10)},
    "households": {"户": Decimal(1), "家": Decimal(1), "万户": Decimal(10_000)},
    "people": {"人": Decimal(1), "口": Decimal(1), "名": Decimal(1), "万人": Decimal(10_000)},
    "volume": {"立方米": Decimal(1), "m3": Decimal(1), "m³": Decimal(1), "方": Decimal(1), "立方": Decimal(1), "万立方米": Decimal(10_000)},
    "days": {"天": Decimal(1), "日": Decimal(1)},
    "months": {"月": Decimal(1), "个月": Decimal(1), "年": Decimal(12)},
}  # fmt: skip
# Counting words: one of each is one.
_COUNTERS = (
    "个", "头", "只", "箱", "羽", "匹", "口", "件", "座", "辆", "股", "台", "间", "处", "场", "次", "项", "村", "社",
    "株", "棵", "棚", "袋", "盒", "瓶", "单", "年", "头只", "群", "学时", "课时", "栋", "套", "孔", "户", "人", "名", "家",
)  # fmt: skip
_DIMENSION = {unit: name for name, sizes in _SIZES.items() for unit in sizes}
WORDS = frozenset(_DIMENSION) | frozenset(_COUNTERS)
_SPLIT = re.compile(r"[/、,，;；或和\s]+|每")


def dimension(unit: str) -> str | None:
    """The dimension of a unit ('money', 'area', …), 'count' for counting words, None for what is no unit.

    A composite such as 元/亩 has the dimension of its first part.
    """
    first = _first(unit)
    return _DIMENSION.get(first) or ("count" if first in _COUNTERS else None)


def is_unit(text: str) -> bool:
    """Whether a text (already narrowed, without spaces) is nothing but a unit or a list of units."""
    parts = [p for p in _SPLIT.split(text) if p]
    return bool(parts) and all(p in WORDS for p in parts)


def factor(unit: str, kept: str) -> Decimal | None:
    """What one `unit` is in `kept`: factor('万元', '元') is 10000; None where they do not convert.

    Counting words convert one to one among themselves; 元/亩 to 元 goes by the first part.
    """
    a, b = _first(unit), _first(kept)
    if a == b:
        return Decimal(1)
    da, db = _DIMENSION.get(a), _DIMENSION.get(b)
    if da is not None and da == db:
        return _SIZES[da][a] / _SIZES[da][b]
    if a in _COUNTERS and b in _COUNTERS:
        return Decimal(1)
    return None


def are_of_two_kinds(a: str, b: str) -> bool:
    """Whether two counting words count different things: 户 and 人."""
    kinds = {_DIMENSION.get(_first(a)), _DIMENSION.get(_first(b))}
    return len(kinds) == 2 and None not in kinds


def split(text: str) -> list[str]:
    """The units in a text such as 万元、亩 or 元/亩、元/头 (composites stay whole)."""
    return [p for p in re.split(r"[、,，;；或和\s]+", text) if p and dimension(p)]


def _first(unit: str) -> str:
    parts = [p for p in re.split(r"[/每、,]", unit.strip()) if p]
    return parts[0] if parts else ""
