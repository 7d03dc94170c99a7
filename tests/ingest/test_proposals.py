"""What an unknown name may mean: told and kept where one place is clearly the likest, and never taken."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.context import Context
from ingest.proposals import MOST, Proposer
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader
from tests.ingest.forms import INCOME_HEADER, income_rows

TITLE = ["通渭县2020年6月村级集体经济收入统计表"]


@pytest.fixture
def proposer(context: Context) -> Proposer:
    return Proposer(context.places.counties["621121"])


def income(*changes: tuple[int, int, Any]) -> bytes:
    rows = income_rows()
    for row, column, value in changes:
        rows[row][column] = value
    return by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows]))


@pytest.mark.parametrize(
    ("text", "name"),
    [("瓦右村", "瓦石"), ("瓦石沟村", "瓦石"), ("河男村委会", "河南"), ("中材村", None), ("中", None), ("苗儿村", None),
     ("一个很长的名字不会是任何一个村子", None)],
)  # fmt: skip
def test_the_likest_village_of_the_township(proposer: Proposer, text: str, name: str | None) -> None:
    found = proposer.village(text, proposer.county.townships["621121100"])
    assert (found.region_name if found else None) == name


def test_townships(proposer: Proposer) -> None:
    found = proposer.township("平壤镇")
    assert found is not None
    assert (found.region_level, found.within_code, found.variant, found.region_code) == (
        "township",
        "621121",
        "平壤镇",
        "621121100",
    )
    assert proposer.township("张三李四镇") is None


def test_the_bound_is_higher_within_the_county(proposer: Proposer) -> None:
    assert proposer.village("瓦右村", None) is None
    found = proposer.village("旧店孑村", None)
    assert found is not None and (found.region_name, found.within_code) == ("旧店子", "621121100")


def test_names_are_looked_at_up_to_a_number(proposer: Proposer) -> None:
    township = proposer.county.townships["621121100"]
    for _ in range(MOST):
        proposer.village("瓦右村", township)
    assert proposer.village("瓦右村", township) is None


def test_the_sentence_asks_and_the_row_stays_refused(read_as: Reader) -> None:
    result = read_as(income((0, 2, "瓦右村")))
    (issue,) = [i for i in result.issues if i.rule_id == "R70"]
    assert issue.message == "平襄镇没有叫“瓦右村”的行政村，是否应为“瓦石”？请按区划名称填写"
    assert (result.rows_accepted, result.rows_refused) == (4, 1)
    assert result.proposals == [
        {"region_level": "village", "within_code": "621121100", "variant": "瓦右村", "region_code": "621121100217",
         "region_name": "瓦石", "score": 0.5, "n_rows": 1}
    ]  # fmt: skip


def test_a_village_of_another_township_is_told_and_not_proposed(read_as: Reader) -> None:
    result = read_as(income((0, 2, "锦屏村")))
    (issue,) = [i for i in result.issues if i.rule_id == "R70"]
    assert "马营镇有“锦屏”，是否乡镇写错？" in issue.message
    assert result.proposals == []


def test_rows_are_counted(read_as: Reader) -> None:
    result = read_as(income((0, 1, "平壤镇"), (1, 1, "平壤镇")))
    assert [(p["variant"], p["n_rows"]) for p in result.proposals] == [("平壤镇", 2)]
    assert all("是否应为“平襄镇”？" in i.message for i in result.issues if i.rule_id == "R70")
