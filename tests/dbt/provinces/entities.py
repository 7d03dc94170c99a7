"""Entities: lead enterprises, farms and growers, and a cooperative whose level and state changed."""

from __future__ import annotations

from datetime import date

from tests.dbt.world import CHENGGUAN, TONGWEI, Row, World

HUINING = "620422"


def land(world: World) -> None:
    village = [world.village(TONGWEI, number) for number in range(3)]
    home = world.village(HUINING, 0)
    world.land("cooperatives", HUINING, "2019", [
        _cooperative("会宁县富民农民专业合作社", "93620422MA0000002B", "县级", "规范运营", home),
    ])  # fmt: skip
    world.land("cooperatives", HUINING, "2020", [
        _cooperative("会宁县富民农民专业合作社", "93620422MA0000002B", "市级", "规范运营", home),
        _cooperative("会宁县散户农民专业合作社", "93620422MA0000009C", "无", "空壳社", home),
    ])  # fmt: skip
    world.land("lead_enterprises", TONGWEI, "2020", [
        _enterprise("甘肃通渭薯业有限公司", "91621121MA00000011", "省级", "薯", "正常", "300000"),
        _enterprise("甘肃通渭牧业有限公司", "91621121MA00000012", "未认定", "牛", "停产", "50000"),
        _enterprise("甘肃通渭药业有限公司", "91621121MA00000013", "市级", "药", "停产", None),
    ])  # fmt: skip
    world.land("lead_enterprises", CHENGGUAN, "2020", [
        _enterprise("兰州牧业有限公司", "91620102MA00000014", "国家级", "牛", "正常", "0"),
    ])  # fmt: skip
    world.land("farms_growers", TONGWEI, "2020", [
        {"village_code": village[0], "entity_name": "丰茂家庭农场", "entity_type": "家庭农场", "area_mu": 100,
         "custody_households": 3, "custody_signed_date": date(2019, 4, 10), "main_product": "羊", "main_product_name": "肉羊"},
        {"village_code": village[1], "entity_name": "王**", "entity_name_token": "token-w", "entity_type": "种养大户",
         "custody_households": 2},
        {"village_code": village[2], "entity_name": "王**", "entity_name_token": "token-v", "entity_type": "种养大户"},
    ])  # fmt: skip
    world.land("farms_growers", CHENGGUAN, "2020", [
        {"village_code": world.village(CHENGGUAN, 0), "entity_name": "王**", "entity_name_token": "token-w",
         "entity_type": "种养大户"},
    ])  # fmt: skip


def _cooperative(name: str, code: str, level: str, status: str, village: str) -> Row:
    return {"village_code": village, "coop_name": name, "uscc": code, "demo_level": level, "member_count": 10,
            "driven_poor_households": 1, "share_fund_total_yuan": "20000", "fiscal_support_yuan": "70000.25",
            "operation_status": status, "pilot_level": "国家级"}  # fmt: skip


def _enterprise(name: str, code: str, level: str, product: str, status: str, shares: str | None) -> Row:
    return {"entity_name": name, "uscc": code, "lead_level": level, "main_product": product, "main_product_name": product,
            "enterprise_origin": "引进", "driven_coops": 2, "driven_poor_households": 30, "share_fund_total_yuan": shares,
            "award_amount_yuan": "10000.50", "driving_model": "其他", "operation_status": status,
            "is_dividend_on_time": status == "正常"}  # fmt: skip
