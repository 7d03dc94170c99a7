"""Annotating in child processes: a workbook that bursts or kills its child still gets its 退改说明."""

from __future__ import annotations

import io
import os
from pathlib import Path

import openpyxl
import pytest

from ingest.workers import Limits
from tests.ingest.books import Page, by_openpyxl
from tests.workbooks.conftest import finding, order
from workbooks.annotated.makers import Job, Maker, make_all


def job(tmp_path: Path, name: str, data: bytes, **changes: object) -> Job:
    path = tmp_path / name
    path.write_bytes(data)
    return Job(name, path, order([finding((0, 0))], **changes))


def test_good_and_bad_ones_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two cells far apart, whose grid would take more memory than a child may have; what is no workbook; one that is fine."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    book = openpyxl.Workbook()
    book.active["A1"] = book.active["XFD1048576"] = 1
    out = io.BytesIO()
    book.save(out)
    jobs = [job(tmp_path, "good", by_openpyxl(Page([["甲"]]))), job(tmp_path, "none", b"%PDF-1.7")]
    jobs.append(job(tmp_path, "far", out.getvalue()))
    made = {m.job.key: m for m in make_all(jobs, 2, Limits(memory_bytes=2 << 30, wall_seconds=60))}
    assert made["good"].problem is None
    assert "PDF" in (made["none"].problem or "") and "相隔很远" in (made["far"].problem or "")
    names = {key: openpyxl.load_workbook(io.BytesIO(m.data), read_only=True).sheetnames for key, m in made.items()}
    assert names == {"good": ["退改说明", "Sheet1"], "none": ["退改说明", "原文件"], "far": ["退改说明", "原文件"]}
    assert list(scratch.iterdir()) == []


def test_a_child_that_dies_is_replaced(tmp_path: Path) -> None:
    maker = Maker(Limits())
    try:
        good = job(tmp_path, "good", by_openpyxl(Page([["甲"]])))
        assert maker.do(good).problem is None
        child = maker._child._process
        assert child is not None
        os.kill(child.pid, 9)
        child.wait()
        assert maker.do(good).problem is None
    finally:
        maker.stop()


def test_one_that_takes_too_long(tmp_path: Path) -> None:
    maker = Maker(Limits(wall_seconds=0.01))
    try:
        made = maker.do(job(tmp_path, "slow", by_openpyxl(Page([["甲"]]))))
        assert made.data == b"" and made.problem == "批注超时"
    finally:
        maker.stop()
