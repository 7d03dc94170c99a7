"""Marked personal values planted in every column: none of them comes out of the reader in clear."""

from __future__ import annotations

import re

import pytest

from ingest.context import Context
from ingest.read import ReadResult
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader
from tests.ingest.forms import AWARD_HEADER, award_rows, id_number

NAME, PHONE, ACCOUNT = "欧阳某某某", "13987654321", "6217000123456789012"
ID = id_number(777)
CLEAR = (NAME, PHONE, ACCOUNT, ID)


def everything(result: ReadResult) -> str:
    rows = str(result.rows.to_pydict()) if result.rows is not None else ""
    return (
        rows + str([i.as_dict() for i in result.issues]) + str(result.layout) + str(result.totals) + str(result.refusal)
    )


@pytest.mark.parametrize("planted", CLEAR[1:])
@pytest.mark.parametrize("index", range(len(AWARD_HEADER)))
def test_planted_in_each_column(read_as: Reader, index: int, planted: str) -> None:
    rows = award_rows()
    rows[2][index] = planted
    result = read_as(by_openpyxl(Page([["通渭县2020年到户产业扶持资金花名册"], ["单位：元"], AWARD_HEADER, *rows])))
    assert result.rows_read == 4
    assert planted not in everything(result)


def test_good_rows_hold_tokens_and_masks_only(read_as: Reader) -> None:
    rows = award_rows()
    rows[2][3], rows[2][4], rows[2][16], rows[2][17] = NAME, ID, ACCOUNT, PHONE
    result = read_as(by_openpyxl(Page([["通渭县2020年到户产业扶持资金花名册"], ["单位：元"], AWARD_HEADER, *rows])))
    assert result.outcome == "loaded"
    text = everything(result)
    assert not any(value in text for value in CLEAR)
    assert "欧**" in text and "139****4321" in text and f"****{ACCOUNT[-4:]}" in text
    assert len(re.findall(r"k1:[A-Z2-7]{26}", text)) == 12


def test_a_refusal_of_the_form_shows_no_rows(read_as: Reader) -> None:
    """The lists in a refusal are titles and headers; what looks personal in them is masked too."""
    heads = (["花名册"], ["姓名", "证号", "电话"])
    people = ([NAME, ID, PHONE], [NAME, "平襄镇", "中林村"], [NAME, ID, ACCOUNT])
    for grid in ([*heads, *people], [*heads, *people[1:]], [*heads[1:], *people], [*people], [*people[1:]]):
        result = read_as(by_openpyxl(Page(grid)))
        assert result.refusal_code == "S02" and result.county_code == "621121"
        assert not any(value in everything(result) for value in (ID, PHONE, ACCOUNT))
        assert grid[0] in heads or NAME not in everything(result)
        assert "证号" in (result.refusal or "") or grid[0] not in heads
        assert heads[0] not in grid or NAME not in everything(result)


def test_a_missing_column_is_told_without_rows(read_as: Reader) -> None:
    """The form and the county of such a file are told all the same."""
    rows = award_rows()
    header = [h if h != "身份证号" else "证" for h in AWARD_HEADER]
    result = read_as(by_openpyxl(Page([["通渭县2020年到户产业扶持资金花名册"], ["单位：元"], header, *rows])))
    assert (result.refusal_code, result.form, result.county_code) == ("S03", "household_awards", "621121")
    assert not any(row[3] in everything(result) or row[4] in everything(result) for row in rows)


def test_the_key_is_not_shown(context: Context) -> None:
    assert "only used in tests" not in repr(context)


@pytest.mark.parametrize("number", [PHONE, float(PHONE), int(PHONE), f" {PHONE} "])
def test_a_phone_in_a_column_of_amounts_is_in_no_sum(read_as: Reader, number: object) -> None:
    rows = award_rows()
    rows[2][13] = number
    result = read_as(by_openpyxl(Page([["通渭县2020年到户产业扶持资金花名册"], ["单位：元"], AWARD_HEADER, *rows])))
    assert PHONE not in everything(result)
    assert any(i.rule_id == "C02" and "电话" in i.message for i in result.issues)
