"""L1 to L6, L9, L12, L19 in every form that can take them: an honest table in another layout reads to the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from ingest.context import Context
from tests.ingest.books import Page, by_csv, by_openpyxl, by_xlsxwriter, by_xlwt
from tests.layouts import lay
from tests.layouts.honest import FORMS, VILLAGE_FORMS, Honest, expect, honest

Read = Callable[[bytes, Honest], Any]
# Writers in turn, so that each layout goes through each of them
WRITERS = (by_openpyxl, by_xlsxwriter, by_xlwt)
# Columns that a form does not require, but whose absence a check of it would mention
NEEDED_BY_CHECKS = {
    "fund_projects": ("中央资金", "省级资金", "市级资金", "县级资金"),
    "insurance_policies": ("起保日期", "终保日期", "市级财政"),
    "rectifications": ("完成时间", "佐证材料"),
    "village_income": ("其他收入",),
}


def written(form: str, pages: Page | Sequence[Page]) -> bytes:
    writer = WRITERS[FORMS.index(form) % len(WRITERS)]
    return writer(*([pages] if isinstance(pages, Page) else pages))


LAYOUTS: list[tuple[str, Callable[[Honest], Page | list[Page]]]] = [
    ("a plain table", lay.page),
    ("L1 title and units", lay.title_and_units),
    ("L1 title and units", lay.attachment_and_notes),
    ("L2 header of two levels", lay.two_levels),
    ("L2, L3 header of three levels", lay.three_levels),
    ("L19 levels without merged cells", lambda t: lay.two_levels(t, is_merged=False)),
    ("columns in another order", lay.other_order),
    ("extra columns", lay.extra_columns),
    ("L5 totals", lay.totals_last),
    ("L5 totals", lay.total_first),
    ("L5 totals", lay.total_in_the_middle),
    ("L5 totals with counts", lay.totals_with_counts),
    ("L6 serial numbers", lay.serials_restart),
    ("L9 footers", lay.footers),
]  # fmt: skip
# In every second form each
SIMPLE: list[tuple[str, Callable[[Honest], Page | list[Page]]]] = [
    ("a row of column numbers", lay.numbering),
    ("header far below", lay.header_far_below),
    ("empty rows", lay.empty_lines),
    ("header printed again", lay.header_again),
    ("L19 empty sheets", lay.with_empty_sheets),
]  # fmt: skip
OF_VILLAGES: list[tuple[str, Callable[[Honest], Page | list[Page]]]] = [
    ("L4 sections", lay.sections_by_township),
    ("L5 totals of townships", lay.township_totals),
    ("L6 merged places", lay.merged_places),
    ("L6 blank places", lay.blank_places),
    ("L12 a sheet per township", lambda t: lay.by_township(t, drops_column=False)),
    ("L12 a sheet per township", lambda t: lay.by_township(t, drops_column=True)),
    ("L1, L2, L4, L5, L6, L9 together", lay.everything),
]  # fmt: skip


def cases(
    layouts: list[tuple[str, Callable[[Honest], Page | list[Page]]]], forms: list[str], step: int = 1
) -> list[Any]:
    return [
        pytest.param(form, layout, id=f"{feature}-{number}-{form}", marks=pytest.mark.feature(feature))
        for number, (feature, layout) in enumerate(layouts)
        for form in forms[number % step :: step]
    ]


@pytest.mark.parametrize(
    ("form", "layout"), [*cases(LAYOUTS, FORMS), *cases(SIMPLE, FORMS, 2), *cases(OF_VILLAGES, VILLAGE_FORMS)]
)
def test_a_layout_changes_nothing(read_table: Read, form: str, layout: Callable[[Honest], Page]) -> None:
    table = honest(form)
    expect(read_table(written(form, layout(table)), table), table)


@pytest.mark.feature("L6 merged households")
@pytest.mark.parametrize("write", WRITERS)
def test_a_household_merged_over_its_persons(read_table: Read, write: Any) -> None:
    table = honest("registered_persons")
    expect(read_table(write(lay.merged_households(table)), table), table)


@pytest.mark.feature("missing optional columns")
@pytest.mark.parametrize("form", FORMS)
def test_optional_columns_may_be_missing(read_table: Read, form: str, context: Context) -> None:
    """Without a word: the form has no use for a warning about what it does not ask for."""
    table, contract = honest(form), context.contracts[form]
    optional = {c.header: c for c in contract.columns if c.required == "no"}
    kept = [i for i, h in enumerate(table.header) if h not in optional or h in NEEDED_BY_CHECKS.get(form, ())]
    gone = {raw.name for h in table.header if table.header.index(h) not in kept for raw in optional[h].raw_columns()}
    lines = [[line[i] for i in kept] for line in (table.header, *table.rows)]
    reads = tuple({k: v for k, v in row.items() if k not in gone} for row in table.reads)
    result = read_table(written(form, Page([[table.title], [table.unit], *lines])), table)
    expect(result, replace(table, reads=reads))


@pytest.mark.feature("L4 sections")
@pytest.mark.parametrize("form", [f for f in FORMS if f not in VILLAGE_FORMS])
def test_sections_of_a_form_without_townships(read_table: Read, form: str) -> None:
    table = honest(form)
    expect(read_table(written(form, lay.sections_by_kind(table)), table), table)


@pytest.mark.feature("headers as typed")
@pytest.mark.parametrize(
    ("form", "how"), [(f, h) for n, f in enumerate(FORMS) for m, h in enumerate(lay.SPELLINGS) if (n + m) % 3 == 0]
)
def test_headers_as_people_type_them(read_table: Read, form: str, how: str) -> None:
    table = honest(form)
    expect(read_table(written(form, lay.spelt(table, how)), table), table)


@pytest.mark.feature("L12 a sheet per village")
@pytest.mark.parametrize("form", VILLAGE_FORMS)
def test_a_sheet_per_village(read_table: Read, form: str) -> None:
    table = honest(form)
    expect(read_table(written(form, lay.by_village(table)), table), table)


@pytest.mark.feature("several tables on a sheet")
@pytest.mark.parametrize("reordered", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_tables_below_each_other(read_table: Read, form: str, reordered: bool) -> None:
    table = honest(form)
    expect(read_table(written(form, lay.stacked(table, reordered)), table), table)


@pytest.mark.feature("L10 side by side")
@pytest.mark.parametrize("form", FORMS)
def test_tables_beside_each_other(read_table: Read, form: str) -> None:
    table = honest(form)
    expect(read_table(written(form, lay.side_by_side(table)), table), table)


@pytest.mark.feature("L11 key and value")
@pytest.mark.parametrize(("form", "per_line"), [(form, 1 + n % 3) for n, form in enumerate(FORMS)])
def test_labels_and_values_in_turn(read_table: Read, form: str, per_line: int) -> None:
    table = honest(form)
    row = 2 if form == "registered_persons" else 0  # a household of one
    expect(read_table(written(form, lay.key_value(table, row, per_line)), table), table, rows=[row])


@pytest.mark.feature("L18, L19 levels in csv")
@pytest.mark.parametrize("form", FORMS)
def test_levels_in_text(read_table: Read, form: str) -> None:
    table = honest(form)
    expect(read_table(by_csv(lay.two_levels(table), "gb18030"), table), table)
