"""What holds of every table: valid rows come back whole from any layout, nothing in a cell ends the reader, order is nothing.

Each test runs the same examples every time; `PROPERTY_EXAMPLES=500 pytest tests/ingest/test_properties.py` looks at that
many others per form.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingest import wire
from ingest.context import Context
from ingest.contracts import Contract, load_all
from ingest.grid import Sheet
from ingest.read import ReadResult, read
from tests.ingest.properties.tables import PLAIN, Layout, Made, tables
from tests.ingest.properties.values import Setting

FORMS = sorted(load_all())
SHOWS_FIRST = (
    "PROPERTY_EXAMPLES" not in os.environ
)  # a failure of the suite is shown as found: to shrink it takes minutes
MANY = int(os.environ.get("PROPERTY_EXAMPLES", "0"))


def examples(count: int) -> settings:
    return settings(
        max_examples=MANY or count,
        derandomize=not MANY,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate] if SHOWS_FIRST else list(Phase),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module")
def unchecked(context: Context) -> Context:
    """The project's context without checks between cells: what rows say to each other is not looked at here."""
    forms = {name: replace(c, row_checks=(), group_checks=()) for name, c in context.contracts.items()}
    return replace(context, contracts=forms)


def made_tables(context: Context, contract: Contract, layout: Layout | None = None) -> st.SearchStrategy[Made]:
    county = context.places.counties["621121"]
    settings_of = st.sampled_from([1, 10_000]).map(lambda yuan: Setting(context.tokens, yuan))
    return settings_of.flatmap(lambda setting: tables(contract, county, setting, layout))


def read_grid(made: Made, rows: list[list[Any]], context: Context) -> ReadResult:
    """Read cells as the openers of workbooks give them: of types and texts that no writer of workbooks lets through."""
    blank = [["" if v is None else v for v in row] for row in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.read.open_sheets", lambda data: [Sheet("Sheet1", 1, blank)])
        return read(b"", made.name, folder_county="621121", context=context)


def rows_of(result: ReadResult) -> list[dict[str, Any]]:
    assert result.rows is not None, (result.refusal, [(i.cell, i.value_shown, i.message) for i in result.issues][:5])
    found = sorted(result.rows.to_pylist(), key=lambda row: (row["sheet_no"], row["row_no"]))
    return [{name: value for name, value in row.items() if name not in ("sheet_no", "row_no")} for row in found]


@pytest.mark.parametrize("form", FORMS)
def test_valid_rows_come_back_from_any_layout(unchecked: Context, form: str) -> None:
    contract = unchecked.contracts[form]

    @examples(8)
    @given(made_tables(unchecked, contract))
    def check(made: Made) -> None:
        result = read(made.data, made.name, folder_county="621121", context=unchecked)
        errors = [(i.rule_id, i.cell, i.value_shown, i.message) for i in result.issues if i.severity == "error"]
        assert errors == [] and result.outcome == "loaded", (made.layout, result.refusal)
        assert result.form == form and result.period == "2020-06"
        assert rows_of(result) == made.rows

    check()


ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
NEARLY = st.text(
    alphabet="0123456789０５一二三十百千万亿点负零半.,，、()（）%‰元亩年月日号/-~至到约 \n\t①²合小计：:", max_size=24
)
LONG = st.sampled_from(["9", "甲", "(", "（", "-", "1,", "年", "0.", "、", "一", " ", "\0", "1 ", "12月"]).flatmap(
    lambda piece: st.sampled_from([400, 5_000, 32_767]).map(lambda length: piece * (length // len(piece)))
)
FORMULAS = st.sampled_from(["=1+1", '=HYPERLINK("http://x","y")', "+A1", "-A1", "@SUM(A1)", "=…", "#REF!", "#DIV/0!"])
TYPED = st.one_of(
    st.floats(), st.integers(), st.booleans(), st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.sampled_from([1e300, -1e300, 10**400, float("nan"), date.min, date.max, datetime.max, time.max, timedelta.max, -0.0, 5e-324]),
)  # fmt: skip
ANYTHING = st.one_of(ANY_TEXT, NEARLY, LONG, FORMULAS, TYPED)


@pytest.mark.parametrize("form", FORMS)
def test_nothing_in_a_cell_ends_the_reader(context: Context, form: str) -> None:
    """Checks and all: what cannot be read is an issue or a refusal, told in a sentence of bounded length."""

    @examples(12)
    @given(made_tables(context, context.contracts[form], PLAIN), st.data())
    def check(made: Made, data: st.DataObject) -> None:
        rows = [list(row) for row in made.pages[0].rows]
        first = data.draw(st.sampled_from([0, 2, 2, 2]))  # titles and headers now and then
        for _ in range(data.draw(st.integers(1, 6))):
            row, column = data.draw(st.integers(first, len(rows) - 1)), data.draw(st.integers(0, len(rows[0]) - 1))
            rows[row][column] = data.draw(ANYTHING)
        result = read_grid(made, rows, context)
        assert result.outcome in ("loaded", "partly", "refused")
        assert [i for i in result.issues if len(i.message) > (400 if i.cell else 3000)] == []
        assert [i for i in result.issues if len(i.value_shown or "") > 100 or len(i.header or "") > 100] == []
        again = wire.unpack(*wire.pack(result))
        assert (again.outcome, again.rows, len(again.issues)) == (result.outcome, result.rows, len(result.issues))

    check()


@pytest.mark.parametrize("form", ["household_awards", "village_income", "fund_projects", "insurance_policies"])
def test_order_of_rows_is_nothing(unchecked: Context, form: str) -> None:
    """Rows in another order give the same rows and the same issues, wrong cells among them."""
    contract = unchecked.contracts[form]

    @examples(15)
    @given(made_tables(unchecked, contract, PLAIN), st.data())
    def check(made: Made, data: st.DataObject) -> None:
        head, body = [list(r) for r in made.pages[0].rows[:2]], [list(r) for r in made.pages[0].rows[2:]]
        for row in body:
            if data.draw(st.booleans()):
                row[data.draw(st.integers(1, len(row) - 1))] = data.draw(
                    st.sampled_from(["待核实", "约3", "20①", "2020627", -7.5])
                )
        one = read_grid(made, [*head, *body], unchecked)
        other = read_grid(made, [*head, *data.draw(st.permutations(body))], unchecked)
        assert as_bags(one) == as_bags(other)

    check()


def as_bags(result: ReadResult) -> tuple[str, Counter[Any], Counter[Any], list[dict[str, Any]]]:
    """Rows and issues without their places in the sheet."""
    rows = [] if result.rows is None else result.rows.drop_columns(["row_no"]).to_pylist()
    issues = [(i.rule_id, i.field, i.value_shown, i.effect, i.message) for i in result.issues]
    return result.outcome, Counter(map(str, rows)), Counter(issues), result.proposals
