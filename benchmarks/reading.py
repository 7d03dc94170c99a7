"""Times the whole reading path on files of 100,000 rows, and pandas on the same files in the same run.

`python -m benchmarks.reading` writes some workbooks of 20 columns (made-up people), reads them by
`ingest.workers.read_all` as a night does (container looked at, child processes, form recognised, columns mapped, cells
checked, places conformed, typed rows back in the parent; everything but the database), then by `pandas.read_excel` with its default
engine and with calamine. Prints seconds per file, rows per second and the ratios. The children's start is included.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from ingest.context import Context
from ingest.personal import check_character
from ingest.workers import Answer, Setup, Task, read_all

COUNTY = "621121"
HEADER = ["序号", "乡镇", "行政村", "户主姓名", "身份证号", "家庭人口", "贫困户属性", "脱贫状态", "扶持方式", "产业类别", "奖补标准",
          "验收数量", "应补资金", "已享受资金", "公示时间", "验收日期", "一折通账号", "联系电话", "签字", "备注"]  # fmt: skip
PRODUCTS = (("牛", 900), ("蔬菜", 500), ("马铃薯", 400), ("当归", 500))


def rows(count: int, seed: int, context: Context) -> Iterator[list[Any]]:
    """Rows of an award roster that pass every check; nobody in them exists."""
    county, chance = context.places.counties[COUNTY], random.Random(seed)
    villages = list(county.villages.values())
    for n in range(count):
        village = villages[n * len(villages) // count]
        born = date(1940, 1, 1) + timedelta(days=n % 22_000)
        first = f"{COUNTY}{born:%Y%m%d}{n // 22_000 + 1:03d}"
        product, unit = PRODUCTS[n % 4]
        yield [
            n + 1, county.townships[village.township_code].name, village.name,
            chance.choice("王李张马赵") + chance.choice(["有福", "月英", "建国", "小兰"]), first + check_character(first),
            7, chance.choice(["一般贫困户", "低保贫困户"]), "未脱贫", "达标奖补", product, unit, 1, unit,
            chance.choice([0, 1000]), "2020年6月1日至6月7日", date(2020, 3, 10) + timedelta(days=n % 60), f"6210{n:012d}",
            f"133{n:08d}", "是", "",
        ]  # fmt: skip


def write(path: Path, count: int, seed: int, context: Context) -> None:
    """An xlsx of one sheet: title, unit row, header, rows."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("花名册"), book.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range(0, 0, 0, len(HEADER) - 1, "通渭县2020年6月到户产业扶持资金(奖补)花名册")
        sheet.write_row(1, 0, ["填报单位：通渭县农业农村局", *[""] * 9, "单位：元"])
        sheet.write_row(2, 0, HEADER)
        for r, row in enumerate(rows(count, seed, context), 3):
            for c, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(r, c, value, day)
                elif value != "":
                    sheet.write(r, c, value)


def by_longcang(paths: list[Path], workers: int) -> int:
    """Rows that came back typed, of all files."""
    key = secrets.token_bytes(32)
    setup = Setup(key, Context.load(key))
    tasks = [Task(n, path, f"{COUNTY}/{path.name}", COUNTY) for n, path in enumerate(paths)]
    found = 0
    for answer in read_all(tasks, setup, workers):
        assert isinstance(answer, Answer), answer.fault
        assert answer.result.rows is not None, answer.result.refusal
        found += answer.result.rows.num_rows
    return found


def by_pandas(paths: list[Path], engine: str) -> int:
    """Rows as pandas reads them: no form told, nothing checked."""
    import pandas

    return sum(len(pandas.read_excel(path, engine=engine, header=2)) for path in paths)


def timed(work: Callable[[], int], expected: int, repeats: int) -> float:
    """The median of the seconds that a piece of work takes; it must give so many rows."""
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - started)
        assert found == expected, (found, expected)
    return statistics.median(seconds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, time the three, print a table."""
    parser = argparse.ArgumentParser(prog="benchmarks.reading", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows per file (default 100000)")
    parser.add_argument("--files", type=int, default=4, help="files (default 4)")
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the median counts (default 3)")
    parser.add_argument(
        "--workers", type=int, default=len(os.sched_getaffinity(0)), help="children (default: the cores)"
    )
    chosen = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", category=FutureWarning)
    warnings.filterwarnings("ignore", message="The default engine")
    context = Context.load(secrets.token_bytes(32))
    with tempfile.TemporaryDirectory(prefix="longcang-bench-") as folder:
        paths = [Path(folder) / f"{n}.xlsx" for n in range(chosen.files)]
        for seed, path in enumerate(paths):
            write(path, chosen.rows, seed, context)
        total = chosen.rows * chosen.files
        size = sum(path.stat().st_size for path in paths) / chosen.files / 2**20
        print(f"{chosen.files} files of {chosen.rows} rows x {len(HEADER)} columns, {size:.1f} MiB each", flush=True)
        ways: dict[str, tuple[Callable[[], int], int]] = {
            f"longcang, {chosen.workers} children": (lambda: by_longcang(paths, chosen.workers), chosen.repeats),
            "longcang, 1 child": (lambda: by_longcang(paths, 1), chosen.repeats),
            "pandas, calamine": (lambda: by_pandas(paths, "calamine"), chosen.repeats),
            "pandas, openpyxl (its default)": (lambda: by_pandas(paths, "openpyxl"), 1),
        }
        first = 0.0
        for name, (work, repeats) in ways.items():
            seconds = timed(work, total, repeats)
            first = first or seconds
            print(
                f"{name:<32} {seconds / chosen.files:7.2f} s a file {total / seconds:10,.0f} rows/s {seconds / first:6.2f} x",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
