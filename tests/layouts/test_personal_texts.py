"""Personal numbers in every text column of every form, in every spelling: none comes out of the reader, and no row is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ingest.columns import NUMBER_TYPES, PERSONAL_TYPES
from ingest.context import Context
from ingest.contracts import load_all
from ingest.personal import check_character
from ingest.read import ReadResult, read
from tests.ingest.books import Page, by_openpyxl
from tests.layouts.honest import COUNTY, FORMS, Honest, honest
from tests.layouts.lay import page
from tests.spellings import in_clear, spellings

FIRST = "62292219630412117"
NUMBERS = {
    "id": FIRST + check_character(FIRST), "wrong id": "622922196304121171", "old id": "622922630412117",
    "phone": "19912345678", "card": "6217990000123454321",
}  # fmt: skip
SPELT = [text for kind, number in NUMBERS.items() for text in spellings(number, is_card=kind == "card").values()]
ADDED = ("text", "code", "places")  # types whose cells stay good with a number behind their own text


@pytest.fixture(scope="module")
def patient(context: Context) -> Context:
    """Takes files however many of their rows are refused."""
    return replace(context, refused_share_limit=1.0)


def everything(result: ReadResult) -> Iterator[str]:
    """Each text that leaves the reader."""
    yield from (str(part) for part in (result.refusal, result.layout, result.totals, result.proposals))
    for issue in result.issues:
        yield from map(str, issue.as_dict().values())
    for column in result.rows.to_pydict().values() if result.rows is not None else ():
        yield from map(str, column)


def leaked(result: ReadResult) -> set[str]:
    return in_clear("字".join(set(everything(result))), NUMBERS.values())


def columns(table: Honest, patient: Context) -> dict[int, Any]:
    """The columns of an honest table, by position."""
    result = read(by_openpyxl(page(table)), table.name, folder_county=COUNTY, context=patient)
    by_field = load_all()[table.form].by_field
    headers = {
        told["header"].rpartition(" > ")[2]: name for name, told in result.layout["sheets"][0]["columns"].items()
    }
    return {at: by_field[headers[text]] for at, text in enumerate(table.header) if headers.get(text) in by_field}


def planted(table: Honest, where: dict[int, Any], *, alone: bool) -> bytes:
    """A row for each spelling, with it in every one of the columns."""
    rows = []
    for number, written in enumerate(SPELT):
        row = list(table.rows[number % len(table.rows)])
        for at in where:
            row[at] = written if alone else f"{row[at] or '见'} {written}"
        rows.append(row)
    return by_openpyxl(page(table, rows))


@pytest.mark.parametrize("form", FORMS)
def test_texts_lose_the_numbers_and_nothing_else(form: str, patient: Context) -> None:
    table = honest(form)
    where = {at: column for at, column in columns(table, patient).items() if column.type in ADDED}
    result = read(planted(table, where, alone=False), table.name, folder_county=COUNTY, context=patient)
    assert result.rows_read == len(SPELT) and leaked(result) == set()
    plain = read(
        by_openpyxl(page(table, [table.rows[n % len(table.rows)] for n in range(len(SPELT))])),
        table.name, folder_county=COUNTY, context=patient,
    )  # fmt: skip
    said = {(issue.row_no, issue.field) for issue in result.issues if issue.rule_id == "C13"}
    assert said == {(4 + n, column.field) for n in range(len(SPELT)) for column in where.values()}
    if not any(column.type == "code" for column in where.values()):  # a code that is not one's own may break a check
        assert result.rows_refused <= plain.rows_refused


@pytest.mark.parametrize("form", FORMS)
def test_every_column_with_a_number_alone(form: str, patient: Context) -> None:
    table = honest(form)
    for where in (
        {at: c for at, c in columns(table, patient).items() if c.type not in PERSONAL_TYPES and c.type in NUMBER_TYPES},
        {at: c for at, c in columns(table, patient).items() if c.type not in NUMBER_TYPES},
    ):
        result = read(planted(table, where, alone=True), table.name, folder_county=COUNTY, context=patient)
        assert result.rows_read > len(SPELT) / 2, result.refusal
        assert leaked(result) == set()


@pytest.mark.parametrize("written", SPELT[::5])
def test_titles_headers_names_and_labels(written: str, context: Context) -> None:
    """Each a warning that says where; the file is read all the same."""
    table = honest("fund_projects")
    width = len(table.header)
    header = [*table.header, f"联系人{written}"]
    section = [f"一、{written}", *[""] * (width - 1)]
    total = ["", f"{written}小计", *[""] * (width - 2)]
    lines = [
        [f"{table.title}（{written}）"], [f"填报人{written}　{table.unit}"], header, section, *table.rows, total,
        [f"备注：{written}"],
    ]  # fmt: skip
    name = written if len(written) < 26 and written.isprintable() else NUMBERS["phone"]
    data = by_openpyxl(Page([list(line) for line in lines], name=f"表{name}"), Page([[f"备用{written}"]], name="备用"))
    result = read(data, f"通渭县/{name}/{table.title}{name}.xlsx", folder_county=COUNTY, context=context)
    assert leaked(result) == set() and result.rows_accepted == len(table.rows), result.refusal
    places = {issue.cell for issue in result.issues if issue.rule_id == "S18"}
    assert places >= {None, "A1", "A2", f"{chr(65 + width)}3", "A4"}
    assert sum(issue.rule_id == "S18" and issue.cell is None for issue in result.issues) == 2


@pytest.mark.parametrize("written", SPELT[::11])
def test_refusals_quote_no_number(written: str, context: Context) -> None:
    pages = (
        [[f"通讯录{written}"], ["姓名", "电话"], ["张某", written], ["李某", written]],
        [
            ["2020年到户产业奖补花名册"],
            ["户主姓名", f"身份证号{written}", f"备注{written}"],
            ["张某", written, written],
        ],
        [[f"2020年{written}花名册"], [written, written, written], [written] * 3],
    )
    for rows in pages:
        result = read(by_openpyxl(Page(rows)), f"{written}.xlsx", folder_county=COUNTY, context=context)
        assert result.outcome == "refused" and leaked(result) == set()


@pytest.mark.parametrize("form", FORMS)
def test_an_honest_table_holds_nothing(form: str, context: Context) -> None:
    result = read(by_openpyxl(page(honest(form))), honest(form).name, folder_county=COUNTY, context=context)
    assert not {issue.rule_id for issue in result.issues} & {"C13", "S18"}
