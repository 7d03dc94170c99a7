"""Columns that several forms share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator.places import Village
from simulator.rows import Column, Row

SEQ = Column("seq_no", ("序号", "编号", "序 号"), "seq", keep=False)
TOWNSHIP = Column("township_name", ("乡镇", "乡(镇)", "乡镇(街道)", "所属乡镇"), "text")
VILLAGE = Column("village_name", ("行政村", "村", "村名", "村(社区)", "所在村"), "text")
REMARK = Column("remark", ("备注", "说明"), "text", keep=False)
PHONE = Column("phone", ("联系电话", "电话", "手机号码", "联系方式"), "phone", keep=False)


def good(rows: list[Row]) -> list[Row]:
    """Rows that may count."""
    return [row for row in rows if not row.refused]


def fen(rows: list[Row], field: str) -> int:
    """What the acceptable cells of a column of money come to."""
    cells = [row.acceptable(field) for row in rows]
    return int(sum((cell * 100 for cell in cells if isinstance(cell, Decimal)), Decimal(0)))


def place(village: Village) -> dict[str, Any]:
    """The place block of a row; the code is truth only, unless a form prints it."""
    return {"township_name": village.township_name, "village_name": village.core, "_village": village}


def village_row(village: Village, values: dict[str, Any], group: str = "") -> Row:
    return Row({**place(village), **values}, village.township_code, group)


def yuan(value: float | int, step: int = 1) -> Decimal:
    """Whole yuan, rounded to a step: what a village's books show."""
    return Decimal(int(value) // step * step)
