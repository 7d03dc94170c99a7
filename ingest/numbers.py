"""Numbers as people write them, to exact decimals in the unit that is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from ingest.chinese_numbers import SIGNS, number_in_words
from ingest.text import narrow, seen
from ingest.units import are_of_two_kinds, dimension, factor, is_unit

# Excel itself keeps 15 significant digits; what a float shows beyond them is noise of the binary form.
_FIFTEEN = Context(prec=15)
_DASHES = str.maketrans({"—": "-", "–": "-", "−": "-", "－": "-", "―": "-"})
NIL = frozenset({"", "-", "--", "---", "/", "\\", "无", "無", "空", "…", "......", "*", "//", "暂无"})
_WRITTEN = re.compile(
    r"^[¥￥$]?(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+)(?P<power>[eE][+-]?\d{1,2}(?!\d))?"
    r"(?P<unit>[^\d()]*)(?:\((?P<note>.*)\))?(?P<late>[^\d()]*)$",
    re.ASCII,
)
_CUBIC = re.compile(r"(?<=[\d万])[mM]3$")  # the one unit with a digit in it
_WORDS = re.compile(rf"^(负|-)?([{SIGNS}0-9]+)([^\d()]*)$", re.ASCII)
_PIECE = re.compile(r"(\d+(?:\.\d+)?)([^\d.()]+)", re.ASCII)
_PER_CENT = re.compile(r"^(百|千)分之(.+)$")
_CURRENCY = re.compile(r"^(?:人民币|RMB|rmb|CNY)[:：]?(?=.)")
# A circled or raised digit is a footnote's mark: normalised, it would become a digit of the number (20① as 201).
_MARKS = re.compile(r"(?<![mM米])[²³¹⁰⁴-⁹₀-₉①-⓿❶-➓㈠-㈩㊀-㊉½¼¾⅐-⅞]")
_GAP = re.compile(r"\d[\s\u3000\u00a0]+\d")
_GROUPS = re.compile(r"\D*\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?:[.．]\d+)?\D*")
_VAGUE = re.compile(
    r"约|左右|大概|大约|上下|将近|近\d|余|多|几|数[十百千万]|以上|以下|以内|不足|不到|超过|不低于|不超过|不少于|[≤≥<>~～±≈+]|至|到|\d-\d"
)
_GUESSES = frozenset({"约", "大约", "估", "估计", "预计", "暂估", "估算", "左右", "概数"})
LONGEST = 500  # characters of a cell
_LONGEST = 40  # digits; what is longer is a text of digits and no number of a ledger
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
    counting word may follow the number). Of words that count different things only those in `also` go for `unit`.
    """

    unit: str | None
    factor: Decimal = Decimal(1)
    any_unit: bool = False
    also: tuple[str, ...] = ()
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
        if len(value) > LONGEST:
            raise ValueError("文字太长，不是数字")
        text = narrow(seen(value)).translate(_DASHES).strip("'‘’`")
        text = _CURRENCY.sub("", _CUBIC.sub("立方米", text))
        text = _PER_CENT.sub(lambda match: match[2] + ("%" if match[1] == "百" else "‰"), text)
        if text in NIL:
            return None
        outside = re.split(r"[(（]", value.strip(), maxsplit=1)[0]
        if _MARKS.search(value):
            raise ValueError("数字旁有上标或带圈的数字，看不清")
        if _GAP.search(outside) and not _GROUPS.fullmatch(outside):
            raise ValueError("数字中间有空格或换行，看不清是一个数还是几个数")
        match = _WRITTEN.match(text)
        if match is None:
            return self._in_pieces(text) or self._in_words(text)
        if len(match["number"]) > _LONGEST:
            raise ValueError("数字过大")
        exact = Decimal(match["number"].replace(",", "") + (match["power"] or ""))
        unit = (match["unit"] or "") + (match["late"] or "")
        return self._in_unit(exact, self._judged_note(unit, match["note"] or ""))

    def _judged_note(self, unit: str, note: str) -> str:
        """The unit, which may stand in the bracket (10(万元)); what else stands there is a note and decides nothing."""
        if note in _GUESSES:
            raise ValueError(_EXACTLY)
        if re.fullmatch(r"[+-]?[\d,.]+%?", note, re.ASCII):
            raise ValueError("括号里也是数字，看不出以哪个为准")
        return note if not unit and is_unit(note) else unit

    def _in_unit(self, exact: Decimal, unit: str) -> Number:
        unit = unit.strip("。.,;、")
        if unit in ("整", "正", "左右整"):
            unit = ""
        unit = re.sub(r"(?<=.)[整正]$", "", unit)
        unit = {"w": "万", "W": "万"}.get(unit, unit)
        if unit in _LARGE and (self.unit is None or factor("元", self.unit) is None):  # 2万 of what is no money
            exact, unit = exact * _LARGE[unit], ""
        if not unit:
            return Number(exact, exact * self.factor)
        if self.any_unit or self.unit is None:
            return self._unknown_unit(exact, unit) if dimension(unit) is None else Number(exact, exact, unit)
        rate = factor(unit, self.unit)
        if rate is None or (are_of_two_kinds(unit, self.unit) and unit not in self.also):
            return self._unknown_unit(exact, unit)
        kept = exact * rate
        return Number(kept / self.factor, kept, unit)

    def _unknown_unit(self, exact: Decimal, unit: str) -> Number:
        """2千万元, 1千: what follows the digits goes on with the number."""
        if exact == exact.to_integral_value() and exact > 0 and unit[0] in "十百千拾佰仟":
            return self._in_words(f"{exact:f}".partition(".")[0] + unit)
        of_column = "本列的" if self.unit is not None else ""
        raise ValueError(_vague(unit) or f"数字后面的“{unit[:10]}”不是{of_column}计量单位")

    def _in_pieces(self, text: str) -> Number | None:
        """20元5角, 5亩3分, 3万5千元: pieces of one kind, each smaller than one of the piece before it."""
        pieces = _PIECE.findall(text)
        if len(pieces) < 2 or "".join(n + u for n, u in pieces) != text or self.unit is None:
            return None
        total, before = Decimal(0), None
        for number, unit in pieces:
            rate = factor("分地" if unit == "分" and factor("亩", self.unit) else unit.rstrip("整正"), self.unit)
            if rate is None or (before is not None and Decimal(number) * rate >= before):
                return None
            total, before = total + Decimal(number) * rate, rate
        return Number(total / self.factor, total, pieces[0][1])

    def _in_words(self, text: str) -> Number:
        match = _WORDS.match(text)
        value = None
        if match is not None and len(text) <= _LONGEST:
            value = number_in_words(match[2])
        if match is None or value is None:
            alone = re.fullmatch(r"\([+-]?[\d,.]+\)", text)
            raise ValueError(
                "整个数字写在括号里，看不出是负数还是备注，负数请写成 -1234" if alone else _vague(text) or "不是数字"
            )
        exact = -value if match[1] else value
        unit = match[3]
        if not unit and self.unit == "元" and any(c in match[2] for c in "万萬亿億"):
            unit = "元"  # 贰万 in a column of 万元 means yuan, not 贰万万元
        return self._in_unit(exact, unit)


_LARGE = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_EXACTLY = "应填一个确定的数字，不能是约数或范围"


def _vague(text: str) -> str | None:
    return _EXACTLY if _VAGUE.search(text) else None


def plain(number: Decimal | int | None, scale: int = 4) -> str:
    """A number for a sentence: no exponent, no trailing zeros."""
    if number is None:
        return ""
    exact = Decimal(number).quantize(Decimal(1).scaleb(-scale)) if not isinstance(number, int) else Decimal(number)
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
