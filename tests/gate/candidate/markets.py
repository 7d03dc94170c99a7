"""Markets: sales channels."""

from __future__ import annotations

from tests.gate.candidate import case
from tests.gate.province import COUNTIES

CASES = [
    case("a mart without rows", "metrics.mart_sales_channels", "delete from {t} where publication_id = {n}",
         ("", "sales_channels", "GC01"), *[(county, "sales_channels", "GC05") for county in COUNTIES]),
]  # fmt: skip
