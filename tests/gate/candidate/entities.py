"""Entities: cooperatives, lead enterprises, farms and growers."""

from __future__ import annotations

from tests.gate.candidate import BAD, PHONE, case

COUNTIES_MART = "metrics.mart_entity_counties"
CASES = [
    case("a cooperative without a name", "metrics.mart_cooperatives",
         "update {t} set entity_name = null where publication_id = {n} and county_code = '{bad}'",
         (BAD, "cooperatives", "GC03")),
    case("an enterprise that is lost", "core.fct_lead_enterprises",
         "delete from {t} where county_code = '{bad}' and row_no = 4", (BAD, "lead_enterprises", "GC04"),
         (BAD, "lead_enterprises", "GC05")),
    case("a county's share money that is not its rows'", COUNTIES_MART,
         "update {t} set coop_fiscal_support_yuan = coalesce(coop_fiscal_support_yuan, 0) + 0.01 where "
         "publication_id = {n} and county_code = '{bad}'", (BAD, "cooperatives", "GC05")),
    case("a body twice in one county", "metrics.mart_enterprises", "insert into {t} select * from {t} where "
         "publication_id = {n} and ctid = (select min(ctid) from {t} where publication_id = {n} and county_code = '{bad}')",
         (BAD, "lead_enterprises", "GC02")),
    case("a phone beside a farm's name", "metrics.mart_entity_profile",
         f"update {{t}} set entity_name = '家庭农场{PHONE}' where publication_id = {{n}} and county_code = '{{bad}}'",
         (BAD, "", "GC17")),
]  # fmt: skip
