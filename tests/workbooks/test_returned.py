"""The number on a returned workbook, and that what was added to it disturbs no reading."""

from __future__ import annotations

import io

import openpyxl
import pytest

from ingest.read import ReadResult
from ingest.returned import number_of, submission_of
from tests.ingest.books import Page, by_openpyxl
from tests.ingest.conftest import Reader
from tests.ingest.forms import INCOME_HEADER, expect_income, income_rows
from tests.workbooks.conftest import SUBMISSION, OrderFor, order
from workbooks.annotated.annotate import annotate

TITLE = ["通渭县2020年6月村级集体经济收入统计表"]
CLEAN = by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *income_rows()]))


def changed(data: bytes, place: str, value: object, sheet: str = "退改说明") -> bytes:
    """The workbook as somebody saves it who has changed a cell."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    book[sheet][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def all_but_the_number(result: ReadResult) -> dict[str, object]:
    return {k: v for k, v in vars(result).items() if k not in ("rows", "corrects")}


@pytest.mark.parametrize("number", [1, 123, 999_999, 1_234_567_890])
@pytest.mark.parametrize("spell", [str, str.lower, lambda text: f"编号：{text}（请保留）", lambda text: text.replace("-", "－"),
                                   lambda text: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in text)])  # fmt: skip
def test_a_number_is_read_however_it_is_typed(number: int, spell: object) -> None:
    assert submission_of(spell(number_of(number))) == number  # type: ignore[operator]


def test_typing_errors_are_told() -> None:
    """Of one wrong character none passes: neither in the number nor in its check."""
    right = number_of(123)
    for place in range(3, len(right)):
        for other in "0123456789" if right[place].isdigit() and place < 9 else "ABCDEFGHJK":
            if other != right[place] and right[place] != "-":
                with pytest.raises(ValueError, match="有误"):
                    submission_of(right[:place] + other + right[place + 1 :])


def test_texts_without_a_number() -> None:
    assert submission_of("TG 项目") is None and submission_of("") is None and submission_of("STG-1-ABCDE") is None


def test_what_was_added_is_not_read(read_as: Reader) -> None:
    before, after = read_as(CLEAN), read_as(annotate(CLEAN, order()))
    expect_income(after)
    assert before.rows is not None and before.rows.equals(after.rows)
    assert all_but_the_number(before) == all_but_the_number(after)
    assert (before.corrects, after.corrects) == (None, SUBMISSION)


def test_a_corrected_copy_reads_as_the_clean_file_does(read_as: Reader, order_for: OrderFor) -> None:
    rows = income_rows()
    rows[1][2], rows[3][3], rows[2][4] = "没有这个村", None, "约20"
    back = annotate(
        by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows])),
        order_for(read_as(by_openpyxl(Page([TITLE, ["单位：万元"], INCOME_HEADER, *rows])))),
    )
    for place, value in (("C5", "瓦石"), ("D7", "是"), ("E6", income_rows()[2][4])):
        back = changed(back, place, value, "Sheet1")
    before, after = read_as(CLEAN), read_as(back)
    assert before.rows is not None and before.rows.equals(after.rows)
    assert all_but_the_number(before) == all_but_the_number(after) and after.corrects == SUBMISSION


def test_the_number_outlives_the_sheet_and_the_sheet_the_properties(read_as: Reader) -> None:
    back = annotate(CLEAN, order())
    book = openpyxl.load_workbook(io.BytesIO(back))
    del book["退改说明"]
    out = io.BytesIO()
    book.save(out)
    assert read_as(out.getvalue()).corrects == SUBMISSION
    book = openpyxl.load_workbook(io.BytesIO(back))
    book.custom_doc_props.props.clear()
    book.move_sheet("退改说明", 1)
    out = io.BytesIO()
    book.save(out)
    after = read_as(out.getvalue())
    assert after.corrects == SUBMISSION and [i.rule_id for i in after.issues] == []


def test_a_number_with_a_typing_error_is_said_and_the_table_is_read(read_as: Reader) -> None:
    result = read_as(changed(annotate(CLEAN, order()), "A2", "退改编号：TG-000124-AAAA"))
    assert result.outcome == "loaded" and result.corrects is None
    assert [(i.rule_id, i.severity, i.effect) for i in result.issues] == [("S16", "warn", "none")]
