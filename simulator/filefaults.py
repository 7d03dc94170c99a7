"""Files that no reader can use: broken bytes, a table that is no form of the programme, a form without a key column."""

from __future__ import annotations

from pathlib import Path

from simulator.chance import stream
from simulator.formats import to_bytes
from simulator.layout import Sheet
from simulator.places import County
from simulator.truth import Truth


def add(out: Path, truth: Truth, counties: list[County], seed: int) -> None:
    """One such file to about a third of the counties, each kind at least once where there are three counties.

    They come beside the counties' good files and are refused whole, so that no total changes.
    """
    kinds = (_broken, _other_table, _without_total)
    rng = stream(seed, "file faults")
    chosen = rng.sample(counties, min(len(counties), max(3, len(counties) // 3)))
    for number, county in enumerate(chosen):
        name, data, rule, form = kinds[number % 3](county, seed)
        path = out / county.folder / name
        path.write_bytes(data)
        relative = path.relative_to(out).as_posix()
        truth["files"].append({
            "path": relative, "county_code": county.code, "form": form, "period": None, "township_code": None,
            "format": path.suffix.lstrip("."), "layout": [f"file_fault_{rule}"], "rows_written": 0, "rows_acceptable": 0,
            "outcome": "refused",
        })  # fmt: skip
        truth["mistakes"].append({
            "file": relative, "county_code": county.code, "form": form, "sheet": None, "cell": None, "rule": rule,
            "severity": "error", "effect": "file_refused", "field": None, "note": "整份文件退回", "part_code": None,
        })  # fmt: skip


def _broken(county: County, seed: int) -> tuple[str, bytes, str, str | None]:
    """S01: an xlsx whose bytes were lost on the way."""
    sheet = Sheet(
        "Sheet1",
        [[f"{county.spoken}2020年农民合作社名录"], ["序号", "合作社名称"], [1, "样例"]],
        title_rows=1,
        header_rows=1,
    )
    whole = to_bytes("xlsx", [sheet])
    return f"{county.spoken}2020年农民合作社名录(传输中断).xlsx", whole[: len(whole) // 2], "S01", None


def _other_table(county: County, seed: int) -> tuple[str, bytes, str, str | None]:
    """S02: a duty roster."""
    grid: list[list[str | int | None]] = [
        [f"{county.spoken}扶贫办2020年7月值班安排表"],
        ["日期", "带班领导", "值班人员", "值班室"],
    ]
    grid += [[f"7月{day}日", "张主任", "李科员", "三楼东"] for day in range(1, 29)]
    sheet = Sheet("Sheet1", list(grid), title_rows=1, header_rows=1)  # type: ignore[arg-type]
    return f"{county.spoken}值班表.xlsx", to_bytes("xlsx", [sheet]), "S02", None


def _without_total(county: County, seed: int) -> tuple[str, bytes, str, str | None]:
    """S03: a village income ledger without village and total."""
    header = [
        "序号",
        "乡镇",
        "是否贫困村",
        "上年收入",
        "经营收入",
        "发包及上交收入",
        "投资收益",
        "补助收入",
        "其他收入",
        "达标情况",
        "扶持资金",
        "备注",
    ]
    grid: list[list[str | int | None]] = [
        [f"{county.spoken}2020年6月村级集体经济收入统计表"],
        ["单位：万元"],
        list(header),
    ]
    for number, township in enumerate(county.townships[:8], 1):
        grid.append([number, township.name, "是", 2, 1, 1, 1, 0, 0, "是", 10, None])
    sheet = Sheet("Sheet1", list(grid), title_rows=2, header_rows=1)  # type: ignore[arg-type]
    return (
        f"{county.spoken}2020年6月村级集体经济收入统计表(缺列).xlsx",
        to_bytes("xlsx", [sheet]),
        "S03",
        "village_income",
    )
