"""Villages: base register and collective income."""

from __future__ import annotations

from tests.gate.rows import Row, clean


@clean("village_base")
def village_base(county: str, number: int) -> Row:
    return {"is_deep_poverty": False, "exit_year": 2019, "is_exited": True, "hh_total": 200, "pop_total": 800,
            "poor_hh": 40, "poor_people": 150, "left_hh": 1, "left_people": 3, "poverty_rate_pct": "0.3750",
            "main_product": "马铃薯", "main_product_codes": "薯", "has_store_need": True, "coop_count": 2,
            "advisor_masked": "李**"}  # fmt: skip


@clean("village_income")
def village_income(county: str, number: int) -> Row:
    return {"is_poor_village": True, "income_prev_yuan": 21000, "inc_operating_yuan": 20000, "inc_contract_yuan": 3000,
            "inc_invest_yuan": -100, "inc_subsidy_yuan": 5000, "inc_other_yuan": 0, "inc_total_yuan": 27900,
            "exp_operating_yuan": 20000, "exp_management_yuan": 6000, "exp_other_yuan": 4000,
            "exp_total_yuan": 30000, "net_income_yuan": -2100, "is_2wan_met": True, "support_amount_yuan": 0}  # fmt: skip
