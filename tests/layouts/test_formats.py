"""Committed workbooks of LibreOffice and SheetJS (see fixtures/NOTICE.md): every format reads to the same rows."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.context import Context
from ingest.issues import Issue
from ingest.read import ReadResult
from tests.ingest.books import by_csv, by_openpyxl, by_xlsxwriter, by_xlwt
from tests.layouts import lay
from tests.layouts.conftest import Reader
from tests.layouts.honest import FOLDER, FORMS, Honest, expect, honest

Read = Callable[[bytes, Honest], ReadResult]
FIXTURES = Path(__file__).parent / "fixtures"
BOOKS = sorted(path for path in FIXTURES.rglob("*.*") if path.suffix != ".md")


def of(paths: list[Path]) -> list[Any]:
    """Parameters: each path, told by its name, counted under its format."""
    return [
        pytest.param(p, id=str(p.relative_to(FIXTURES)), marks=pytest.mark.feature(f"format {p.parent.relative_to(FIXTURES)}"))
        for p in paths
    ]  # fmt: skip


def named(stem: str) -> list[Path]:
    return [path for path in BOOKS if path.stem == stem]


TABLES = [path for path in BOOKS if path.stem.split("-")[0] in FORMS]


def test_every_form_has_a_table_and_is_in_two_formats(context: Context) -> None:
    assert sorted(context.contracts) == FORMS
    forms = [path.stem.split("-")[0] for path in TABLES]
    assert {forms.count(form) for form in forms} == {2} and len(forms) == 36
    assert len({path.parent for path in BOOKS}) == 9


@pytest.mark.parametrize("path", of(TABLES))
def test_a_table_in_another_format(read_table: Read, path: Path) -> None:
    table = honest(path.stem.split("-")[0])
    expect(read_table(path.read_bytes(), table), table)


@pytest.mark.feature("wrong extension")
@pytest.mark.parametrize("ending", ["xlsx", "xls", "csv", "ODS"])
@pytest.mark.parametrize("path", [next(p for p in TABLES if p.parent == folder) for folder in sorted({p.parent for p in TABLES})],
                         ids=lambda path: str(path.parent.relative_to(FIXTURES)))  # fmt: skip
def test_the_ending_does_not_matter(read_as: Reader, path: Path, ending: str) -> None:
    table = honest(path.stem.split("-")[0])
    expect(read_as(path.read_bytes(), f"{FOLDER}/{table.title}.{ending}"), table)


@pytest.mark.feature("wrong extension")
@pytest.mark.parametrize("ending", ["et", "xlsb"])
@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter, by_xlwt, by_csv])
def test_the_ending_does_not_matter_to_other_writers(read_as: Reader, write: Any, ending: str) -> None:
    table = honest("cold_stores")
    expect(read_as(write(lay.page(table)), f"{FOLDER}/{table.title}.{ending}"), table)


# Neither BIFF writer of SheetJS keeps hidden rows, and that of BIFF5 no hidden columns.
NO_HIDDEN_ROWS, NO_HIDDEN_COLUMNS = ("sheetjs-biff8", "sheetjs-biff5"), ("sheetjs-biff5",)
ROW_SAID = "第 5 行是隐藏的（共 1 行），已照常读入；不应计入的请删除后重新报送"
COLUMN_SAID = "G 列是隐藏的，已照常读入；不应计入的请删除后重新报送"


@pytest.mark.parametrize("path", of(named("marks")))
def test_what_a_sheet_says_beside_its_values(read_table: Read, path: Path) -> None:
    """An error in a remark empties its cell, one in an amount refuses its row, one in a total is a warning."""
    table = honest("village_income")
    reads = [*table.reads[:2], {k: v for k, v in table.reads[2].items() if k != "remark"}]
    result = read_table(path.read_bytes(), replace(table, reads=tuple(reads)))
    expect(result, replace(table, reads=tuple(reads)), issues=[("C11", "N6"), ("C11", "I7"), ("C11", "I8")])
    effects = [(i.cell, i.severity, i.effect, i.value_shown) for i in result.issues if i.rule_id == "C11"]
    assert effects == [("N6", "error", "cell_emptied", "#N/A"), ("I7", "error", "row_refused", "#REF!"),
                       ("I8", "warn", "none", "#REF!")]  # fmt: skip
    assert (result.outcome, result.rows_read, result.rows_refused) == ("partly", 4, 1)
    assert [(t["cell"], t["agrees"]) for t in result.totals["stated"]] == [("E8", True)]
    hidden = [] if path.parent.name in NO_HIDDEN_COLUMNS else [COLUMN_SAID]
    hidden += [] if path.parent.name in NO_HIDDEN_ROWS else [ROW_SAID]
    assert messages(result, "S13") == hidden
    assert [i.sheet for i in result.issues if i.rule_id == "S12"] == ["旧表"]


def messages(result: ReadResult, rule: str) -> list[str]:
    found: list[Issue] = [i for i in result.issues if i.rule_id == rule]
    return [i.message for i in found]


@pytest.mark.parametrize("path", of(named("days-from-1904")))
def test_days_that_count_from_1904(read_table: Read, path: Path) -> None:
    """Days as such and bare numbers of days come out as the days that the program shows."""
    table = honest("household_awards")
    expect(read_table(path.read_bytes(), table), table)


@pytest.mark.feature("xls BIFF5 without its code page")
@pytest.mark.parametrize(("kind", "page"), [(0x0042, 1252), (0x0042, 0), (0x0042, 10008), (0x0FFF, 0)],
                         ids=["western", "none of that number", "of another system", "no record"])  # fmt: skip
@pytest.mark.parametrize("path", [p for p in TABLES if p.parent.name == "sheetjs-biff5"], ids=lambda p: p.stem)
def test_texts_of_another_code_page_than_the_book_names(read_table: Read, path: Path, kind: int, page: int) -> None:
    """As programs wrote them that put GBK into a workbook and left its code page alone."""
    table = honest(path.stem.split("-")[0])
    data, record = path.read_bytes(), struct.pack("<HHH", 0x0042, 2, 936)
    assert data.count(record) == 1
    expect(read_table(data.replace(record, struct.pack("<HHH", kind, 2, page)), table), table)


@pytest.mark.feature("format xlsm/sheetjs")
def test_the_macros_are_there() -> None:
    [path] = [p for p in TABLES if p.parent.parent.name == "xlsm" and p.stem.startswith("sales_channels")]
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        assert archive.read("xl/vbaProject.bin").startswith(b"\xd0\xcf\x11\xe0")
        assert b"macroEnabled" in archive.read("[Content_Types].xml")
