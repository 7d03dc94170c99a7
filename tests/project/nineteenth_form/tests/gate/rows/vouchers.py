"""Clean rows of a form that only a test has."""

from __future__ import annotations

from tests.gate.rows import Row, clean


@clean("fertiliser_vouchers")
def _voucher(county: str, number: int) -> Row:
    return {"voucher_batch": "第一批", "voucher_count": 40 + number, "voucher_amount_yuan": 4000}
