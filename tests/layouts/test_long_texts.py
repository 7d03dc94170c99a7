"""Texts that no column holds: no cell, header, title, note or sheet's name costs more than in proportion to its length."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ingest.places import County
from ingest.read import ReadResult
from ingest.text import split_brackets
from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlsxwriter
from tests.layouts import lay
from tests.layouts.conftest import Reader
from tests.layouts.honest import COUNTY, FORMS, Honest, honest

LENGTHS = (1_000, 8_000, 32_000)
SECONDS = 3.0  # of processor time for a file with such a text in each column: it takes a few tenths; what is worse takes minutes
# What each of the patterns of the reader would go through again and again
TEXTS = {
    "prose": "该项目涉及全县各乡镇建档立卡贫困户相对集中的行政村具体实施地点", "digits": "1234567890", "brackets": "((一)(2)",
    "open brackets": "(", "marks": "中林、瓦石，", "and": "中林和瓦石与", "spaces": "1 　a ", "days": "2020年5月-",
    "villages": "平襄镇中林村",
    "units": "万元/亩每", "titles": "到户产业扶持资金", "ranges": "--至", "words": "一百万", "phones": "13300000000 ", "quotes": "“'",
}  # fmt: skip


def of_length(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


def seconds(read: Callable[[], ReadResult]) -> float:
    started = time.process_time()
    read()
    return time.process_time() - started


def in_every_column(table: Honest, text: str) -> Page:
    """The table's rows, and for each column a row more that has the text there."""
    rows: list[list[Any]] = [list(row) for row in table.rows]
    for at in range(len(table.header)):
        row = list(table.rows[at % len(table.rows)])
        row[at] = text
        rows.append(row)
    return lay.page(table, rows)


def check_columns(read_as: Reader, form: str, kind: str, length: int, write: Callable[[Page], bytes]) -> None:
    table = honest(form)
    data = write(in_every_column(table, of_length(TEXTS[kind], length)))
    result: list[ReadResult] = []
    took = seconds(lambda: result.append(read_as(data, table.name, refused_share_limit=1.0)) or result[0])  # type: ignore[func-returns-value]
    assert took < SECONDS, (form, kind, length)
    assert result[0].rows_read >= len(table.rows) or result[0].rows is None
    assert all(len(i.value_shown or "") <= 120 and len(i.message) <= 400 for i in result[0].issues)


@pytest.mark.feature("long texts")
@pytest.mark.parametrize("form", FORMS)
def test_cells(read_as: Reader, form: str) -> None:
    """Each form with two kinds of texts, so that all are met."""
    kinds, at = list(TEXTS), FORMS.index(form)
    for kind in (kinds[at % len(kinds)], kinds[(at * 4 + 7) % len(kinds)]):
        check_columns(read_as, form, kind, LENGTHS[-1], by_csv if at % 2 else by_xlsxwriter)


@pytest.mark.ci_only
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("form", FORMS)
def test_cells_of_every_kind(read_as: Reader, form: str, kind: str) -> None:
    """The lengths in turn: 270 tables, so that each form meets each kind and each length."""
    length = LENGTHS[(FORMS.index(form) + list(TEXTS).index(kind)) % len(LENGTHS)]
    check_columns(read_as, form, kind, length, by_csv)


@pytest.mark.feature("long texts")
@pytest.mark.parametrize("kind", TEXTS)
def test_around_the_table(read_as: Reader, kind: str) -> None:
    """In a title, a line above, a header, a section, a note below, and as the name of a sheet."""
    table, text = honest("village_income"), of_length(TEXTS[kind], LENGTHS[-1])
    header = [*table.header, text]
    rows = [list(row) for row in table.rows]
    page = Page(
        [
            [table.title],
            [text],
            [f"单位：{text}"],
            [table.unit],
            header,
            *rows,
            [text],
            ["合计", text],
            [f"备注：{text}"],
        ]
    )
    assert seconds(lambda: read_as(by_csv(page), table.name)) < SECONDS
    named = by_openpyxl(Page([[text], *page.rows]), Page([[text]], name="b"))
    assert seconds(lambda: read_as(named, table.name)) < SECONDS


@pytest.mark.feature("long texts")
def test_the_cell_alone_is_at_fault(read_as: Reader) -> None:
    """A place of 32,000 characters costs its own cell, a number its row, and nothing else."""
    table = honest("fund_projects")
    place = next(h for h in table.header if "乡镇" in h or "地点" in h)
    long = table.with_cell(0, place, of_length(TEXTS["prose"], 32_000))
    result = read_as(by_openpyxl(lay.page(long)), table.name)
    assert result.rows_accepted == len(table.rows)
    (issue,) = [i for i in result.issues if i.rule_id == "C15"]
    assert issue.cell is not None and "32000 字" in issue.message and len(issue.value_shown or "") == 80
    long = table.with_cell(1, table.needed, of_length(TEXTS["prose"], 32_000))
    result = read_as(by_openpyxl(lay.page(long)), table.name, refused_share_limit=1.0)
    assert result.rows_refused == 1 and {i.rule_id for i in result.issues if i.severity == "error"} == {"C15"}


def test_places_in_long_texts(context: Any) -> None:
    """60 texts of 600 characters, each another, took 27 s; villages that are run together are still found."""
    county: County = context.places.counties[COUNTY]
    started = time.process_time()
    for n in range(60):
        county.places_in(f"{n}{of_length(TEXTS['prose'], 600)}")
    assert time.process_time() - started < SECONDS
    villages, _, unknown = county.places_in("中林村瓦石村")
    assert ([v.name for v in villages], unknown) == (["中林", "瓦石"], [])


def test_nested_brackets() -> None:
    assert split_brackets("a(b(c)d)e(f)") == ("ae", ["c", "f", "bd"])
    started = time.process_time()
    split_brackets("(" * 16_000 + ")" * 16_000)
    assert time.process_time() - started < 1


@pytest.mark.feature("many rows")
def test_rows_of_every_kind_by_the_thousand(read_as: Reader) -> None:
    """Subtotals, sections, headers printed again and merged cells: none costs all rows once more."""
    table = honest("household_awards")
    block: list[list[Any]] = []
    for n in range(600):
        block += [[f"{n}、平襄镇（4户）"], list(table.header), *[list(row) for row in table.rows]]
        block.append(lay.total(table, "平襄镇小计" if n % 2 else "小计", range(len(table.rows))))
    page = lay.page(table, block)
    merged = [lay.area(5 + 7 * n, 1, 6 + 7 * n, 1) for n in range(600)]
    assert seconds(lambda: read_as(by_csv(page), table.name, refused_share_limit=1.0)) < 4 * SECONDS
    book = by_xlsxwriter(Page(page.rows, [*page.merged, *merged]))
    assert seconds(lambda: read_as(book, table.name, refused_share_limit=1.0)) < 4 * SECONDS
