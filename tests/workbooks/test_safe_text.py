"""No text that leaves is taken for a formula, in CSV or in a workbook; numbers stay numbers."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.grid import Sheet
from tests.workbooks.conftest import finding, order
from workbooks.annotated.annotate import annotate
from workbooks.annotated.from_grid import from_grid
from workbooks.safe_text import csv_row, for_file_name, for_workbook, is_formula_like

STARTS = "=+-@＝＋－＠﹦\t\r\n"
# Texts of the kind that attacks are made of, more often than chance would make them
NASTY = st.builds(
    lambda space, start, rest: space + start + rest,
    st.sampled_from(["", " ", "\u3000", "\u00a0", "\u200b", "\ufeff", "\x01", "\t"]),
    st.sampled_from(["", *STARTS]),
    st.text(max_size=20),
)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def starts_like_a_formula(text: str) -> bool:
    """As strict as any program could be: of all that is no space, the first character."""
    visible = "".join(c for c in text if unicodedata.category(c)[0] not in "ZC")
    return (
        text[:1] in "\t\r\n"
        if text[:1] and text[:1] in "\t\r\n"
        else unicodedata.normalize("NFKC", visible)[:1] in set("=+-@")
    )


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠a",
        " =1",
        "\u3000＝1",
        "\u200b=1",
        "\x00=1",
    ],
)
def test_what_may_be_taken_for_a_formula(text: str) -> None:
    assert is_formula_like(text)
    assert csv_row([text])[0].startswith("'")


@pytest.mark.parametrize("text", ["", "王有福", "3-4", "a=b", "（-3）", "'=1", "12%"])
def test_what_may_not(text: str) -> None:
    assert not is_formula_like(text)
    assert csv_row([text]) == [text]


def test_numbers_stay_numbers_in_csv() -> None:
    assert csv_row([-3, -3.5, Decimal("-1.20"), None, True]) == [-3, -3.5, Decimal("-1.20"), None, True]


@QUICK
@given(st.lists(NASTY, min_size=1, max_size=4))
def test_csv_never_holds_what_starts_a_formula(texts: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(csv_row(texts))
    (row,) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    for before, after in zip(texts, row, strict=True):
        assert not starts_like_a_formula(after)
        assert after.removeprefix("'") == for_workbook_text(before)


def for_workbook_text(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", text)


@settings(QUICK, max_examples=30)
@given(st.lists(NASTY.filter(lambda text: bool(for_workbook(text).strip())), min_size=1, max_size=4))
def test_a_workbook_from_a_grid_holds_texts_as_texts(texts: list[str]) -> None:
    data, names = from_grid([Sheet("表", 1, [list(texts)])])
    data = annotate(data, order([finding((0, 0), texts[0], shown=texts[-1], header=texts[0], sheet=names["表"])]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f" not in archive.read(name)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for column, text in enumerate(texts, 1):
        cell = book[names["表"]].cell(1, column)
        assert cell.data_type in ("s", "inlineStr") and cell.quotePrefix == is_formula_like(for_workbook(text))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_what_no_cell_can_hold() -> None:
    assert for_workbook("a\x00b\x0bc\ud800d") == "abcd"
    assert len(for_workbook("字" * 40_000)) == 32_767


@pytest.mark.parametrize(
    ("text", "name"),
    [("../../etc/passwd", "etc_passwd"), ("附件1：名册（定）.xlsx", "附件1_名册（定）.xlsx"), ("a\x00\n/b", "a_b"), ("...", ""),
     ("=cmd|' /c calc'!A1", "cmd_c_calc_A1")],
)  # fmt: skip
def test_what_of_a_county_s_name_may_stand_in_a_file_name(text: str, name: str) -> None:
    assert for_file_name(text) == name
    assert len(for_file_name("长" * 300)) == 60
