"""Shares of one county and what was paid on them: paid, short, never, too early, out of a principal that shrank."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.dbt.world import Row, World

LONGXI = "621122"
COOP = {"entity_name": "陇西县福星农民专业合作社", "uscc": "93621122MA0000001A"}
FIRM = {"entity_name": "甘肃通渭薯业有限公司", "uscc": "91621121MA00000011"}  # its own county registers 300,000 yuan
GROWER = {"entity_name": "王**", "entity_name_token": "token-w"}


def land(world: World) -> None:
    village = world.village(LONGXI, 0)
    world.land("household_shares", LONGXI, "2019", [_share(village, "a", COOP, 6000)])
    world.land("household_shares", LONGXI, "2020", [
        _share(village, "a", COOP, 5000, is_member=True),
        _share(village, "b", COOP, 3000, has_certificate=False),
        _share(village, "c", FIRM, 8000, entity_type="龙头企业", signed_date=date(2019, 6, 1)),
        _share(village, "d", GROWER, 2000, entity_type="种养大户", principal_status="到期退还",
               principal_returned_yuan=Decimal(2000)),
        _share(village, "e", COOP, 1000, agreement_no="1"),
        _share(village, "e", COOP, 3000, agreement_no="2", signed_date=date(2018, 6, 1)),
    ])  # fmt: skip
    world.land("dividend_payments", LONGXI, "2020", [
        _dividend(village, "a", COOP, 5000, due="300", paid="300", paid_date=date(2020, 1, 10)),
        _dividend(village, "c", FIRM, 8000, due="480", paid="480", paid_date=date(2019, 5, 1)),
        _dividend(village, "e", COOP, 4000, due="240", paid="100", paid_date=date(2020, 1, 10), is_conditions_met=False,
                  household_part_yuan=Decimal(60), village_part_yuan=Decimal(40)),
    ])  # fmt: skip


def _share(village: str, who: str, body: Row, amount: int, **more: Any) -> Row:
    return {"village_code": village, "head_id_token": f"token-s{who}", **body, "entity_type": "合作社",
            "fund_source": "中央专项", "share_amount_yuan": Decimal(amount), "signed_date": date(2018, 5, 1),
            "term_years": 3, "dividend_rate_pct": Decimal(6), "has_certificate": True, "principal_status": "在股",
            **more}  # fmt: skip


def _dividend(village: str, who: str, body: Row, amount: int, due: str, paid: str, **more: Any) -> Row:
    return {"village_code": village, "head_id_token": f"token-s{who}", **body, "dividend_period": "2019",
            "dividend_period_start_date": date(2019, 1, 1), "dividend_period_end_date": date(2019, 12, 31),
            "dividend_period_months": 12, "share_amount_yuan": Decimal(amount), "dividend_rate_pct": Decimal(6),
            "dividend_due_yuan": Decimal(due), "dividend_paid_yuan": Decimal(paid), "is_conditions_met": True,
            **more}  # fmt: skip
