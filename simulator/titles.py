"""What a county writes around its table: title, sub-title, file name, footers, and the period that they state."""

from __future__ import annotations

import random
from dataclasses import dataclass

from simulator import people
from simulator.places import County
from simulator.rows import Form
from simulator.style import Style

_LAST_DAY = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@dataclass(frozen=True)
class Heading:
    """Texts above and below the table and the period ('2020', '2020-06', '2020H1') that they state."""

    title: str
    parts: tuple[str, ...]
    """Sub-title: one text per merged cell."""
    footers: tuple[str, ...]
    file_stem: str
    period: str


def _period(style: Style, period: str) -> tuple[str, str, str]:
    """(words in the title, words in the sub-title, period) for a month like '2020-06'."""
    year, month = period.split("-")
    last_day = f"{year}年{int(month)}月{_LAST_DAY[int(month)] if month != '02' else 29}日"
    if style.period_style == "year":
        return f"{year}年", "", year
    if style.period_style == "until":
        return "", f"此表统计时间截止{last_day}", period
    if style.period_style == "year_until":
        return f"{year}年", f"截止{last_day}", period
    if style.period_style == "half" and month == "06":
        return f"{year}年上半年", "", f"{year}H1"
    return f"{year}年{int(month)}月", "", period


def county_text(county: County, style: Style) -> str:
    """The county in a title: short, and with a full-width space where two letters are aligned (岷　县)."""
    spoken = county.spoken
    return f"{spoken[0]}\u3000{spoken[1]}" if style.has_wide_name and len(spoken) == 2 else spoken


def unit_text(form: Form, style: Style) -> str:
    """``单位：万元、亩``; '' where the headers state the money's unit and nothing else needs one."""
    words = {"yuan": ["元"], "wan": ["万元"], "": []}[style.sheet_unit] + list(form.unit_names)
    if not words or (not style.sheet_unit and form.money_fields):
        return ""
    return f"单位：{'、'.join(words)}"


def heading(form: Form, county: County, style: Style, period: str, rng: random.Random, township: str = "") -> Heading:
    """Title, sub-title, footers and file name of one file; ``township`` where the file is a township's own."""
    in_title, in_subtitle, stated = _period(style, period)
    place = f"{county_text(county, style)}{township}"
    title = f"{place}{in_title}{style.title}"
    office = f"{township}人民政府" if township else f"{county.spoken}扶贫开发办公室"
    year, month = period.split("-")
    filled = f"填报日期：{year}年{int(month)}月{rng.randint(20, 28)}日"
    filler = f"填报人：{people.name(county, rng, False)}"
    reviewer = f"审核人：{people.name(county, rng, True)}"
    unit = unit_text(form, style)
    if style.subtitle == "unit_only":
        parts = [in_subtitle, unit] if in_subtitle or unit else []
    else:
        parts = [f"填报单位(盖章)：{office}", filler, reviewer, in_subtitle or filled, unit]
    footers = list(form.footers[: style.footers])
    if footers and style.file_style % 2:
        footers.append(f"单位负责人：{people.name(county, rng, True)}    填表人：{people.name(county, rng, False)}")
    name = f"{county.spoken}{township}{in_title}{style.title.replace('/', '、')}"
    stem = (
        f"附件1：{name}(定)", name, f"附件2.{name}（终稿）", f"{name} (1)", f"{name}-最终版", f"附件【{name}(定)"
    )[style.file_style]  # fmt: skip
    return Heading(title, tuple(part for part in parts if part), tuple(footers), stem, stated)
