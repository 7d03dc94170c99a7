"""The reader's own context, and orders for workbooks as the warehouse gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ingest.context import Context
from ingest.read import ReadResult
from ingest.returned import number_of
from tests.ingest.conftest import context, read_as
from workbooks.annotated.findings import Finding, Order, finding_of

__all__ = ["context", "read_as"]

SUBMISSION = 123
OrderFor = Callable[[ReadResult], Order]


def order(findings: Sequence[Finding] = (), **changes: object) -> Order:
    values: dict[str, object] = {
        "number": number_of(SUBMISSION),
        "title": "通渭县　村级集体经济收入台账",
        "facts": [("报送文件", "621121-通渭县/报表.xlsx"), ("报告期", "2020-06")],
        "verdict": "部分采用：1 行有误，没有计入",
        "tone": "partly",
        "findings": list(findings),
    }
    return Order(**(values | changes))  # type: ignore[arg-type]


def finding(place: tuple[int, int], message: str = "不是数字", severity: str = "error", **changes: object) -> Finding:
    """One in the sheet Sheet1, at a row and column from 0."""
    values: dict[str, object] = {"effect": "row_refused", "rule": "C02", "sheet": "Sheet1", "header": "上年收入"}
    return Finding(message, severity, row=place[0], column=place[1], **(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def order_for(context: Context) -> OrderFor:
    """The order that a reading's issues make."""
    return lambda result: order([finding_of(i, context.contracts.get(result.form or "")) for i in result.issues])
