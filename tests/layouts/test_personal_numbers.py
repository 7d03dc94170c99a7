"""Numbers of persons as cells hold them: rounded, spaced, in wide characters, of the old length, as floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ingest.read import ReadResult
from tests.ingest.books import by_openpyxl, by_xlwt
from tests.layouts import lay
from tests.layouts.honest import Honest, expect, honest

Read = Callable[[bytes, Honest], ReadResult]

IDS = ["621121197001010012", " 621121197001010012 ", "621121 19700101 0012", "６２１１２１１９７００１０１００１２", "'621121197001010012",
       "621121700101001", "\t621121197001010012", "621121197001010012\n", "62112119700101001244", "6211211970010100124411"]  # fmt: skip


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize("cell", IDS, ids=repr)
def test_spellings_of_an_id_number_have_one_token(read_table: Read, cell: str) -> None:
    """Of 15 digits, of 18, and of the 20 or 22 signs of a disability card that begin with it."""
    table = honest("household_awards")
    plain, spelt = (
        read_table(by_openpyxl(lay.page(table)), table),
        read_table(lay.changed(table, 0, "身份证号", cell), table),
    )
    expect(spelt, table)
    assert plain.rows is not None and spelt.rows is not None
    assert plain.rows["head_id_token"].to_pylist() == spelt.rows["head_id_token"].to_pylist()


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(
    "last", ["62112119700101008X", "62112119700101008x", "62112119700101008Ｘ", "62112119700101008ｘ"]
)
def test_the_check_letter_in_every_case(read_table: Read, last: str) -> None:
    table = honest("household_awards")
    expect(read_table(lay.changed(table, 0, "身份证号", last), table), table.reading(0, head_id_mask="****008X"))


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize("write", [by_openpyxl, by_xlwt])
def test_an_id_number_that_a_program_rounded(read_table: Read, write: Any) -> None:
    table = honest("household_awards")
    data = write(lay.page(table.with_cell(0, "身份证号", 621121197001010012)))
    expect(read_table(data, table), table, rows=[1, 2, 3], issues=[("C10", "E4")])


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize("cell", ["6.21121197001010E+17", "6.21121197001010e17", "621121197001010000"])
def test_an_id_number_that_was_rounded_and_made_text(read_table: Read, cell: str) -> None:
    table = honest("household_awards")
    result = read_table(lay.changed(table, 0, "身份证号", cell), table)
    expect(result, table, rows=[1, 2, 3], issues=[("C10", "E4")])


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(
    "cell", ["621121197001010011", "621121197013010012", "62112119700101001", "王有福", "621121197001010O12"]
)
def test_wrong_id_numbers(read_table: Read, cell: str) -> None:
    table = honest("household_awards")
    result = read_table(lay.changed(table, 0, "身份证号", cell), table)
    expect(result, table, rows=[1, 2, 3], issues=[("R67", "E4")])
    assert cell not in str([i.value_shown for i in result.issues])


PHONES = [("13300000012", "133****0012"), (13300000012, "133****0012"), (13300000012.0, "133****0012"), ("13300000012.0", "133****0012"),
          ("133-0000-0012", "133****0012"), ("133 0000 0012", "133****0012"), ("+8613300000012", "133****0012"),
          ("１３３００００００１２", "133****0012"), ("0932-5550012", "093****0012"),
          ("5550012", "****12"), ("无", None), ("", None)]  # fmt: skip


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(("cell", "mask"), PHONES, ids=[repr(cell) for cell, _ in PHONES])
def test_phones(read_table: Read, cell: Any, mask: str | None) -> None:
    table = honest("household_awards")
    token = "token" if mask else None
    result = read_table(lay.changed(table, 0, "联系电话", cell), table)
    expect(result, table.reading(0, phone_mask=mask, phone_token=token))


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize("cell", ["1330000001", "23300000012", "13300000012/13300000013"])
def test_wrong_phones_are_warned_of(read_table: Read, cell: str) -> None:
    table = honest("household_awards")
    result = read_table(lay.changed(table, 0, "联系电话", cell), table)
    expect(result, table.reading(0, phone_mask=None, phone_token=None), issues=[("C07", "T4")])


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(
    "cell", ["6210 0000 0000 0001 012", "６２１００００００００００００１０１２", "'6210000000000001012"]
)
def test_spellings_of_an_account(read_table: Read, cell: str) -> None:
    table = honest("household_awards")
    expect(read_table(lay.changed(table, 0, "一折通账号", cell), table), table)


@pytest.mark.feature("personal numbers")
@pytest.mark.parametrize(("cell", "rule"), [(6210000000000001012, "C10"), ("6.21E+18", "C10"), ("62100", "C08")])
def test_wrong_accounts(read_table: Read, cell: Any, rule: str) -> None:
    table = honest("household_awards")
    result = read_table(lay.changed(table, 0, "一折通账号", cell), table)
    expect(result, table.reading(0, bank_account_mask=None, bank_account_token=None), issues=[(rule, "S4")])


@pytest.mark.feature("codes as numbers")
@pytest.mark.parametrize("cell", [6211210001, 6211210001.0, "6211210001.0", " 6211210001"])
def test_codes_as_numbers(read_table: Read, cell: Any) -> None:
    table = honest("household_awards")
    expect(read_table(lay.changed(table, 0, "户编号", cell), table), table)
