"""Times one large workbook on its way back: 100,000 rows of 20 columns with 2,000 findings.

`python -m benchmarks.annotate` writes the roster of `benchmarks.reading` (made-up people), annotates it in a child process as a
night does, and prints seconds and the child's peak memory; then the same for a csv of it, which is written anew as xlsx.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.reading import HEADER, rows, write
from ingest.context import Context
from ingest.returned import number_of
from ingest.workers import Limits
from workbooks.annotated.findings import Finding, Order
from workbooks.annotated.makers import Job, Maker


def order(sheet: str, count: int, findings: int) -> Order:
    """Findings spread over the sheet, errors and warnings in turn."""
    chance = random.Random(2020)
    found = []
    for n in range(findings):
        column = chance.randrange(len(HEADER))
        found.append(
            Finding(
                "不是数字",
                ("error", "warn")[n % 2],
                "cell_emptied",
                "C02",
                sheet,
                chance.randrange(3, count + 3),
                column,
                HEADER[column],
                "约20",
                "填数字，例：1200.50",
            )
        )
    facts = [("报送文件", "花名册"), ("行数", f"读到 {count:,} 行")]
    return Order(number_of(1), "通渭县　到户产业扶持资金奖补花名册", facts, "部分采用", "partly", found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Annotate an xlsx and a csv, each in a child of its own, and print what that cost."""
    parser = argparse.ArgumentParser(prog="benchmarks.annotate", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the roster (default 100000)")
    parser.add_argument("--findings", type=int, default=2_000, help="findings in it (default 2000)")
    chosen = parser.parse_args(arguments)
    context = Context.load(secrets.token_bytes(32))
    with tempfile.TemporaryDirectory(prefix="longcang-bench-") as folder:
        xlsx, text = Path(folder) / "roster.xlsx", Path(folder) / "roster.csv"
        write(xlsx, chosen.rows, 1, context)
        with text.open("w", encoding="utf-8", newline="") as stream:
            lines = csv.writer(stream)
            lines.writerows([["通渭县2020年6月到户产业扶持资金(奖补)花名册"], ["单位：元"], HEADER])
            lines.writerows(rows(chosen.rows, 1, context))
        for path, sheet in ((xlsx, "花名册"), (text, "")):
            maker = Maker(Limits())
            started = time.monotonic()
            made = maker.do(Job(0, path, order(sheet, chosen.rows, chosen.findings)))
            seconds = time.monotonic() - started
            maker.stop()
            # The children so far: the xlsx, which costs less, comes first.
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            sizes = f"{path.stat().st_size / 2**20:.1f} -> {len(made.data) / 2**20:.1f} MiB"
            print(
                f"{path.suffix[1:]:<5} {seconds:>6.1f} s  {peak:>6.0f} MiB at most  {sizes}  {made.problem or ''}",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
