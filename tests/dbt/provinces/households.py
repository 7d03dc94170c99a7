"""Households: the register of persons in two periods: a household that leaves poverty, one that leaves the register, one new."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.dbt.world import Row, World

TONGWEI = "621121"


def land(world: World) -> None:
    """token-a, who has awards, is registered; token-gone was, and token-h is new, written below a son."""
    village = world.village(TONGWEI, 0)
    first = {"exit_status": "未脱贫", "exit_status_year": None, "is_exit_by_industry": False}
    world.land("registered_persons", TONGWEI, "2019", [
        _person(village, "6211-1", "token-a", "户主", 2, **first),
        _person(village, "6211-1", "token-m", "配偶", 2, **first),
        _person(village, "6211-9", "token-gone", "户主", 1, **first),
    ])  # fmt: skip
    now = {"exit_status": "已脱贫", "exit_status_year": 2020, "is_exit_by_industry": True}
    world.land("registered_persons", TONGWEI, "2020", [
        _person(village, "6211-1", "token-a", "户主", 2, **now),
        _person(village, "6211-1", "token-m", "配偶", 2, labour_capacity="无劳动力", **now),
        _person(village, "6211-2", "token-d", "之子", 2, **first),
        _person(village, "6211-2", "token-h", "户主", 2, **first),
    ])  # fmt: skip


def _person(village: str, code: str, token: str, relation: str, size: int, **more: object) -> Row:
    return {"village_code": village, "household_code": code, "person_id_token": token, "relation": relation,
            "household_size": size, "nation": "汉族", "education": "初中", "health": "健康",
            "labour_capacity": "普通劳动力", "poor_type": "一般贫困户", "poverty_cause": "缺资金",
            "income_per_person_yuan": 4200, **more}  # fmt: skip
