"""What a blank workbook offers: every word and place in its lists is one that the reader takes, and Excel's limits hold."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from ingest.cells import parse_column
from ingest.checks import KINDS
from ingest.columns import Column
from ingest.context import Context
from ingest.headers import Mapped
from ingest.periods import Period, period_in, read_period
from tests.workbooks.blank.clerk import checks_of, forms, lists_in, opened
from workbooks.blank import file_name, make, notes
from workbooks.blank.book import FIRST_ROW, HEADER_ROW, LAST_ROW, LIST_NAME, MARK_NAME, spoken_period
from workbooks.blank.columns import columns_of, header_of, is_required
from workbooks.blank.lists import lists_of, name_of, townships_of, village_list_name, villages_of
from workbooks.blank.rules import kinds, rules_of

COUNTY = "621121"
LONG_NUMBERS = ("id_number", "phone", "bank_account", "code", "uscc")
_books: dict[str, openpyxl.Workbook] = {}


def book_of(form: str, context: Context) -> openpyxl.Workbook:
    """通渭县's blank workbook of a form; tests only look at it."""
    if form not in _books:
        data = make(context.contracts[form], context.places.counties[COUNTY], context, read_period("2020-06"))
        _books[form] = opened(data)
    return _books[form]


def read_word(column: Column, word: str) -> Any:
    """What the reader makes of a word in a column, as the column's first raw column that holds one."""
    parsed = parse_column(Mapped(0, column, column.header, None, Decimal(1)), [word], tokens=None, year=2020)  # type: ignore[arg-type]
    assert parsed.problems == [], (column.field, word)
    return next(s[0] for s in parsed.series.values() if s[0] is not None)


@pytest.mark.parametrize("form", forms())
def test_the_reader_takes_every_word_of_every_list(form: str, context: Context) -> None:
    lists = lists_in(book_of(form, context))
    columns = [c for c in context.contracts[form].columns if c.vocabulary]
    for column in columns:
        offered = lists[name_of(column)]
        assert offered == [value for value, _ in column.vocabulary]
        assert [read_word(column, word) for word in offered] == offered
    for column in context.contracts[form].columns:
        if column.type == "flag":
            assert [read_word(column, word) for word in lists["是否"]] == [True, False]


def test_every_township_and_village_of_every_county_is_found_again(context: Context) -> None:
    count = 0
    for county in context.places.counties.values():
        for township in townships_of(county):
            assert county.township(township.name) == township
            names = villages_of(county, township)
            own = [v for _, v in sorted(county.villages.items()) if v.township_code == township.code]
            assert [county.village(name, township.code) for name in names] == own
            count += len(names)
    assert count == sum(len(county.villages) for county in context.places.counties.values()) > 17_000


def test_the_villages_are_those_of_the_township_in_the_row(context: Context) -> None:
    county = context.places.counties[COUNTY]
    book = book_of("household_awards", context)
    lists, checks = lists_in(book), checks_of(book.worksheets[0])
    assert checks[2].formula1 == "乡镇名单" and lists["乡镇名单"] == [t.name for t in townships_of(county)]
    assert checks[3].formula1 == 'INDIRECT("村_"&MATCH($B5,乡镇名单,0))'
    for number, name in enumerate(lists["乡镇名单"], 1):
        township = county.township(name)
        assert township is not None and lists[village_list_name(number)] == villages_of(county, township)
    assert "中林村" in lists["村_1"]


@pytest.mark.parametrize("form", forms())
def test_each_column_is_ready(form: str, context: Context) -> None:
    """Headers with their units, number formats by column, a check and a word on each."""
    contract, sheet = context.contracts[form], book_of(form, context).worksheets[0]
    columns = columns_of(contract)
    assert [cell.value for cell in sheet[HEADER_ROW + 1]] == [header_of(c) for c in columns]
    checks = checks_of(sheet)
    names = set(lists_in(book_of(form, context)))
    for index, column in enumerate(columns, 1):
        letter = openpyxl.utils.get_column_letter(index)
        width = next(d for d in sheet.column_dimensions.values() if d.min <= index <= d.max)
        assert not width.protection.locked and 8 <= width.width <= 31
        if column.type in LONG_NUMBERS:
            assert width.number_format == "@"
        if column.type == "date":
            assert width.number_format == "yyyy-mm-dd"
        if column.type == "money":
            assert header_of(column).endswith(("(元)", "(万元)"))
        check = checks[index]
        assert str(next(iter(check.sqref.ranges))) == f"{letter}{FIRST_ROW + 1}:{letter}{LAST_ROW + 1}"
        assert check.prompt.startswith(notes.requirement(column)) and check.showInputMessage
        assert len(check.prompt) <= 255 and len(check.error or "") <= 255 and len(check.promptTitle) <= 32
        assert max(len(check.formula1 or ""), len(check.formula2 or "")) <= 255
        if check.type == "list" and "INDIRECT" not in check.formula1:
            assert check.formula1 in names
        assert header_of(column).startswith("*") == is_required(column)


