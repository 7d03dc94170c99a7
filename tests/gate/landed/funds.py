"""Funds: projects of the fiscal funds and of the paired city."""

from __future__ import annotations

from tests.gate.landed import CARD, again, case, put, put_all

CASES = [
    case("no partner of a project", "east_west_projects", "GL07", put(partner=None)),
    case("a project of the city twice", "east_west_projects", "GL95", again(spent_yuan=600001)),
    case("a county's code that does not exist in its township", "fund_projects", "GL08", put(part_code="621121999")),
    case("no name", "fund_projects", "GL07", put(project_name=None)),
    case("a project twice", "fund_projects", "GL14", again()),
    case("a project's second stage is none", "fund_projects", "", again(doc_no="甘财扶贫〔2020〕99号")),
    case("a project beyond any budget", "fund_projects", "GL18", put(amount_yuan=3007000001)),
    case("projects written in the wrong unit", "fund_projects", "GL19", put_all(amount_yuan=50)),
    case("a bank card in a text", "fund_projects", "GL20", put(content=f"打入{CARD}账户")),
    case("codes and document numbers are none", "fund_projects", "",
         put(content="村 620102001001；文号 20200601123", doc_no="甘财扶贫〔2020〕20号", village_codes="620102001001;620102001002")),
]  # fmt: skip
