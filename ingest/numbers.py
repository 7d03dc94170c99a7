"""Numbers as people write them, to exact decimals in the unit that is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from ingest.text import narrow
from ingest.units import factor

# Excel itself keeps 15 significant digits; what a float shows beyond them is noise of the binary form.
_FIFTEEN = Context(prec=15)
_DASHES = str.maketrans({"—": "-", "–": "-", "−": "-", "－": "-", "―": "-"})
NIL = frozenset({"", "-", "--", "---", "/", "\\", "无", "空", "…", "......", "*", "//", "暂无"})
_WRITTEN = re.compile(
    r"^[¥￥$]?(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)(?P<power>[eE][+-]?\d{1,2}(?!\d))?"
    r"(?P<unit>[^\d()]*)(?:\((?P<note>.*)\))?(?P<late>[^\d()]*)$"
)
_CUBIC = re.compile(r"(?<=[\d万])[mM]3$")  # the one unit with a digit in it
_DIGITS = {
    c: n
    for n, cs in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for c in cs
}
_POWERS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_CHINESE = re.compile(r"^([负]?)([零〇一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾百佰千仟万萬亿億]+)([^\d()]*)$")
# A whole number from the first to below the second is a mobile phone's, as written: no county's cell holds so much money,
# and a sum over phones would show them.
PHONES = (13_000_000_000, 20_000_000_000)


@dataclass(frozen=True, slots=True)
class Number:
    """What a cell says: value in the column's own unit, and in the unit that is kept; the decimals as written."""

    written: Decimal
    kept: Decimal
    unit: str = ""

    @property
    def decimals(self) -> int:
        exponent = self.written.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass
class NumberReader:
    """Reads the cells of one number column.

    `factor` is what one of the column's written units is in `unit`, the unit that is kept (None: no unit, and any
    counting word may follow the number).
    """

    unit: str | None
    factor: Decimal = Decimal(1)
    percent: bool = False
    any_unit: bool = False
    decimals: int = field(default=0, init=False)

    def read(self, value: Any) -> Number | None:
        """The number in a cell; None for a blank one.

        Raises:
            ValueError: the cell holds something else; the text says what, without the value.
        """
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            number = self._of_float(value)
        elif isinstance(value, str):
            found = self._of_text(value)
            if found is None:
                return None
            number = found
        elif value is None:
            return None
        else:
            raise ValueError("是日期或其他内容，不是数字")
        if not number.unit and PHONES[0] <= number.written < PHONES[1] and number.written % 1 == 0:
            raise ValueError("像是电话号码，不是数字")
        if abs(number.kept) >= Decimal(10) ** 14:
            raise ValueError("数字过大")
        self.decimals = max(self.decimals, number.decimals)
        return number

    def _of_float(self, value: float) -> Number:
        try:
            exact = Decimal(repr(value))
        except InvalidOperation:
            raise ValueError("不是数字") from None
        if not exact.is_finite():
            raise ValueError("不是数字")
        if len(exact.as_tuple().digits) > 15:
            exact = _FIFTEEN.plus(exact)
        return Number(exact, exact * self.factor)

    def _of_text(self, value: str) -> Number | None:
        text = narrow(value).translate(_DASHES).strip("'‘’`")
        text = _CUBIC.sub("立方米", text)
        if text in NIL:
            return None
        match = _WRITTEN.match(text)
        if match is None:
            return self._of_chinese(text)
        exact = Decimal(match["number"].replace(",", "") + (match["power"] or ""))
        unit = (match["unit"] or "") + (match["late"] or "")
        return self._in_unit(exact, unit)

    def _in_unit(self, exact: Decimal, unit: str) -> Number:
        unit = unit.strip("。.,;、")
        if unit in ("整", "左右整"):
            unit = ""
        unit = unit.removesuffix("整") if len(unit) > 1 else unit
        if not unit:
            return Number(exact, exact * self.factor)
        if self.any_unit or self.unit is None:
            from ingest.units import dimension

            if dimension(unit) is None:
                raise ValueError(f"数字后面的“{unit}”不是计量单位")
            return Number(exact, exact, unit)
        rate = factor(unit, self.unit)
        if rate is None:
            raise ValueError(f"数字后面的“{unit}”不是本列的计量单位")
        kept = exact * rate
        return Number(kept / self.factor, kept, unit)

    def _of_chinese(self, text: str) -> Number:
        match = _CHINESE.match(text)
        if match is None:
            raise ValueError("不是数字")
        value = chinese_number(match[2])
        if value is None:
            raise ValueError("不是数字")
        exact = -value if match[1] else value
        unit = match[3]
        if not unit and self.unit == "元" and any(c in match[2] for c in _BIG):
            unit = "元"  # 贰万 in a column of 万元 means yuan, not 贰万万元
        return self._in_unit(exact, unit)


def chinese_number(text: str) -> Decimal | None:
    """三百二十 as 320, 贰万 as 20000; None where the digits do not make a number."""
    if len(text) > 1 and all(c in _DIGITS for c in text):  # 二〇二〇
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total, section, digit = 0, 0, 0
    last_power = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _POWERS:
            section += (digit or (1 if section == 0 else 0)) * _POWERS[c]
            digit, last_power = 0, _POWERS[c]
        else:
            total = (total + section + digit) * _BIG[c] if _BIG[c] > 10_000 else total + (section + digit) * _BIG[c]
            section = digit = 0
            last_power = _BIG[c]
    if digit and last_power > 10 and text[-2:-1] not in "零〇" and len(text) > 1:
        return Decimal(total + section + digit * last_power // 10)  # 三百二 is 320
    return Decimal(total + section + digit)


def plain(number: Decimal | int | None, scale: int = 4) -> str:
    """A number for a sentence: no exponent, no trailing zeros."""
    if number is None:
        return ""
    exact = Decimal(number).quantize(Decimal(1).scaleb(-scale)) if not isinstance(number, int) else Decimal(number)
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