@pytest.mark.parametrize("form", forms())
def test_the_sheet_is_protected_where_it_is_printed_and_free_where_it_is_filled_in(form: str, context: Context) -> None:
    book = book_of(form, context)
    sheet = book.worksheets[0]
    assert [s.title for s in book.worksheets[1:]] == ["填表说明", LIST_NAME, MARK_NAME]
    assert [s.sheet_state for s in book.worksheets] == ["visible", "visible", "veryHidden", "veryHidden"]
    rights = sheet.protection
    assert rights.sheet and rights.password is None
    forbidden = (rights.insertRows, rights.deleteRows, rights.sort, rights.autoFilter, rights.formatColumns)
    assert forbidden == (False,) * 5 and rights.insertColumns and rights.deleteColumns
    assert all(cell.protection.locked for cell in sheet[HEADER_ROW + 1])
    assert not sheet["A1"].protection.locked and not sheet["A2"].protection.locked
    assert sheet.column_dimensions[openpyxl.utils.get_column_letter(len(sheet[4]) + 1)].max == 16_384
    assert sheet.freeze_panes and sheet.freeze_panes.endswith(str(FIRST_ROW + 1))
    assert sheet.page_setup.orientation == "landscape" and sheet.print_title_rows == f"$1:${HEADER_ROW + 1}"
    assert period_in(sheet["A1"].value) == read_period("2020-06") and sheet["A1"].value.startswith("通渭县")


@pytest.mark.parametrize("name", ["=1+1县", "@通渭县", "http://通渭县"])
def test_nothing_that_goes_out_is_a_formula_or_a_link(name: str, context: Context) -> None:
    county = replace(context.places.counties[COUNTY], name=name)
    data = make(context.contracts["household_awards"], county, context)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            content = archive.read(part)
            assert b"<f>" not in content and b"hyperlink" not in content, part
    assert opened(data).worksheets[0]["A1"].value.startswith(name)


def test_the_same_form_and_county_make_the_same_bytes(context: Context) -> None:
    form, county = context.contracts["supervision"], context.places.counties[COUNTY]
    assert make(form, county, context) == make(form, county, context)


# ----------------------------------------------------------------------------------------------- words for clerks
@pytest.mark.parametrize("form", forms())
def test_the_guide_names_every_column_and_every_rule(form: str, context: Context) -> None:
    contract, county = context.contracts[form], context.places.counties[COUNTY]
    sheet = book_of(form, context)["填表说明"]
    texts = [row[0].value for row in sheet.iter_rows() if row[0].value]
    assert {header_of(c) for c in columns_of(contract)} <= set(texts)
    rules = rules_of(contract, county, context)
    assert [t for t in texts if any(sentence in t for sentence, _ in rules)] == [
        f"{number}. {sentence}（{effect}）" for number, (sentence, effect) in enumerate(rules, 1)
    ]
    assert not [sentence for sentence, _ in rules if "{" in sentence or "_" in sentence or "None" in sentence]


def test_there_is_a_sentence_for_every_kind_of_check() -> None:
    assert kinds() == set(KINDS)


def test_rules_state_the_countys_own_limits(context: Context) -> None:
    form, county = context.contracts["household_awards"], context.places.counties[COUNTY]
    sentences = [sentence for sentence, _ in rules_of(form, county, context)]
    assert "“应补资金” = “验收数量” × “奖补标准”。" in sentences
    assert any("“家庭人口”每人 5,000 元，也不超过 30,000 元" in s for s in sentences)
    own = replace(context, parameters=context.parameters | {("household_cap_yuan", COUNTY): Decimal(20_000)})
    assert any("也不超过 20,000 元" in s for s, _ in rules_of(form, county, own))


def test_bounds_are_told_in_the_unit_that_is_filled_in(context: Context) -> None:
    column = context.contracts["cooperatives"].by_field["registered_capital_yuan"]
    assert (header_of(column), notes.bounds(column)) == ("*出资总额(万元)", "0 至 20,000")
    book = book_of("cooperatives", context)
    check = checks_of(book.worksheets[0])[columns_of(context.contracts["cooperatives"]).index(column) + 1]
    assert (float(check.formula1), float(check.formula2)) == (0, 20_000)


@pytest.mark.parametrize(
    ("text", "words"),
    [("2020", "2020年"), ("2020-06", "2020年6月"), ("2020H1", "2020年上半年"), ("2020Q2", "2020年第二季度")],
)
def test_a_period_is_spoken_as_titles_say_it(text: str, words: str, context: Context) -> None:
    period = read_period(text)
    assert isinstance(period, Period) and spoken_period(period) == words and period_in(words) == period
    named = file_name(context.contracts["supervision"], context.places.counties[COUNTY], period)
    assert named == f"通渭县{words}挂牌督战台账.xlsx"


def test_dates_may_not_lie_far_behind_the_period(context: Context) -> None:
    check = checks_of(book_of("household_awards", context).worksheets[0])[19]
    days = [date.fromordinal(date(1899, 12, 30).toordinal() + int(f)) for f in (check.formula1, check.formula2)]
    assert days == [date(2018, 1, 1), date(2021, 12, 31)]


def test_lists_that_take_further_words_do_not_stop_the_clerk(context: Context) -> None:
    form = context.contracts["household_awards"]
    found = checks_of(book_of(form.name, context).worksheets[0])
    checks = {column.field: found[index] for index, column in enumerate(columns_of(form), 1)}
    assert checks["product_code"].errorStyle == "warning" and checks["support_mode"].errorStyle is None
    assert lists_of(form, context.places.counties[COUNTY])[0].name == "选项_poor_type"
