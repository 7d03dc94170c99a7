"""F13 东西部扶贫协作项目表: one row per project, only in counties that are paired with an eastern city."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from simulator.forms.common import REMARK, SEQ, yuan
from simulator.forms.f14_fund_projects import place_text
from simulator.rows import Band, Column, Form, Row
from simulator.world import World

COLUMNS = (
    SEQ,
    Column("project_name", ("项目名称",), "text"),
    Column("partner", ("协作方", "结对城市/区"), "text"),
    Column("project_category", ("项目类别",), "enum"),
    Column("nature", ("建设性质",), "enum", keep=False),
    Column("place_text", ("建设地点", "实施地点"), "text"),
    Column("content", ("建设内容及规模",), "text"),
    Column("grant_yuan", ("财政帮扶资金", "援助资金"), "money", ("财政帮扶资金", "援助资金"), "money", total=True, natural="wan"),
    Column("donation_yuan", ("社会帮扶资金",), "money", ("社会帮扶资金",), "money", keep=False, total=True, natural="wan"),
    Column("company_invest_yuan", ("企业投资",), "money", ("企业投资",), "money", keep=False, total=True, natural="wan"),
    Column("company_name", ("企业名称", "落户企业"), "text", keep=False),
    Column("unit_name", ("实施单位",), "text"),
    Column("benefit_households", ("带动贫困户", "受益户数"), "int", ("户数",), "benefit", total=True, unit="户"),
    Column("benefit_people", ("带动贫困人口", "受益人数"), "int", ("人数",), "benefit", total=True, unit="人"),
    Column("benefit_hh_people", ("带动贫困户/人",), "pair", pair=("benefit_households", "benefit_people")),
    Column("start_date", ("开工时间", "开工日期"), "date", keep=False),
    Column("end_date", ("完工时间", "完成时限"), "date", keep=False),
    Column("spent_yuan", ("资金支出", "支出资金"), "money", total=True, natural="wan"),
    Column("spend_rate_pct", ("支出进度", "支出率"), "percent", keep=False),
    REMARK,
)  # fmt: skip

BANDS = {"money": Band(("资金来源", "投入资金")), "benefit": Band(("带动情况", "受益情况"))}

_DISTRICTS = {
    "天津市": ("和平区", "河西区", "南开区", "河东区"), "厦门市": ("思明区", "湖里区", "集美区"),
    "福州市": ("鼓楼区", "晋安区", "仓山区"), "青岛市": ("市南区", "黄岛区", "即墨区"),
}  # fmt: skip
_KINDS = {
    "产业合作": (("肉羊养殖基地", "新建羊舍{n}平方米，购置饲草设备{m}台"), ("食用菌产业园", "新建菌棚{m}座，占地{n}亩"),
              ("中药材加工车间", "建设加工车间{n}平方米")),
    "劳务协作": (("劳务输转奖补", "组织输转贫困劳动力{n}人"), ("扶贫车间", "新建扶贫车间{m}间，建筑面积{n}平方米")),
    "人才交流": (("致富带头人培训", "培训致富带头人{n}人次"),),
    "消费扶贫": (("扶贫产品展销", "设立展销窗口{m}处"),),
    "基础设施": (("安全饮水提升", "铺设管道{n}米，新建蓄水池{m}座"), ("产业路", "硬化产业路{m}公里")),
}  # fmt: skip
_WEIGHTS = (50, 18, 10, 8, 14)


def rate(spent: Decimal, grant: Decimal) -> Decimal:
    """Per cent of the grant, with two decimals."""
    return (spent * 100 / grant).quantize(Decimal("0.01"), ROUND_HALF_UP)


def fill(world: World, rng: random.Random) -> list[Row]:
    city = world.county.partner_city
    if not city:
        return []
    partner = city + rng.choice(_DISTRICTS.get(city, ("",)))
    rows, names = [], set()
    for _ in range(max(6, min(30, len(world.villages) // 4)) + rng.randrange(4)):
        values = _project(world, partner, rng)
        if values["project_name"] not in names:
            names.add(values["project_name"])
            rows.append(Row(values, world.county.code, values["project_category"]))
    rows.sort(key=lambda row: tuple(_KINDS).index(row.group))
    return rows


def _project(world: World, partner: str, rng: random.Random) -> dict[str, Any]:
    category = rng.choices(tuple(_KINDS), _WEIGHTS)[0]
    work, content = rng.choice(_KINDS[category])
    township = rng.choice(world.county.townships)
    villages = rng.sample(township.villages, min(len(township.villages), rng.choice((1, 1, 1, 2))))
    villages.sort(key=lambda village: village.code)
    grant = yuan(rng.randint(200_000, 4_000_000), rng.choice((1000, 10_000)))
    spent = grant if rng.random() < 0.4 else yuan(float(grant) * rng.uniform(0.25, 0.95), 100)
    households = rng.randint(8, 260)
    firms = [firm for firm in world.entities_of("龙头企业") if firm.is_operating]
    firm = rng.choice(firms) if firms and category == "产业合作" and rng.random() < 0.6 else None
    start = date(2020, 2, 20) + timedelta(days=rng.randrange(60))
    return {
        "project_name": f"{world.county.spoken}{villages[0].township_name}{villages[0].core}村东西部协作{work}项目",
        "partner": partner,
        "project_category": category,
        "nature": rng.choice(("新建", "新建", "续建", "改扩建")),
        "place_text": place_text(villages, rng),
        "content": content.format(n=rng.randint(50, 900), m=rng.randint(1, 30)) + "。",
        "grant_yuan": grant,
        "donation_yuan": yuan(rng.randint(10_000, 300_000), 1000) if rng.random() < 0.3 else None,
        "company_invest_yuan": yuan(rng.randint(300_000, 9_000_000), 10_000) if firm else None,
        "company_name": firm.name if firm else None,
        "unit_name": rng.choice(("县扶贫办", "县农业农村局", "县人社局", f"{township.name}人民政府")),
        "benefit_households": households,
        "benefit_people": households * rng.randint(2, 4) + rng.randint(0, households),
        "start_date": start,
        "end_date": start + timedelta(days=rng.randint(60, 240)),
        "spent_yuan": spent,
        "spend_rate_pct": rate(spent, grant),
        "remark": None,
    }


def _revise(rows: list[Row], rng: random.Random, months: int) -> None:
    """Spending only ever rises, and the rate with it."""
    for row in rows:
        if rng.random() < 0.25:
            row.values["spent_yuan"] = row.values["grant_yuan"]
            row.values["spend_rate_pct"] = Decimal("100.00")


FORM = Form(
    name="east_west_projects",
    code="F13",
    titles=("东西部扶贫协作项目表", "东西部扶贫协作项目台账", "东西部扶贫协作帮扶项目统计表"),
    columns=COLUMNS,
    bands=BANDS,
    has_place=False,
    unit_names=("户", "人"),
    period_styles=("year", "year_until"),
    sections="none",
    fill=fill,
    extras={"挂职干部": ("何平", "陈丽"), "验收情况": ("已验收", "未验收")},
    footers=("注：资金支出为财政帮扶资金的累计支出。", "数据来源：县扶贫办。"),
    revise=_revise,
)
