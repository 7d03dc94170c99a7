"""L18: csv and tsv in every encoding and with every separator, with lines above and below, ragged and quoted ones."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from ingest.read import ReadResult
from tests.ingest.books import Page, by_csv
from tests.layouts import lay
from tests.layouts.conftest import Reader
from tests.layouts.honest import FOLDER, FORMS, Honest, expect, honest

Read = Callable[[bytes, Honest], ReadResult]
SEPARATORS = {"comma": ",", "tab": "\t", "semicolon": ";", "bar": "|", "caret": "^", "tilde": "~", "wide comma": "，",
              "wide semicolon": "；", "colon": ":", "space": " "}  # fmt: skip
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "gb18030": lambda text: text.encode("gb18030"),
    "utf-16 le with mark": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16 be with mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16 le": lambda text: text.encode("utf-16-le"),
    "utf-16 be": lambda text: text.encode("utf-16-be"),
}


def text_of(page: Page, separator: str = ",", newline: str = "\r\n", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=newline, quoting=quoting).writerows(page.rows)
    return out.getvalue()


@pytest.mark.feature("csv encodings")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", FORMS[::3])
def test_encodings(read_table: Read, form: str, encoding: str) -> None:
    table = honest(form)
    expect(read_table(ENCODINGS[encoding](text_of(lay.page(table))), table), table)


@pytest.mark.feature("csv separators")
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("form", FORMS[1::6])
def test_separators(read_table: Read, form: str, separator: str) -> None:
    table = honest(form)
    page = lay.footers(table)
    expect(read_table(text_of(page, SEPARATORS[separator]).encode("gb18030"), table), table)


@pytest.mark.feature("csv separators")
@pytest.mark.parametrize("encoding", ["utf-8 with mark", "utf-16 le"])
@pytest.mark.parametrize("separator", SEPARATORS)
def test_separators_in_other_encodings(read_table: Read, separator: str, encoding: str) -> None:
    table = honest("lead_enterprises")
    expect(read_table(ENCODINGS[encoding](text_of(lay.totals_last(table), SEPARATORS[separator])), table), table)


@pytest.mark.feature("csv wrong extension")
@pytest.mark.parametrize("ending", ["xls", "xlsx", "et", "ods", "tsv", "txt", "CSV"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16 be with mark"])
def test_the_ending_does_not_matter(read_as: Reader, encoding: str, ending: str) -> None:
    table = honest("insurance_policies")
    expect(read_as(ENCODINGS[encoding](text_of(lay.page(table), "\t")), f"{FOLDER}/{table.title}.{ending}"), table)


@pytest.mark.feature("csv preamble, footer, ragged lines")
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("form", FORMS[2::3])
def test_lines_of_many_lengths(read_table: Read, form: str, newline: str) -> None:
    """Three lines before the header, no separators behind the last value of a line, notes after the rows."""
    table = honest(form)
    lines = []
    for row in lay.footers(table).rows:
        cells = list(row)
        while cells and cells[-1] == "":
            cells.pop()
        lines.append(cells)
    expect(read_table(text_of(Page(lines), newline=newline).encode("gb18030"), table), table)


@pytest.mark.feature("csv quoted line breaks")
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("form", FORMS[::4])
def test_line_breaks_inside_cells(read_table: Read, form: str, newline: str) -> None:
    table = honest(form)
    data = text_of(lay.spelt(table, "wrapped"), newline=newline, quoting=csv.QUOTE_ALL).encode("utf-8-sig")
    expect(read_table(data, table), table)


@pytest.mark.feature("csv quoted line breaks")
def test_a_line_break_and_quotes_in_a_remark(read_table: Read) -> None:
    table = honest("cold_stores").with_cell(2, "备注", '两台\n“移动”，即"冷藏车"')
    result = read_table(by_csv(lay.page(table), "gb18030"), table)
    assert result.rows is not None and result.rows["remark"].to_pylist() == [None, None, '两台\n“移动”，即"冷藏车"']


@pytest.mark.feature("csv characters of four bytes")
def test_characters_outside_the_old_set(read_table: Read) -> None:
    table = honest("household_awards").with_cell(0, "户主姓名", "𠮷有福").with_cell(1, "户主姓名", "㛃秀")
    result = read_table(by_csv(lay.page(table), "gb18030"), table)
    assert result.rows is not None
    assert result.rows["head_name_masked"].to_pylist() == ["𠮷**", "㛃**", "漆**", "牛**"]


@pytest.mark.feature("csv of WPS")
def test_everything_as_text(read_table: Read) -> None:
    """Numbers that a spreadsheet program shows with separators, long numbers behind a tab, blanks as spaces."""
    table = honest("household_awards")
    lines = [[str(v) for v in row] for row in lay.page(table).rows]
    for row in lines[3:]:
        for at, header in enumerate(table.header):
            if header in ("身份证号", "一折通账号", "户编号"):
                row[at] = "\t" + row[at]
            elif header in ("应补资金", "已享受资金"):
                row[at] = f"{float(row[at]):,.2f}"
            elif row[at] == "":
                row[at] = " "
    expect(read_table(by_csv(Page(lines), "gb18030"), table), table)
