"""Funds: projects."""

from __future__ import annotations

from tests.gate.candidate import BAD, PHONE, case

FUNDS = "metrics.mart_fund_execution"
CASES = [
    case("a county without a name", FUNDS,
         "update {t} set county_name = null where publication_id = {n} and county_code = '{bad}'",
         (BAD, "fund_projects", "GC03")),
    case("more spent than planned", FUNDS,
         "update {t} set spent_yuan = planned_yuan + 1 where publication_id = {n} and county_code = '{bad}'",
         (BAD, "fund_projects", "GC12")),
    case("shares that do not sum to one", "core.bridge_fund_project_village",
         "update {t} set share_ratio = 0.9 where publication_id = {n} and county_code = '{bad}'",
         (BAD, "fund_projects", "GC13")),
    case("a share beyond the whole", "core.bridge_fund_project_village",
         "update {t} set share_ratio = 1.5 where publication_id = {n} and county_code = '{bad}'",
         (BAD, "fund_projects", "GC13"), (BAD, "", "GC14")),
    case("a phone in a project", "core.dim_fund_project",
         f"update {{t}} set content = '电话{PHONE}' where publication_id = {{n}} and county_code = '{{bad}}'",
         (BAD, "", "GC17")),
]  # fmt: skip
