"""Cold stores of two counties, projects of one paired city, months of sales, and a document with two spellings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.dbt.world import Row, World

TONGWEI, CHENGGUAN = "621121", "620102"


def land(world: World) -> None:
    need, other = world.village(TONGWEI, 0), world.village(TONGWEI, 1)
    world.land("cold_stores", TONGWEI, "2020", [
        _store(need, "通渭县兴农(种植)农民专业合作社", "机械冷库", 300, "315000.00", throughput_tonnes=450),
        _store(need, "通渭县惠民家庭农场", "机械冷库", 500, "400000.50", operation_status="闲置", idle_months=14,
               throughput_tonnes=0, entity_type="家庭农场"),
        _store(other, "张**", "移动保鲜库", 16, "240000", unit_count=2, entity_name_token="grower-a",
               entity_type="种养大户", paid_date=None, accepted_date=None, operation_status="在建"),
    ])  # fmt: skip
    world.land("east_west_projects", TONGWEI, "2020", [
        _project("扶贫车间", "1000000", "600000", company_name="通渭陇味商贸有限公司", company_invest_yuan="2000000",
                 donation_yuan="50000", village_codes=f"{need};{other}"),
        _project("食用菌大棚", "500000.50", "500000.50", company_name="通渭陇味商贸有限公司"),
        _project("致富带头人培训", "100000", "0"),
    ])  # fmt: skip
    world.land("fund_projects", CHENGGUAN, "2020", [
        _fund("蔬菜大棚", "100000", "甘财扶贫[2020]7号", spent_yuan="100000", completed_date=date(2020, 5, 4)),
        _fund("蔬菜冷库", "60000", "甘财扶贫〔2020〕07 号", spent_yuan="10000", progress="完成80%"),
        _fund("劳务培训", "40000", None),
    ])  # fmt: skip
    for period, amount in (("2020-06", "70000"), ("2020", "100000")):
        world.land("sales_channels", CHENGGUAN, period, [
            {"channel_type": "订单", "channel_name": "兰州订单", "market_region": "省内", "sales_amount_yuan": amount,
             "is_ganwei": True, "product_name": "洋芋粉条", "operator_name": "兰州陇原商贸有限公司"},
        ])  # fmt: skip


def _store(village: str, name: str, kind: str, tonnes: int, subsidy: str, **more: object) -> Row:
    return {"village_code": village, "entity_name": name, "entity_type": "合作社", "store_type": kind,
            "capacity_tonnes": tonnes, "volume_m3": tonnes * 5, "unit_count": 1, "invest_total_yuan": "900000",
            "subsidy_yuan": subsidy, "start_date": date(2019, 3, 1), "built_date": date(2019, 7, 1),
            "accepted_date": date(2019, 8, 1), "paid_date": date(2019, 9, 1), "operation_status": "运营",
            "driven_poor_households": 10, **more}  # fmt: skip


def _project(name: str, grant: str, spent: str, **more: object) -> Row:
    return {"project_name": name, "partner": "福州市晋安区", "project_category": "产业合作", "place_text": "平襄镇",
            "grant_yuan": grant, "spent_yuan": spent, "benefit_households": 20, "benefit_people": 70,
            "start_date": date(2020, 3, 1), "end_date": date(2020, 9, 1), **more}  # fmt: skip


def _fund(name: str, amount: str, document: str | None, **more: object) -> Row:
    return {"project_name": name, "project_category": "产业扶贫", "place_text": "城关区", "fund_source": "省级",
            "amount_yuan": amount, "amount_province_yuan": amount, "doc_no": document, "doc_total_yuan": "160000",
            "benefit_households": 12, "benefit_people": 40, **more}  # fmt: skip
