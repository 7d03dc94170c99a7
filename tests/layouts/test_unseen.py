"""Characters that nobody sees: within a number, a day or a code they make it unreadable, elsewhere they are left out."""

from __future__ import annotations

import pytest

from ingest.dates import read_date, read_range, read_year
from ingest.numbers import NumberReader
from ingest.periods import read_period
from ingest.personal import account_number, citizen_id, credit_code, phone_number
from ingest.read import ReadResult
from ingest.text import as_text, seen
from tests.ingest.books import by_openpyxl
from tests.layouts import lay
from tests.layouts.conftest import Reader
from tests.layouts.honest import COUNTY, honest

MARKS = [
    "\u202e",
    "\u202d",
    "\u200e",
    "\u200f",
    "\u061c",
    "\u2066",
    "\u2067",
    "\u2069",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u00ad",
]
READERS = {
    "a number": (NumberReader("元").read, "12345"),
    "a day": (read_date, "2020-05-27"),
    "days": (read_range, "2020年6月1日至6月7日"),
    "a year": (read_year, "2019年"),
    "a period": (read_period, "2020年6月"),
    "an ID number": (citizen_id, "621126198001011003"),
    "a phone": (phone_number, "13300000000"),
    "an account": (account_number, "6210000000000001039"),
    "a credit code": (lambda value: credit_code(value, None), "93621121MA71000011"),
}


@pytest.mark.parametrize("mark", MARKS, ids=lambda mark: f"U+{ord(mark):04X}")
@pytest.mark.parametrize("kind", READERS)
def test_within_a_number_or_a_code(kind: str, mark: str) -> None:
    read, text = READERS[kind]
    with pytest.raises(ValueError, match=f"U\\+{ord(mark):04X}"):
        read(f"{text[:3]}{mark}{text[3:]}")


@pytest.mark.parametrize("mark", ["\u200b", "\u2060", "\ufeff", "\u200e", "\u00a0\u200b"])
@pytest.mark.parametrize("kind", READERS)
def test_at_its_ends(kind: str, mark: str) -> None:
    read, text = READERS[kind]
    assert read(f"{mark}{text}{mark}") == read(text)


@pytest.mark.parametrize("mark", ["\u202e", "\u2067", "\u200f"])
def test_what_turns_a_number_that_follows(mark: str) -> None:
    with pytest.raises(ValueError, match="看不见"):
        seen(f"{mark}123")


def test_texts_are_kept_without_them() -> None:
    assert as_text("平\u202e襄\u200b镇\u2069") == "平襄镇"


@pytest.fixture
def changed(read_as: Reader) -> ReadResult:
    table = honest("household_awards")
    for row, header, text in ((0, "应补资金", "1\u202e23"), (1, "身份证号", None), (2, "户主姓名", "牛\u202e小")):
        cell = table.rows[row][table.at(header)]
        table = table.with_cell(row, header, text or f"{cell[:6]}\u200e{cell[6:]}")
    return read_as(by_openpyxl(lay.page(table)), table.name, county=COUNTY, refused_share_limit=1.0)


def test_each_is_an_issue_at_its_cell(changed: ReadResult) -> None:
    told = {(i.rule_id, i.effect) for i in changed.issues if "看不见" in i.message}
    assert told == {("C02", "row_refused"), ("R67", "row_refused")}
    assert changed.rows is not None and "牛**" in changed.rows["head_name_masked"].to_pylist()
